package scale

import (
	"testing"
	"time"

	"cnv/policy"
)

// TestKEDAVectors: five messages a worker; a fleet of none becomes one at a poll, and more
// by the HPA, which may add four or as many as there are in 15 s; without activity for 300 s
// it becomes none.
func TestKEDAVectors(t *testing.T) {
	p := NewKEDA()
	p.Activation = 2
	current, now := 0, time.Duration(0)
	turn := func(queue float64, want int) {
		t.Helper()
		if got := p.decide(now, current, queue); got != want {
			t.Errorf("at %v, a queue of %v for %d workers: %d, want %d", now, queue, current, got, want)
		}
		current = want
		now += 15 * time.Second
	}
	turn(2, 0)    // not above the activation
	turn(23, 0)   // no poll
	turn(23, 5)   // 0 s + 30 s: one, and ceil(23/5) by the HPA
	turn(23, 5)   // 23 for 25 is within a tenth
	turn(28, 6)   // 28 for 25 is not
	turn(500, 12) // at most twice as many in 15 s
	current, p.past = 1, behaved{}
	now = 10 * time.Minute
	p.polls = ticker{now}
	turn(500, 5)
	turn(500, 10)
	turn(0, 10)
	for range 17 { // held for 300 s since 500 were there, and active until then
		if got := p.decide(now, current, 0); got == 0 {
			t.Fatalf("at %v: none, 300 s are not over", now)
		}
		now += 15 * time.Second
	}
	if p.active != 10*time.Minute {
		t.Fatalf("last active at %v", p.active)
	}
	turn(0, 0)
	turn(100, 0)
}

// TestKEDAFromNone: a request that finds no worker gets one at the next poll, and the fleet
// goes once nothing happened for the cooldown.
func TestKEDAFromNone(t *testing.T) {
	h := newHost(t, NewKEDA(), policy.Pool{Cores: 1, Speed: 1, Max: 10}, 0)
	size := func() int { return h.c.View().Pool(0).Size() }
	h.step(policy.Event{Kind: policy.Shed}) // the run begins
	h.run(20 * time.Second)
	h.step(policy.Event{Kind: policy.Arrival, Request: 0})
	h.run(29 * time.Second)
	if n := size(); n != 0 {
		t.Errorf("%d workers before the poll, want none", n)
	}
	h.run(31 * time.Second)
	if n := size(); n != 1 {
		t.Errorf("%d workers after the poll at 30 s, want 1", n)
	}
	h.step(policy.Event{Kind: policy.Done, Request: 0})
	h.run(5 * time.Minute)
	if n := size(); n != 1 {
		t.Errorf("%d workers within the cooldown, want 1", n)
	}
	h.run(6*time.Minute + 20*time.Second)
	if n := size(); n != 0 {
		t.Errorf("%d workers after the cooldown, want none", n)
	}
}
