package policy

import (
	"math"
	"testing"
	"time"
)

// unknowing is a lab whose classes begin unknown, but for the last.
func unknowing(t *testing.T, n int) *lab {
	return newLab(t, n, Config{Classes: []Class{{Name: "a", Factor: 5}, {Name: "b"}, {Name: "c", Prior: 2}}})
}

// TestNothingIsKnownAtFirst: while nothing was measured each request counts the
// same in the books and is itself of no known work; the first measurement of all
// is taken for everything that is in flight or was in demand.
func TestNothingIsKnownAtFirst(t *testing.T) {
	l := unknowing(t, 1)
	for id := range RequestID(4) { // classes a, b, b, c
		l.step(0, Event{Kind: Arrival, Request: id, Class: [4]ClassID{0, 1, 1, 2}[id]}, [4]string{"r0.0 -> w0", "r1.0 -> w0", "r2.0 -> w0", "r3.0 -> w0"}[id])
	}
	v := l.c.View()
	works := func() (out [4]float64) {
		for id := range out {
			if s := l.c.table.Find(RequestID(id)); s >= 0 {
				out[id] = l.c.table.At(s).Work
			}
		}
		return out
	}
	if got, want := works(), [4]float64{0, 0, 0, 2}; got != want {
		t.Errorf("predicted works %v, want %v: only a prior is known", got, want)
	}
	if left := v.WorkLeft(0); left != 3*UnknownWork+2 {
		t.Errorf("work left %v, want 1 for each that is unknown, and the prior", left)
	}
	v.EarliestFree(0) // from here on the index is kept
	unknown := &l.c.table.At(l.c.table.Find(0)).Request
	if got := v.Service(0, unknown); got != time.Second {
		t.Errorf("service %v, want 1 s: it counts %v", got, UnknownWork)
	}
	if bound := v.Bound(unknown); bound != 5*time.Second {
		t.Errorf("bound %v, want 5 times the service time", bound)
	}
	d := ScaleView{v}
	l.c.view.Now = 10 * time.Second
	if got := d.Demand(10 * time.Second); got.Unknown != 0.3 || math.Abs(got.Work-0.2) > 1e-12 {
		t.Errorf("demand %+v, want 3 unknown arrivals and 2 CPU-seconds in 10 s", got)
	}
	l.step(10, Event{Kind: Done, Request: 0, Work: 0.5}, "deliver r0.0")
	if got, want := works(), [4]float64{0, 0.5, 0.5, 2}; got != want {
		t.Errorf("after the first measurement: predicted works %v, want %v", got, want)
	}
	if left := v.WorkLeft(0); left != 0.5+0.5+2 {
		t.Errorf("work left %v, want what is predicted now", left)
	}
	if got := d.Demand(10 * time.Second); got.Unknown != 0 || math.Abs(got.Work-0.35) > 1e-12 {
		t.Errorf("demand %+v, want 3 x 0.5 + 2 CPU-seconds in 10 s", got)
	}
	l.step(11, Event{Kind: Done, Request: 3, Work: 8}, "deliver r3.0")
	for class, want := range []float64{0.5, 4.25, 3} { // of the class, of all, of the class and its prior
		if got := l.c.expected(ClassID(class)); got != want {
			t.Errorf("class %d: expected %v, want %v", class, got, want)
		}
	}
}

// TestPriorGivesWay: the prior of a class counts as a few measurements: one that is short
// does not take its place, and a wrong one is outvoted.
func TestPriorGivesWay(t *testing.T) {
	l := newLab(t, 1, Config{Classes: []Class{{Name: "a", Prior: 2}}})
	v := l.c.View()
	for n := range RequestID(2001) {
		if v.Measured(0) != (n > 0) {
			t.Errorf("after %d measurements: measured is %v", n, v.Measured(0))
		}
		if n == 1 || n == PriorWeight || n == 2000 {
			want := (2*PriorWeight + 0.5*float64(n)) / (PriorWeight + float64(n))
			if got := l.c.expected(0); math.Abs(got-want) > 0.005 {
				t.Errorf("after %d measurements of 0.5 s: expected %v, want %v", n, got, want)
			}
		}
		for _, e := range []Event{arrival(n), {Kind: Done, Request: n, Work: 0.5}} {
			l.c.Step(time.Duration(n)*time.Second, &e, nil)
		}
	}
}

// TestUnknownWorkMayRunAnywhere: what nothing is known of is not taken for too
// long for a function.
func TestUnknownWorkMayRunAnywhere(t *testing.T) {
	l := newLab(t, 1, Config{Classes: []Class{{Name: "a"}}, Functions: &Functions{Share: 1, Timeout: time.Millisecond}})
	if !l.c.View().FunctionFits(&Request{}) {
		t.Error("a request of unknown work does not fit a function")
	}
	if l.c.View().FunctionFits(&Request{Work: 1, Known: true}) {
		t.Error("a request of 1 s fits a function that may take 1 ms")
	}
}

// TestFirstMeasurementReordersTheFree: what was counted while nothing was known does not stay
// in the index of who is free first. Worker 0 has two of unknown work, 1 CPU-second each,
// worker 1 one of 0.5; then it is measured that the former take 0.2.
func TestFirstMeasurementReordersTheFree(t *testing.T) {
	l := newLab(t, 2, Config{Classes: []Class{{Name: "a"}, {Name: "c", Prior: 0.5}}})
	v := l.c.View()
	v.EarliestFree(0) // from here on the index is kept
	l.step(0, Event{Kind: Arrival, Request: 0}, "r0.0 -> w0")
	l.step(0, Event{Kind: Arrival, Request: 1, Class: 1}, "r1.0 -> w1")
	l.step(0, Event{Kind: Arrival, Request: 2}, "r2.0 -> w0")
	if w, _ := v.EarliestFree(0); w != 1 {
		t.Errorf("worker %d is free first while work is unknown, want 1", w)
	}
	l.step(0.05, Event{Kind: Done, Request: 2, Work: 0.2}, "deliver r2.0")
	if w, _ := v.EarliestFree(0); w != 0 {
		t.Errorf("worker %d is free first, want 0, which has %v left of work and the other %v", w, v.WorkLeft(0), v.WorkLeft(1))
	}
}
