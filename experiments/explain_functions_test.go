package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/journal/shadow"
	"cnv/policy/spill"
)

// TestNarratorSaysWhatTheSpillSaw: what is told of a second request, which arrives while
// the first is at worker 0, the router's choice.
func TestNarratorSaysWhatTheSpillSaw(t *testing.T) {
	choice := spill.NewBusy()
	choice.Of = spill.OfChoice
	for _, c := range []struct {
		name    string
		spill   func() policy.Spill
		workers int
		want    string
	}{
		{"any", func() policy.Spill { return spill.NewBusy() }, 2, "worker 0, the router's choice, is busy; worker 1 has a free slot\n"},
		{"choice", func() policy.Spill { return choice }, 2, "the router named worker 0, which is busy\n"},
		{"limit", func() policy.Spill { return spill.NewBusy() }, 1, "functions: 0 calls in flight of at most 1\n"},
		{"slo", func() policy.Spill { return &spill.SLO{} }, 1, "slo compared: response predicted at worker 0 2s (0s waited so far), over the bound of 1.5s; at a function 1s\n"},
	} {
		var out bytes.Buffer
		cfg := policy.Config{
			Classes: []policy.Class{{Name: "a", Prior: 1, Bound: 1500 * time.Millisecond}}, Router: named0{}, Spill: c.spill(),
			Pools:     []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Initial: c.workers, Max: c.workers}},
			Functions: &policy.Functions{Share: 1, Concurrency: 1},
		}
		n := &narrator{c: &console{out: &out}, id: 1, told: true, router: cfg.Router, asked: shadow.Other{Spill: c.spill()}, cfg: cfg}
		cfg.Witness = n
		ctrl, err := policy.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		n.ctrl = ctrl
		for w := range c.workers {
			for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
				ctrl.Step(0, &policy.Event{Kind: k, Worker: policy.WorkerID(w)}, nil)
			}
		}
		for id := range policy.RequestID(2) {
			ctrl.Step(0, &policy.Event{Kind: policy.Arrival, Request: id}, nil)
		}
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: %q is not in\n%s", c.name, c.want, out.String())
		}
	}
}
