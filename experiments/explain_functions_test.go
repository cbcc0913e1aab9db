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

// TestNarratorSaysWhomTheSpillWasAskedAbout: the router names a worker on which the request
// has failed, so slo compares another one, and that is told.
func TestNarratorSaysWhomTheSpillWasAskedAbout(t *testing.T) {
	var out bytes.Buffer
	cfg := policy.Config{
		Classes: []policy.Class{{Name: "a", Prior: 1, Bound: 1500 * time.Millisecond}}, Router: named0{}, Spill: &spill.SLO{},
		Pools: []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Initial: 2, Max: 2}}, Retry: policy.Retry{Max: 1, Budget: 1},
		Functions: &policy.Functions{Share: 1},
	}
	n := &narrator{c: &console{out: &out}, told: true, router: cfg.Router, asked: shadow.Other{Spill: &spill.SLO{}}, cfg: cfg}
	cfg.Witness = n
	ctrl, err := policy.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	n.ctrl = ctrl
	for w := range policy.WorkerID(2) {
		for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			ctrl.Step(0, &policy.Event{Kind: k, Worker: w}, nil)
		}
	}
	ctrl.Step(0, &policy.Event{Kind: policy.Arrival, Idempotent: true}, nil)
	var cmds []policy.Command
	for _, e := range []policy.Event{{Kind: policy.Done, Status: policy.Error}, {Kind: policy.Wake}} {
		cmds = ctrl.Step(time.Second, &e, cmds)
	}
	for _, want := range []string{
		"the router named worker 0, where an attempt of it has failed; the spill was asked about worker 1\n",
		"slo compared: response predicted at worker 1 2s (1s waited so far), over the bound of 1.5s; at a function",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s\n%v", want, out.String(), cmds)
		}
	}
}

// TestNarratorSaysThatAClassHasNoEnvironment: with per_class an environment of another class
// is of no use, and there is no room for one more.
func TestNarratorSaysThatAClassHasNoEnvironment(t *testing.T) {
	cfg := policy.Config{
		Classes: []policy.Class{{Name: "a"}, {Name: "b"}},
		Router:  named0{}, Spill: &spill.Always{},
		Pools:     []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 1}},
		Functions: &policy.Functions{Share: 1, Concurrency: 2, PerClass: true, Full: policy.Wait},
	}
	ctrl, err := policy.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for id := range policy.RequestID(2) {
		ctrl.Step(0, &policy.Event{Kind: policy.Arrival, Request: id, Class: policy.ClassID(id)}, nil)
	}
	ctrl.Step(time.Second, &policy.Event{Kind: policy.Done, Request: 0, Status: policy.OK, Instance: 1, Work: 1}, nil)
	// Now the service has one environment of a, idle, and one of b, at work.
	ctrl.Step(2*time.Second, &policy.Event{Kind: policy.Arrival, Request: 2, Class: 1}, nil)
	ctrl.Step(2*time.Second, &policy.Event{Kind: policy.Done, Request: 2, Status: policy.Throttled, Unstarted: true}, nil)
	got := waits(ctrl.View(), 1, ctrl.Waiting(2), true)
	if want := "for a function: no environment of class b is free, and there is no room for another one"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestNarratorNamesTheTimeOut: a request waits beside a free function because of the
// time-out, which is told: of its predicted work, and of its class once enough have ended.
func TestNarratorNamesTheTimeOut(t *testing.T) {
	for _, c := range []struct {
		ended int // requests of 2 s before
		want  string
	}{
		{0, "no function takes it: its predicted work does not end within their time-out of 1.5s\n"},
		{6, "no function takes it: 0 % of its class end within their time-out of 1.5s, too few\n"},
	} {
		var out bytes.Buffer
		last := policy.RequestID(c.ended + 1)
		cfg := policy.Config{
			Classes: []policy.Class{{Name: "a", Prior: 2}}, Router: named0{}, Spill: spill.NewBusy(),
			Pools:     []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Limit: 1, Initial: 1, Max: 1}},
			Functions: &policy.Functions{Share: 1, Timeout: 1500 * time.Millisecond},
		}
		n := &narrator{c: &console{out: &out}, id: last, told: true, router: cfg.Router, asked: shadow.Other{Spill: spill.NewBusy()}, cfg: cfg}
		cfg.Witness = n
		ctrl, err := policy.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		n.ctrl = ctrl
		for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			ctrl.Step(0, &policy.Event{Kind: k}, nil)
		}
		for id := range last {
			ctrl.Step(0, &policy.Event{Kind: policy.Arrival, Request: id}, nil)
			if int(id) < c.ended {
				ctrl.Step(0, &policy.Event{Kind: policy.Done, Request: id, Work: 2}, nil)
			}
		}
		ctrl.Step(0, &policy.Event{Kind: policy.Arrival, Request: last}, nil)
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("after %d: %q is not in\n%s", c.ended, c.want, out.String())
		}
	}
}
