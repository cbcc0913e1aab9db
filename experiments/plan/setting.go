package plan

import (
	"fmt"
	"slices"

	"cnv/policy/catalog"
	"cnv/results/words"
)

// mostTold is up to how many workloads are told of.
const mostTold = 12

// Setting is what all policies meet, as a reader of results wants it beside them: the SLO,
// machines and functions with their prices, how old these are, and of which region.
func (p *Plan) Setting() (out [][2]string) {
	add := func(name, value string) {
		if pair := [2]string{name, value}; !slices.Contains(out, pair) {
			out = append(out, pair)
		}
	}
	for _, s := range p.Scenarios {
		slo := s.Env.top.SLO.String()
		if s.Env.top.SLO.Default.Factor > 0 && len(s.Env.top.SLO.ByClass) == 0 {
			slo += " the time that an idle machine of the first pool takes for the request"
		}
		add("SLO", slo)
	}
	for _, s := range p.Scenarios {
		for i := range s.Env.pools {
			add("machine", s.Env.pools[i].told())
		}
		for _, f := range s.Env.functionTables() {
			add("functions", f.one.Name+words.IfElse(f.several(), ": ", "")+f.told())
		}
	}
	for _, s := range p.Scenarios[:min(len(p.Scenarios), mostTold)] {
		add("workload "+s.Workload.Name, s.Workload.told())
	}
	return out
}

// told is a machine and its price.
func (t *poolTable) told() string {
	price, of := t.Instance.USDPerHour, "on demand"
	if t.SpotUSD != nil {
		price, of = *t.SpotUSD, "spot"
	}
	from := "as the file has it"
	if t.Instance.Name != "" {
		from = catalog.Region + ", Linux, price list of " + catalog.InstancesAsOf
	}
	return fmt.Sprintf("%s, %d vCPU, $%g per hour %s (%s)", t.Instance, t.Instance.Cores, price, of, from)
}

// told is functions and their price.
func (t *functionsTable) told() string {
	item := catalog.FunctionTimeX86
	if t.Arch == catalog.ARM.String() {
		item = catalog.FunctionTimeARM
	}
	price := item.Price()
	return fmt.Sprintf("%d MB, $%g per %s (%s, %s)", t.MemoryMB, price.USD, price.Per, catalog.Region, price.AsOf)
}
