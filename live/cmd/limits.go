package main

import (
	"fmt"
	"math"
	"time"

	"cnv/live"
	"cnv/policy/catalog"
	"cnv/sim"
)

// limits are the flags that hold a run or a gateway, whatever a policy wants.
type limits struct {
	MaxInstances  int           `help:"Instances at once, whatever a policy wants." default:"20"`
	MaxUsdPerHour float64       `help:"What they may cost per hour." default:"2"`
	MaxUsd        float64       `help:"What they may cost in all: then the run ends." default:"5"`
	MaxTime       time.Duration `help:"How long it may take in all: then the run ends." default:"2h"`
}

// check says which limit is none.
func (l *limits) check() error {
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
func (l *limits) of(vcpus int) live.Limits {
	return live.Limits{Instances: l.MaxInstances, VCPUs: max(vcpus, 0), USDPerHour: l.MaxUsdPerHour, USD: l.MaxUsd, Time: l.MaxTime}
}

// hourlyOf is what an instance costs per hour, with its address and volume.
func hourlyOf(p *sim.Pool) float64 { return p.USDPerHour + p.IPv4USDPerHour + p.EBSUSDPerHour }

// budget holds the run to what the flags allow, and runs before have left.
func (t *cloudTarget) budget(r *session) *live.Budget {
	var pools []live.BudgetPool
	for i := range r.cfg.Pools {
		vcpus := r.cfg.Pools[i].Cores
		if kind, err := catalog.Lookup(t.types[r.cfg.Pools[i].Name][0]); err == nil {
			vcpus = kind.VCPUs
		}
		pools = append(pools, live.BudgetPool{VCPUs: vcpus, USDPerHour: hourlyOf(&r.sim.Pools[i])})
	}
	b := live.NewBudget(t.cmd.limits.of(t.cmd.MaxVcpus), pools)
	b.Resume(t.used.USD, t.used.Time)
	if t.lease != nil {
		t.lease.Carry(b.Used)
	}
	return b
}
