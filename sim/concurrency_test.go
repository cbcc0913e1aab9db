package sim

import (
	"math"
	"strings"
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

// keeps is a router that has idle environments live for so many seconds from each
// instant on.
type keeps struct{ plans }

func (*keeps) SetsKeepAlive() {}

func (p *keeps) Act(v *policy.View, do *policy.Actions, _ uint64) {
	for p.next < len(p.steps) && v.Now >= p.steps[p.next].at {
		do.SetKeepAlive(time.Duration(p.steps[p.next].n) * time.Second)
		p.next++
	}
	if p.next < len(p.steps) {
		do.At(p.steps[p.next].at, 0)
	}
}

// TestKeepAliveAsCommanded: an environment lives for as long as the policy has said last,
// one that was gone by then does not come back, and the policies believe what is so.
func TestKeepAliveAsCommanded(t *testing.T) {
	cfg := onFunctions(Functions{MemoryMB: 1024, Share: 1, Cold: constant(1), KeepAlive: 5 * time.Second})
	cfg.Control.Functions.KeepAlive = 5 * time.Second
	cfg.Control.Router = &keeps{plans{steps: []step{{20 * time.Second, 60}, {100 * time.Second, 2}}}}
	cfg.Duration = 200 * time.Second
	// Cold at 0; its environment, idle from 2 on, is gone at 10, and the one of 10 at 21,
	// though from 20 on they live for longer; warm at 60; gone at 101, as from 100 on they
	// live for 2 s; warm at 104, 1 s idle, and gone at 108, 3 s idle.
	m := play(t, cfg, at(0, 10, 21, 60, 101, 104, 108))
	want := []bool{true, true, true, false, true, false, true}
	for i, q := range m.byID(t) {
		if q.Cold != want[i] {
			t.Errorf("request %d at %v: cold %v, want %v", i, q.Arrival, q.Cold, want[i])
		}
	}
	cfg.Control.Functions.FixedKeepAlive = true
	if _, err := cfg.Controller(); err == nil || !strings.Contains(err.Error(), "SetsKeepAlive") {
		t.Errorf("where it cannot be set: %v", err)
	}
}
