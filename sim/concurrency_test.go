package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
)

// plans is a router that has so many environments kept warm from each instant on.
type plans struct {
	roundRobin
	steps []step
	next  int
}

type step struct {
	at time.Duration
	n  int
}

func (p *plans) Act(v *policy.View, do *policy.Actions, _ uint64) {
	for p.next < len(p.steps) && v.Now >= p.steps[p.next].at {
		do.SetConcurrency(p.steps[p.next].n)
		p.next++
	}
	if p.next < len(p.steps) {
		do.At(p.steps[p.next].at, 0)
	}
}

// TestConcurrencyAsCommanded: environments that a policy asks for are ready
// after a cold start of which no call knows, and are paid for until they are
// given up.
func TestConcurrencyAsCommanded(t *testing.T) {
	cfg := onFunctions(Functions{MemoryMB: 1024, Share: 1, Cold: constant(3), KeepAlive: 5 * time.Second, Concurrency: 100,
		USDPerGBs: 1, ProvUSDPerGBs: 0.01, ProvUSDPerGBsUsed: 0.1})
	cfg.Control.Functions.Concurrency = 100
	cfg.Control.Router = &plans{steps: []step{{10 * time.Second, 2}, {60 * time.Second, 1}, {100 * time.Second, 0}}}
	cfg.Duration = 200 * time.Second
	// At 0 cold; at 12 cold, as the new ones are not ready; at 50 two warm and
	// one cold; at 70 one warm and one cold; at 120 cold.
	m := play(t, cfg, at(0, 12, 50, 50, 50, 70, 70, 120))
	want := []bool{true, true, false, false, true, false, true, true}
	for i, q := range m.byID(t) {
		if q.Cold != want[i] {
			t.Errorf("request %d at %v: cold %v, want %v", i, q.Arrival, q.Cold, want[i])
		}
	}
	if want := (2*50 + 1*40) * 0.01; math.Abs(m.ledger.Provisioned-want) > 1e-9 {
		t.Errorf("kept warm for $%v, want $%v: two for 50 s, one for 40 s", m.ledger.Provisioned, want)
	}
	if want := 5*4*1 + 3*1*0.1; math.Abs(m.ledger.FunctionTime-want) > 1e-9 {
		t.Errorf("calls cost $%v, want $%v: five of 4 s, and three of 1 s at the price of those", m.ledger.FunctionTime, want)
	}
}
