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
	if want := (2*300 + 1*300) * 0.01; math.Abs(m.ledger.Provisioned-want) > 1e-9 {
		t.Errorf("kept warm for $%v, want $%v: two for 50 s, one for 40 s, five minutes each", m.ledger.Provisioned, want)
	}
	if want := 5*4*1 + 3*1*0.1; math.Abs(m.ledger.FunctionTime-want) > 1e-9 {
		t.Errorf("calls cost $%v, want $%v: five of 4 s, and three of 1 s at the price of those", m.ledger.FunctionTime, want)
	}
}

// keeps sets how long environments that become idle are unloaded and loaded, and has some
// go, from an instant on.
type keeps struct {
	steps []keeping
	next  int
}

type keeping struct {
	at, prewarm, keep time.Duration
	unload            bool
}

func (p *keeps) Called(v *policy.View, c policy.ClassID, do *policy.Environments) {
	for p.next < len(p.steps) && v.Now >= p.steps[p.next].at {
		s := p.steps[p.next]
		do.Keep(c, s.prewarm, s.keep)
		if s.unload {
			do.Unload(c)
		}
		p.next++
	}
}

func (p *keeps) Ended(*policy.View, policy.ClassID, bool, *policy.Environments) {}

// TestKeepAliveAsCommanded: an environment is loaded when the policy has said at the call
// before, and counted while it is.
func TestKeepAliveAsCommanded(t *testing.T) {
	cfg := onFunctions(Functions{MemoryMB: 1024, Share: 1, Cold: constant(1), KeepAlive: 5 * time.Second})
	cfg.Control.Functions.KeepAlive = 5 * time.Second
	cfg.Control.KeepAlive = &keeps{steps: []keeping{{20 * time.Second, 0, 60 * time.Second, false}, {100 * time.Second, 10 * time.Second, 5 * time.Second, false}, {160 * time.Second, 0, 60 * time.Second, true}}}
	cfg.Duration = 200 * time.Second
	// Cold at 0 and 10: idle from 2 and 12, gone after 7 and 17. Cold at 21, warm at 60 after
	// 37 s. Warm at 100 after 39 s: from 101 on unloaded, loaded from 111 on. Cold at 105, which
	// ends what was to be loaded; its own is loaded from 117 to 122: warm at 120, 3 s; again
	// from 131 to 136: cold at 140, after all 5 s; again from 152 on, to 157: cold at 160.
	// That is idle from 162 on: warm at 165, 3 s, and loaded to the end, for 34 s.
	m := play(t, cfg, at(0, 10, 21, 60, 100, 105, 120, 140, 160, 165))
	want := []bool{true, true, true, false, false, true, false, true, true, false}
	for i, q := range m.byID(t) {
		if q.Cold != want[i] {
			t.Errorf("request %d at %v: cold %v, want %v", i, q.Arrival, q.Cold, want[i])
		}
	}
	if want := 5.0 + 5 + 37 + 39 + 0 + 3 + 5 + 5 + 3 + 34; math.Abs(m.counts.IdleSeconds-want) > 1e-6 {
		t.Errorf("loaded and idle for %v s, want %v", m.counts.IdleSeconds, want)
	}
}
