package route

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// pareto is the quantile of a bounded Pareto law of shape a between 1 and h.
func pareto(a, h, u float64) float64 { return math.Pow(1-u*(1-math.Pow(h, -a)), -1/a) }

// TestSITACuts: of a bounded Pareto law of shape 1.1 over four decades the cuts are those of
// the closed form x(l) = [1 - l (1 - h^(1-a))]^(1/(1-a)), here between 4 equal groups, and in
// the proportion of their capacities between two groups of workers of 1 and of 3 cores.
func TestSITACuts(t *testing.T) {
	const a, h, n = 1.1, 1e4, 100_000
	for _, c := range []struct {
		name   string
		lab    *policytest.Lab
		groups int
		shares []float64
	}{
		{"four alike", weighted(t, 1, 1, 1, 1), 4, []float64{.25, .5, .75}},
		{"one of three cores", weighted(t, 1, 3), 2, []float64{.25}},
	} {
		p := policytest.Start(c.lab, &SITA{Groups: c.groups, Window: n, Recut: time.Minute})
		for i := range n {
			x := pareto(a, h, (float64(i*7919%n)+0.5)/n)
			p.Done(c.lab.View(), &policy.Outcome{Request: &policy.Request{Work: x, Known: true}, Work: x})
		}
		c.lab.At(time.Minute + time.Second)
		p.Done(c.lab.View(), &policy.Outcome{Request: &policy.Request{Work: 1, Known: true}, Work: 1}) // the cuts are made of all
		group := func(x float64) int {
			p.Route(c.lab.View(), &policy.Request{Work: x, Known: true})
			return p.of
		}
		for i, l := range c.shares {
			cut := math.Pow(1-l*(1-math.Pow(h, 1-a)), 1/(1-a))
			// 100,000 quantiles have 0.01 % less work than the law, which moves a cut by 0.05 %.
			if lo, hi := group(0.999*cut), group(1.001*cut); lo != i || hi != i+1 {
				t.Errorf("%s: around the cut at %.4g the groups are %d and %d, want %d and %d", c.name, cut, lo, hi, i, i+1)
			}
		}
		if lo, hi := group(0.5), group(2*h); lo != 0 || hi != c.groups-1 {
			t.Errorf("%s: less and more than was ever seen go to groups %d and %d, want the first and the last", c.name, lo, hi)
		}
	}
}

// TestSITASharesEqualPredictions: where all requests are predicted alike, the groups have
// equal shares; where a cut falls among a third of them, these are divided.
func TestSITASharesEqualPredictions(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(4, 0)
	p := policytest.Start(l, &SITA{Groups: 2, Window: 200, Recut: time.Minute})
	share := func(work float64) float64 {
		const n = 20_000
		second := 0.0
		for range n {
			w, _ := p.Route(l.View(), &policy.Request{Work: work, Known: true})
			if w >= 2 {
				second += 1. / n
			}
		}
		return second
	}
	for range 200 {
		p.Done(l.View(), &policy.Outcome{Request: &policy.Request{Work: 1, Known: true}, Work: 2})
	}
	if got := share(1); math.Abs(got-0.5) > 0.02 {
		t.Errorf("all alike: %.3f in the second group, want half", got)
	}
	for i := range 200 { // a fifth of the work below, half of it at 1, three tenths above
		x, needed := [...]float64{.5, 1, 1, 3}[i%4], [...]float64{2, 2.5, 2.5, 3}[i%4]
		p.Done(l.View(), &policy.Outcome{Request: &policy.Request{Work: x, Known: true}, Work: needed})
	}
	p.measure()
	for x, want := range map[float64]float64{.5: 0, .7: 0, 1: .4, 1.1: 1, 3: 1} {
		if got := share(x); math.Abs(got-want) > 0.02 {
			t.Errorf("work %v: %.3f in the second group, want %v", x, got, want)
		}
	}
}

// TestSITABegins: until enough is measured, and of what is not known, all workers are one
// group, of which the least loaded is taken; one worker is one group for ever.
func TestSITABegins(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(4, 0)
	for w := range policy.WorkerID(3) {
		l.Book(w, 1)
	}
	p := policytest.Start(l, &SITA{Groups: 2, Window: 200, Recut: time.Minute})
	expect(t, frequencies(t, l, p, 100), 100, 0, 0, 0, 1)
	for range 2 * leastMeasured {
		p.Done(l.View(), &policy.Outcome{Request: &policy.Request{Work: 5, Known: true}, Work: 5})
	}
	if w := route(t, l, p); w > 1 { // of 1 CPU-s, less than any
		t.Errorf("worker %d, want one of the first group", w)
	}
	if w, _ := p.Route(l.View(), &policy.Request{Work: 1}); w != 3 {
		t.Errorf("worker %d of four for a request of which nothing is known, want 3, the least loaded", w)
	}
	for w := range policy.WorkerID(3) {
		l.Worker(policy.WorkerLost, w)
	}
	expect(t, frequencies(t, l, p, 100), 100, 0, 0, 0, 1)
}
