package plan

import (
	"fmt"
	"slices"

	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/results/compare"
	"cnv/results/words"
)

// A premise is a sentence about the surroundings. Those that differ in their value
// alone, as an axis makes them, are one sentence.
type premise struct {
	before, value, after string
	column               string // of runs.csv: it matters where that is above 0; "" always
	pool                 string // of several, whose launches it is about; "" none
}

// Assumptions is what the numbers rest on that is not known of the surroundings, each
// once, in order of appearance.
func (p *Plan) Assumptions() []compare.Assumption {
	var out []compare.Assumption
	var said []premise
	var values [][]string
	add := func(workload string, as ...premise) {
		for _, a := range as {
			key := a
			key.value = ""
			i := slices.Index(said, key)
			if i < 0 {
				i = len(said)
				said, values, out = append(said, key), append(values, nil), append(out, compare.Assumption{Column: a.column, Pool: a.pool})
			}
			if a.value != "" && !slices.Contains(values[i], a.value) {
				values[i] = append(values[i], a.value)
			}
			if !slices.Contains(out[i].Workloads, workload) {
				out[i].Workloads = append(out[i].Workloads, workload)
			}
		}
	}
	for _, s := range p.Scenarios {
		for _, text := range p.assumed {
			add(s.Name, premise{before: text})
		}
		for _, text := range s.Workload.Made.Assumed {
			add(s.Name, premise{value: s.Workload.Name, after: ": " + text})
		}
		if slices.ContainsFunc(p.Policies, (*Policy).predicts) {
			add(s.Name, premise{before: s.Env.top.Prior.note(s.Workload.Recorded())})
		}
		add(s.Name, p.planned(s)...)
		add(s.Name, s.Env.premises()...)
		add(s.Name, s.Env.atTheLimit(p.Policies)...)
		if what := redrawn(s.Workload.Made.Replicates); p.Seeds > 1 && what != "" {
			add(s.Name, premise{value: s.Workload.Name, after: ": " + what})
		}
		if p.sharesDraws(s) {
			add(s.Name, premise{before: "workloads along an axis share their random draws: with the same seed chance does the same to all of them, so that a difference between two of them is paired, and none confirms another as independent runs would"})
		}
	}
	for i := range out {
		out[i].Text = said[i].before + list(values[i]) + said[i].after
	}
	return out
}

// redrawn says what replications of a recording draw again that does not resample its
// arrivals; "" of all others.
func redrawn(replicates string) string {
	what := ""
	switch replicates {
	case "sizes":
		what = "the recorded arrivals are the same in every replication: sizes that were not recorded are drawn again"
	case "placement":
		what = "the recorded counts are the same in every replication: instants within them, and sizes that were not recorded, are drawn again"
	case "load":
		what = "replications are of one recording as it is: which of its arrivals are kept is drawn again"
	default:
		return ""
	}
	return what + ", beside what policies, machines and faults draw, and intervals over seeds are about no other recording"
}

// sharesDraws says whether another workload differs from this one along an axis alone,
// and draws from the same seeds.
func (p *Plan) sharesDraws(s *Scenario) bool {
	if p.Seeds < 2 || s.Workload.Made.Replicates == "none" {
		return false
	}
	return slices.ContainsFunc(p.Scenarios, func(other *Scenario) bool {
		return other != s && other.Workload.table.path == s.Workload.table.path
	})
}

// lateTries is said where a try that follows a time-out cannot be in time.
const lateTries = "clients try again after a time-out that is as long as the SLO, which counts from their first try: no try after a time-out can be in time, and only one that follows a refusal or an error can"

// premises are what is not known of the environment.
func (e *Environment) premises() []premise {
	var out []premise
	if slo := e.top.SLO; e.client.Retry > 0 && e.top.Timeout > 0 && slo.Default.Time > 0 && len(slo.ByClass) == 0 && e.top.Timeout >= slo.Default.Time {
		out = append(out, premise{before: lateTries})
	}
	for i := range e.pools {
		p := &e.pools[i]
		for _, note := range p.Instance.Notes {
			out = append(out, premise{before: note, column: "vm_hours"})
		}
		out = append(out, p.servicePremises()...)
		pool := ""
		if len(e.pools) > 1 {
			pool = p.Name
		}
		out = append(out, p.launch.premises(pool)...)
		if p.Market == "spot" {
			out = append(out, premise{before: fmt.Sprintf("pool %s: spot instances cost $%v per hour because the experiment says so; an instance that EC2 takes away in its first hour is not billed", p.Name, p.price()), column: "vm_hours"})
		}
		if p.EBSGiB > 0 {
			out = append(out, priced(catalog.EBSVolume, "cost_ebs_usd")...)
		}
		if p.PublicIPv4 {
			out = append(out, priced(catalog.PublicIPv4, "cost_ipv4_usd")...)
		}
	}
	for _, f := range e.functionTables() {
		for _, p := range f.premises() {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	if len(e.zones()) > 1 {
		out = append(out, priced(catalog.ZoneTransfer, "cost_transfer_usd")...)
	}
	if e.store != nil {
		for _, item := range e.store.items() {
			out = append(out, priced(item, "cost_store_usd")...)
		}
	}
	for _, b := range e.bill.items() {
		out = append(out, priced(b.Item, b.column)...)
	}
	return out
}

// priced is what is not sure of a price. One that is unknown is a doubt: see unpriced.
func priced(item catalog.Item, column string) []premise {
	if text := item.Warning(); text != "" && item.Price().Trust != catalog.Unknown {
		return []premise{{before: text, column: column}}
	}
	return nil
}

// premises are what is not known of functions.
func (f *functionsTable) premises() []premise {
	out := []premise{{before: catalog.FunctionSpeedNote, column: "on_function"}}
	if _, share := catalog.FunctionShare(f.MemoryMB); share != "" {
		out = append(out, premise{before: share, column: "on_function"})
	}
	if f.Cold != nil && f.Cold.median > 0 {
		out = append(out, premise{before: "cold start ", value: rounded(f.Cold.median).String(), after: catalog.LaunchNote(1), column: "cold_starts"})
	}
	for _, item := range f.snapshotPrices() {
		out = append(out, priced(item, "cost_provisioned_usd")...)
	}
	onDemand, kept, used := f.prices()
	out = append(out, priced(onDemand, "function_calls")...)
	out = append(out, priced(catalog.FunctionCall, "function_calls")...)
	if f.Provisioned > 0 {
		out = append(out, priced(kept, "cost_provisioned_usd")...)
		out = append(out, priced(used, "cost_provisioned_usd")...)
	}
	return out
}

// atTheLimit is what becomes of requests that functions at their limit do not take, under
// the policies that may call them there: it is said where calls were refused, or might
// have been made to wait.
func (e *Environment) atTheLimit(policies []*Policy) []premise {
	if e.functions == nil {
		return nil
	}
	limit := "requests beyond the " + words.Count(e.functions.Concurrency, "call", "calls") + " that functions take at once "
	if e.functions.several() {
		limit = "requests beyond the calls that their function takes at once "
	}
	names, calling := map[policy.Full][]string{}, 0
	for _, p := range policies {
		if p.names["spill"] == "never" {
			continue
		}
		calling++
		if e.overflows(p) {
			names[e.full(p)] = append(names[e.full(p)], p.Name)
		}
	}
	var out []premise
	say := func(full policy.Full, what, column string) {
		if some := names[full]; len(some) > 0 {
			out = append(out, premise{before: limit + what + words.IfElse(len(some) < calling, " under "+list(some), ""), column: column})
		}
	}
	say(policy.Refuse, "are refused (429; [functions] full = \"refuse\")", "throttles")
	say(policy.Wait, "wait at the gateway ([functions] full = \"wait\")", "function_calls")
	return out
}

// unpriced are the items of the bill that no price is known of.
func (e *Environment) unpriced() []string {
	var items []catalog.Item
	for i := range e.pools {
		if e.pools[i].EBSGiB > 0 {
			items = append(items, catalog.EBSVolume)
		}
		if e.pools[i].PublicIPv4 {
			items = append(items, catalog.PublicIPv4)
		}
	}
	for _, f := range e.functionTables() {
		onDemand, kept, used := f.prices()
		items = append(append(items, onDemand, catalog.FunctionCall), f.snapshotPrices()...)
		if f.Provisioned > 0 {
			items = append(items, kept, used)
		}
	}
	if len(e.zones()) > 1 {
		items = append(items, catalog.ZoneTransfer)
	}
	if e.store != nil {
		items = append(items, e.store.items()...)
	}
	for _, b := range e.bill.items() {
		items = append(items, b.Item)
	}
	var out []string
	for _, item := range items {
		if item.Price().Trust == catalog.Unknown {
			out = append(out, item.Warning())
		}
	}
	return out
}
