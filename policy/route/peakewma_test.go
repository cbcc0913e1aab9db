package route

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestPeakEWMALoads: the loads of tower's own test of the same rule (peak_ewma.rs,
// compound_decay), from its default of 20 ms on: two requests of 200 ms that overlap.
func TestPeakEWMALoads(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(1, 0)
	p := policytest.Start(l, &PeakEWMA{Choices: 1, Decay: time.Second})
	p.costs = []cost{{value: 0.02}}
	load := func(least, most float64) {
		t.Helper()
		if got := p.load(l.View(), 0); got < least || got > most {
			t.Errorf("at %v: load %.6g s, want %.6g to %.6g", l.Now, got, least, most)
		}
	}
	done := func(id policy.RequestID, took time.Duration) {
		l.Done(id, policy.OK)
		p.Done(l.View(), &policy.Outcome{Worker: 0, Took: took})
	}
	load(0.02, 0.02)
	l.At(100 * time.Millisecond)
	first := l.Book(0, 1)
	load(0.02, 0.04)
	l.At(200 * time.Millisecond)
	second := l.Book(0, 1)
	load(0.04, 0.06)
	l.At(300 * time.Millisecond)
	done(first, 200*time.Millisecond)
	load(0.4, 0.4)
	l.At(400 * time.Millisecond)
	done(second, 200*time.Millisecond)
	load(0.2, 0.2)
	l.At(1400 * time.Millisecond)
	load(0.2/math.E-1e-9, 0.2/math.E+1e-9)
	l.At(11400 * time.Millisecond)
	load(0, 1e-4)
}

// TestPeakEWMAAverages: with a decay of 10 s, a cost of 100 ms and, 10 s later, an answer
// after 50 ms the cost is 50 + 50/e ms; a peak takes its place at once; what failed fast
// lowers nothing, and what was cancelled says nothing.
func TestPeakEWMAAverages(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(1, 0)
	p := policytest.Start(l, &PeakEWMA{Choices: 1, Decay: 10 * time.Second})
	see := func(at time.Duration, took time.Duration, s policy.Status, want float64) {
		t.Helper()
		l.At(at)
		p.Done(l.View(), &policy.Outcome{Worker: 0, Took: took, Status: s})
		if got := p.load(l.View(), 0); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v of %v: load %.9g s, want %.9g", s, took, got, want)
		}
	}
	see(0, 100*time.Millisecond, policy.OK, 0.1)
	now := 0.05 + 0.05/math.E
	see(10*time.Second, 50*time.Millisecond, policy.OK, now)
	see(10*time.Second, time.Millisecond, policy.Error, now)
	see(10*time.Second, time.Minute, policy.Cancelled, now)
	see(10*time.Second, 3*time.Second, policy.Error, 3)
	see(10*time.Second, 2*time.Second, policy.OK, 3) // no time has passed
}

// TestPeakEWMATriesTheUnknown: an idle worker that has answered nothing is taken, one with a
// request and no answer is not; and a slow worker is avoided although it has fewer in flight.
func TestPeakEWMATriesTheUnknown(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(3, 0)
	p := policytest.Start(l, &PeakEWMA{Choices: 3, Decay: 10 * time.Second})
	for w, took := range []time.Duration{5 * time.Second, time.Second} {
		p.Done(l.View(), &policy.Outcome{Worker: policy.WorkerID(w), Took: took})
	}
	expect(t, frequencies(t, l, p, 100), 100, 0, 0, 1)
	l.Book(2, 1)
	l.Book(1, 1)
	expect(t, frequencies(t, l, p, 100), 100, 0, 1)
}

// TestPeakEWMARelative: twice as long for twice the work on a worker of half the speed is
// the same cost.
func TestPeakEWMARelative(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 1, Speed: 0.5, Max: 9}}})
	l.Add(1, 0)
	p := policytest.Start(l, &PeakEWMA{Choices: 1, Decay: 10 * time.Second, Relative: true})
	p.Done(l.View(), &policy.Outcome{Worker: 0, Took: 6 * time.Second, Request: &policy.Request{Work: 1.5}})
	if got := p.load(l.View(), 0); got != 2 {
		t.Errorf("load %v service times, want 2", got)
	}
}
