package scale

import (
	"testing"
	"time"

	"cnv/policy"
)

// TestKPAVectors: the examples of Knative's own tests: averages, ready pods and instants
// one after another, with the desired number of pods.
func TestKPAVectors(t *testing.T) {
	const s = time.Second
	type turn struct {
		at            time.Duration
		ready         int
		stable, short float64
		want          int
	}
	for name, c := range map[string]struct {
		target, up float64
		delay      time.Duration
		activation int
		first      int // ready pods at the start
		turns      []turn
	}{
		"stable, more": {target: 10, turns: []turn{{0, 1, 50, 10, 5}, {0, 1, 100, 10, 10}}},
		"the panic ends after a slow rise": {target: 1, turns: []turn{
			{0, 10, 11, 25, 25}, {30 * s, 40, 30, 41, 41}, {62 * s, 55, 50, 56, 50}}},
		"the panic is extended": {target: 1, turns: []turn{
			{0, 10, 11, 25, 25}, {30 * s, 40, 30, 80, 80}, {62 * s, 55, 50, 56, 80}}},
		"stable, less":      {target: 10, turns: []turn{{0, 8, 100, 100, 10}, {0, 8, 50, 50, 5}}},
		"no traffic":        {target: 10, turns: []turn{{0, 1, 1, 0, 1}, {0, 1, 0, 0, 0}}},
		"activation of two": {target: 10, activation: 2, turns: []turn{{0, 1, 0, 0, 0}, {0, 1, 1, 0, 2}}},
		"exponential": {target: 1, turns: []turn{
			{0, 1, 6, 6, 6}, {0, 6, 36, 36, 36}, {s, 36, 216, 216, 216}, {s, 216, 1296, 1296, 1296}, {2 * s, 1296, 1296, 1296, 1296}}},
		"panic, and back": {target: 10, turns: []turn{
			{0, 1, 100, 100, 10}, {0, 10, 100, 1000, 100}, {30 * s, 10, 1, 1, 100}, {61 * s, 10, 1, 1, 1}}},
		"ten times as many at once": {target: 10, turns: []turn{{0, 1, 1000, 1001, 10}, {0, 10, 1000, 1001, 100}}},
		"a tenth at once":           {target: 10, turns: []turn{{0, 100, 1, 1, 10}, {0, 10, 1, 1, 1}}},
		"a delay of scaling down": {target: 10, delay: 5 * time.Minute, turns: []turn{
			{2 * s, 1, 40, 40, 4}, {300 * s, 1, 0, 0, 4}, {302 * s, 1, 0, 0, 0},
			{540 * s, 1, 40, 40, 4}, {600 * s, 1, 30, 30, 4}, {660 * s, 1, 0, 0, 4}, {840 * s, 1, 0, 0, 3}, {900 * s, 1, 0, 0, 0}}},
		"one pod panics beyond one target": {target: 10, turns: []turn{
			{0, 1, 1, 10, 1}, {2 * s, 1, 1, 10.1, 2}, {30 * s, 1, 1, 1, 2}, {64 * s, 1, 1, 1, 1}}},
		"four pods panic from seven targets on": {target: 10, turns: []turn{
			{0, 4, 40, 70, 4}, {2 * s, 4, 40, 70.1, 8}}},
		"starts with a panic of two": {target: 10, first: 2, turns: []turn{{0, 2, 1, 1, 2}, {60 * s, 2, 1, 1, 2}, {61 * s, 2, 1, 1, 1}}},
	} {
		p := NewKPA()
		p.MaxUp, p.MaxDown, p.DownDelay, p.Activation = 10, 10, c.delay, max(c.activation, 1)
		if c.delay > 0 {
			p.PanicThreshold = 100
		}
		state := StartKPA(0, c.first)
		for i, x := range c.turns {
			if got := state.Decide(x.at, x.ready, x.stable, x.short, c.target, p); got != x.want {
				t.Errorf("%s, decision %d at %v: %d pods, want %d", name, i, x.at, got, x.want)
			}
		}
	}
}

// TestKPAToZero: a fleet of one goes a stable window and the grace after the last request,
// and a request that waits brings a worker at the next tick.
func TestKPAToZero(t *testing.T) {
	h := newHost(t, NewKPA(), policy.Pool{Cores: 1, Speed: 1, Max: 10}, 1)
	step := func(e policy.Event) { h.step(e) }
	h.run(10 * time.Second)
	step(policy.Event{Kind: policy.Arrival, Request: 0})
	h.run(20 * time.Second)
	step(policy.Event{Kind: policy.Done, Request: 0})
	size := func() int { return h.c.View().Pool(0).Size() }
	h.run(100 * time.Second) // the average is 0 from 80 s on; 30 s of grace
	if n := size(); n != 1 {
		t.Errorf("%d workers 80 s after the last request, want 1", n)
	}
	h.run(112 * time.Second)
	if n := size(); n != 0 {
		t.Errorf("%d workers 92 s after the last request, want none", n)
	}
	before := len(h.launches)
	h.run(121 * time.Second)
	step(policy.Event{Kind: policy.Arrival, Request: 1})
	h.run(124 * time.Second)
	if len(h.launches) != before+1 || h.launches[before] != 122*time.Second {
		t.Errorf("launches at %v, want one at 122 s", h.launches[before:])
	}
}

// TestKPAReacts: H26, ten times the load of ten workers is asked for within two ticks and
// the panic window.
func TestKPAReacts(t *testing.T) {
	p := NewKPA()
	h := newHost(t, p, policy.Pool{Cores: 1, Speed: 1, Slots: 1, Max: 500}, 10)
	id := policy.RequestID(0)
	arrive := func(n int) {
		for range n {
			h.step(policy.Event{Kind: policy.Arrival, Request: id})
			id++
		}
	}
	arrive(7)
	h.run(2 * time.Minute)
	if n := h.c.View().Pool(0).Size(); n != 10 {
		t.Fatalf("%d workers for 7 requests, want 10", n)
	}
	arrive(63)
	h.run(2*time.Minute + 4*time.Second)
	if len(h.launches) == 0 {
		t.Error("nothing was launched within 4 s of a tenfold load")
	}
	h.run(2*time.Minute + 10*time.Second)
	if n := h.c.View().Pool(0).Size(); n != 100 {
		t.Errorf("%d workers for 70 requests, want 100", n)
	}
}
