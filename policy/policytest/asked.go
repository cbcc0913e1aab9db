package policytest

import (
	"testing"
	"time"

	"cnv/policy"
)

// askedInTime has requests wait for one worker beside functions, while nothing happens but
// timers, and looks every 10 ms whether the Spill would send one to a function by now.
func askedInTime(t *testing.T, spill policy.Spill) {
	c, err := policy.New(policy.Config{
		Leader: true, Router: least{}, Spill: spill,
		Classes:   []policy.Class{{Name: "a", Bound: 3 * time.Second, Prior: 1}, {Name: "b", Bound: 8 * time.Second, Prior: 0.2}},
		Pools:     []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Limit: 1, Initial: 1, Max: 1}},
		Functions: &policy.Functions{Share: 1, Cold: time.Second, KeepAlive: time.Minute, Concurrency: 3, Full: policy.Wait},
	})
	if err != nil {
		t.Fatalf("policytest: %v", err)
	}
	wake := time.Duration(-1)
	step := func(at time.Duration, e policy.Event) {
		for _, cmd := range c.Step(at, &e, nil) {
			if cmd.Kind == policy.WakeAt {
				wake = cmd.At
			}
		}
	}
	for _, kind := range [...]policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
		step(0, policy.Event{Kind: kind})
	}
	next := policy.RequestID(0)
	for at := time.Duration(0); at < 20*time.Second; at += 10 * time.Millisecond {
		for wake >= 0 && wake < at {
			due := wake
			wake = -1
			step(due, policy.Event{Kind: policy.Wake})
		}
		if at%(400*time.Millisecond) == 0 && next < 4 {
			step(at, policy.Event{Kind: policy.Arrival, Request: next, Class: policy.ClassID(next % 2), Bytes: -1})
			next++
		}
		if id, found := c.OverlookedAt(at); found {
			t.Fatalf("at %v: request %d waits beside a free function", at, id)
		}
	}
}
