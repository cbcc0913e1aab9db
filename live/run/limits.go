package run

import (
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/experiments/plan"
	"cnv/live"
	"cnv/live/aws/deploy"
	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/sim"
)

// Limits hold a run or a gateway, whatever a policy wants. All are above 0.
type Limits struct {
	MaxInstances  int           // at once
	MaxUsdPerHour float64       // of instances, the gateway's own too, calls under way and environments kept warm
	MaxUsd        float64       // of all together: then the run ends
	MaxTime       time.Duration // in all: then the run ends
}

// Check says which limit is none.
func (l *Limits) Check() error {
	for _, f := range []struct {
		flag  string
		is    any
		value float64
	}{
		{"--max-instances", l.MaxInstances, float64(l.MaxInstances)}, {"--max-usd-per-hour", l.MaxUsdPerHour, l.MaxUsdPerHour},
		{"--max-usd", l.MaxUsd, l.MaxUsd}, {"--max-time", l.MaxTime, float64(l.MaxTime)},
	} {
		if !(f.value > 0) || math.IsInf(f.value, 0) {
			return fmt.Errorf("cnv: %s %v: must be positive, as nothing runs without a limit", f.flag, f.is)
		}
	}
	return nil
}

// of is what a budget is made of.
func (l *Limits) of(vcpus int) live.Limits {
	return live.Limits{Instances: l.MaxInstances, VCPUs: max(vcpus, 0), USDPerHour: l.MaxUsdPerHour, USD: l.MaxUsd, Time: l.MaxTime}
}

// hourlyOf is what an instance costs per hour, with its address and volume.
func hourlyOf(p *sim.Pool) float64 { return p.USDPerHour + p.IPv4USDPerHour + p.EBSUSDPerHour }

// vcpus are those of an instance of a pool.
func (t *cloudTarget) vcpus(p *policy.Pool) int {
	if kind, err := catalog.Lookup(t.types[p.Name][0]); err == nil {
		return kind.VCPUs
	}
	return p.Cores
}

// functionBudget is what functions cost per hour, as a budget counts it; nil: nothing.
func functionBudget(f *sim.Functions) live.BudgetFunctions {
	if f == nil {
		return live.BudgetFunctions{}
	}
	return live.BudgetFunctions{
		CallUSDPerHour: 3600 * catalog.FunctionSecondUSD(f.MemoryMB, f.USDPerGBs),
		WarmUSDPerHour: catalog.KeptUSD(f.Provisioned, f.MemoryMB, time.Hour, f.ProvUSDPerGBs),
	}
}

// A worst is what the cells may take at most: as many instances as their pools
// may have, of the dearest first, as far as the limits go.
type worst struct {
	n, vcpus                      int
	instances, functions, perHour float64 // dollars per hour; perHour: of all together, the gateway's own instance too
}

func (t *cloudTarget) worst(cells []plan.Cell) (w worst) {
	for _, cell := range cells {
		cfg := cell.Config(1)
		var usd []float64
		var vcpus []int
		for i := range cfg.Pools {
			for range min(cfg.Control.Pools[i].Max, t.exp.MaxInstances) {
				usd, vcpus = append(usd, hourlyOf(&cfg.Pools[i])), append(vcpus, t.vcpus(&cfg.Control.Pools[i]))
			}
		}
		n := min(len(usd), t.exp.MaxInstances)
		w.n, w.vcpus, w.instances = max(w.n, n), max(w.vcpus, greatest(vcpus, n)), max(w.instances, greatest(usd, n))
		if f := functionBudget(cfg.Funcs); cfg.Funcs != nil {
			w.functions = max(w.functions, float64(atOnce(cfg.Funcs.Concurrency))*f.CallUSDPerHour+f.WarmUSDPerHour)
		}
	}
	if t.exp.MaxVcpus > 0 {
		w.vcpus = min(w.vcpus, t.exp.MaxVcpus)
	}
	w.perHour = min(w.instances+w.functions+t.exp.GatewayUsdPerHour, t.exp.MaxUsdPerHour)
	return w
}

// greatest is the sum of the n greatest of all.
func greatest[T int | float64](all []T, n int) (sum T) {
	slices.Sort(all)
	for _, x := range all[len(all)-n:] {
		sum += x
	}
	return sum
}

// beyond says which limit would keep a run from its first workers, "" none.
func (t *cloudTarget) beyond(cfg *sim.Config) string {
	n, vcpus, usd := 0, 0, t.exp.GatewayUsdPerHour
	for i := range cfg.Pools {
		first := cfg.Pools[i].Initial
		n += first
		vcpus += first * t.vcpus(&cfg.Control.Pools[i])
		usd += float64(first) * hourlyOf(&cfg.Pools[i])
	}
	least := catalog.RunningUSD(usd, catalog.MinimumStart)
	const begins = "a run begins with %s (initial)"
	switch {
	case n > t.exp.MaxInstances:
		return fmt.Sprintf(begins+", --max-instances is %d: begin with fewer, or allow more", policy.Count(n, "instance"), t.exp.MaxInstances)
	case t.exp.MaxVcpus > 0 && vcpus > t.exp.MaxVcpus:
		return fmt.Sprintf(begins+" with %d vCPUs, --max-vcpus is %d: begin with fewer, or allow more", policy.Count(n, "instance"), vcpus, t.exp.MaxVcpus)
	case usd > t.exp.MaxUsdPerHour:
		return fmt.Sprintf(begins+" for $%.2f per hour, --max-usd-per-hour is %g: begin with fewer, or allow more", policy.Count(n, "instance"), usd, t.exp.MaxUsdPerHour)
	case t.used.USD+least >= t.exp.MaxUsd:
		return fmt.Sprintf(begins+" for $%.4f, as each is billed for a minute at least, and $%.4f of --max-usd %g are spent: allow more", policy.Count(n, "instance"), least, t.used.USD, t.exp.MaxUsd)
	}
	return ""
}

// atOnce is how many calls of functions there may be at once.
func atOnce(concurrency int) int {
	if concurrency <= 0 {
		return 1000 // the usual limit of an account
	}
	return concurrency
}

// atWorst says it to whom it costs.
func (t *cloudTarget) atWorst(cells []plan.Cell) string {
	w := t.worst(cells)
	held := ""
	if own := t.exp.GatewayUsdPerHour; own > 0 {
		held = fmt.Sprintf(", this gateway's own instance $%.2f", own)
	}
	if w.instances+w.functions+t.exp.GatewayUsdPerHour > w.perHour {
		held += fmt.Sprintf(", held to --max-usd-per-hour %g", t.exp.MaxUsdPerHour)
	}
	return fmt.Sprintf("At worst: $%.2f per hour (at most %s and %d vCPUs $%.2f, functions $%.2f%s), which is $%.0f per day; but all ends at $%.2f or after %v, so at $%.2f at most.",
		w.perHour, policy.Count(w.n, "instance"), w.vcpus, w.instances, w.functions, held, 24*w.perHour, t.exp.MaxUsd, t.exp.MaxTime, min(t.exp.MaxUsd, w.perHour*t.exp.MaxTime.Hours()))
}

// sayAtWorst says it, and whether the prices are those of the region.
func (t *cloudTarget) sayAtWorst(c *Console, cells []plan.Cell) {
	fmt.Fprintln(c.Out, t.atWorst(cells))
	if t.exp.Target == Local {
		return
	}
	cfg, _ := t.account().Config(c.Ctx) // it has the region also where there are no credentials; whoever needs those says so
	if other := deploy.OtherPrices(cfg.Region); other != "" {
		fmt.Fprintln(c.Out, other)
	}
}

// budget holds the run to what the options allow, and runs before have left.
func (t *cloudTarget) budget(r *session) *live.Budget {
	var pools []live.BudgetPool
	for i := range r.cfg.Pools {
		pools = append(pools, live.BudgetPool{VCPUs: t.vcpus(&r.cfg.Pools[i]), USDPerHour: hourlyOf(&r.sim.Pools[i])})
	}
	b := live.NewBudget(t.exp.Limits.of(t.exp.MaxVcpus), pools, functionBudget(r.sim.Funcs))
	b.Own(t.exp.GatewayUsdPerHour)
	b.Resume(t.used.USD, t.used.Time)
	if t.lease != nil {
		t.lease.Carry(b.Used)
	}
	return b
}
