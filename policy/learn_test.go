package policy

import (
	"testing"
	"time"
)

// memo is an estimator of one number per key; it counts what it is taught.
type memo struct {
	work   map[Key]float64
	learnt int
	at     time.Duration // of what was learnt or recalled last
}

func (m *memo) Estimate(_ time.Duration, r *Request) (float64, bool) {
	w, ok := m.work[r.Key]
	r.Repeat = ok
	return w, ok
}

func (m *memo) Learn(at time.Duration, r *Request, w float64) {
	m.work[r.Key], m.at = w, at
	m.learnt++
}

// A recalling memo can be reminded of equal requests.
type recalling struct{ memo }

func (m *recalling) Recall(at time.Duration, k Key, w float64) { m.work[k], m.at = w, at }

func newMemo() memo { return memo{work: map[Key]float64{}} }

func TestLearning(t *testing.T) {
	m := &recalling{newMemo()}
	l := newLab(t, 1, Config{Estimator: m, Store: true})
	l.step(0, Event{Kind: Arrival, Request: 0, Key: 5}, "lookup 5, r0.0 -> w0")
	if w := l.c.table.At(l.c.table.Find(0)).Work; w != 1 {
		t.Errorf("unknown work = %v, want the prior 1", w)
	}
	l.step(1, Event{Kind: Done, Request: 0, Work: 4}, "deliver r0.0, record r0")
	l.step(2, Event{Kind: Arrival, Request: 1, Key: 6}, "lookup 6, r1.0 -> w0")
	if w := l.c.table.At(l.c.table.Find(1)).Work; w != 1.5 {
		t.Errorf("work of an unknown key = %v, want the class mean 1.5, of the prior five times and 4", w)
	}
	l.step(3, Event{Kind: Done, Request: 1, Work: 6}, "deliver r1.0, record r1")
	l.step(4, Event{Kind: Arrival, Request: 2, Key: 5}, "r2.0 -> w0") // known: nothing to ask
}

// TestFoundIsNotLearntTwice: what a lookup finds was measured, and learnt,
// before. It says what equal requests take, and nothing of the class.
func TestFoundIsNotLearntTwice(t *testing.T) {
	m := &recalling{newMemo()}
	l := newLab(t, 1, Config{Estimator: m, Store: true})
	l.step(0, Event{Kind: Arrival, Request: 0, Key: 5}, "lookup 5, r0.0 -> w0")
	for range 10 {
		l.step(3, Event{Kind: Found, Key: 5, Work: 7, At: -time.Hour}, "")
	}
	if m.work[5] != 7 || m.at != -time.Hour || m.learnt != 0 || l.c.view.Measured(0) || l.c.expected(0) != 1 {
		t.Errorf("after 10 answers to a lookup: %+v, the class mean %v", m, l.c.expected(0))
	}
	l.step(4, Event{Kind: Arrival, Request: 1, Key: 5}, "r1.0 -> w0")
	if w := l.c.table.At(l.c.table.Find(1)).Work; w != 7 {
		t.Errorf("predicted %v, want the 7 that was found", w)
	}
}

// TestNobodyAsksInVain: a lookup is of use only to an estimator that can
// remember its answer.
func TestNobodyAsksInVain(t *testing.T) {
	for _, e := range []Estimator{nil, &recalling{newMemo()}} {
		l := newLab(t, 1, Config{Estimator: e, Store: e == nil})
		l.step(0, Event{Kind: Arrival, Request: 0, Key: 5}, "r0.0 -> w0")
		l.step(1, Event{Kind: Found, Key: 5, Work: 7}, "") // asked by nobody
		if e == nil && l.c.view.Measured(0) {
			t.Error("the answer to a lookup was learnt")
		}
	}
	m := newMemo()
	l := newLab(t, 1, Config{Estimator: &m, Store: true})
	l.step(0, Event{Kind: Arrival, Request: 0, Key: 5}, "r0.0 -> w0")
}

// TestWhereIsLearntFrom: an answer or its record teaches, never both; what
// earlier runs have recorded teaches in either case.
func TestWhereIsLearntFrom(t *testing.T) {
	for _, byStore := range []bool{false, true} {
		m := newMemo()
		l := newLab(t, 1, Config{Estimator: &m, Store: true, LearnByStore: byStore})
		l.step(0, Event{Kind: Observed, Key: 1, Work: 2, At: -time.Hour}, "")
		if n, _ := l.learnt(0); m.learnt != 1 || m.at != -time.Hour || n != 1 {
			t.Errorf("by store %v: the record of an earlier run is learnt %d times, at %v", byStore, m.learnt, m.at)
		}
		l.step(0, Event{Kind: Arrival, Request: 0, Key: 5}, "r0.0 -> w0")
		l.step(1, Event{Kind: Done, Request: 0, Work: 4}, "deliver r0.0, record r0")
		if byStore {
			l.step(2, Event{Kind: Observed, Key: 5, Work: 4, At: time.Second}, "")
		}
		if n, _ := l.learnt(0); m.learnt != 2 || m.at != time.Second || n != 2 {
			t.Errorf("by store %v: learnt %d times, last at %v", byStore, m.learnt, m.at)
		}
	}
}

// TestLongAnswersAreRecorded: one that was delivered at its head is recorded
// at its end, when its work is known; what was cancelled or broke off is not.
func TestLongAnswersAreRecorded(t *testing.T) {
	l := newLab(t, 2, Config{Store: true, Retry: Retry{Max: 1, Budget: 1}})
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(1, Event{Kind: Head, Request: 0, Code: 200}, "deliver r0.0")
	l.step(2, Event{Kind: Done, Request: 0, Work: 4}, "record r0")
	l.step(3, arrival(1), "r1.0 -> w0")
	l.step(4, Event{Kind: Head, Request: 1, Code: 200}, "deliver r1.0")
	l.step(5, ended(1, 0, Error), "")
	l.step(6, arrival(2), "r2.0 -> w0")
	l.step(7, Event{Kind: Gone, Request: 2}, "cancel r2.0")
	l.step(8, Event{Kind: Done, Request: 2, Work: 4}, "") // it was faster than its end
	if n, mean := l.learnt(0); n != 2 || mean != 4 {
		t.Errorf("learnt %v times a mean of %v, want twice 4", n, mean)
	}
}

// busybody is a router that also commands concurrency.
type busybody struct{ first }

func (busybody) Act(_ *View, do *Actions, tag uint64) {
	do.SetConcurrency(3 - 5*int(tag))
	do.At(time.Minute, 1)
}

func TestConcurrencyIsCommanded(t *testing.T) {
	l := newLab(t, 1, Config{Router: busybody{}, Functions: &Functions{Share: 1}})
	l.step(0, arrival(0), "r0.0 -> w0, concurrency 3, wake 1m0s")
	l = newLab(t, 1, Config{Router: busybody{}, Functions: &Functions{Share: 1, Concurrency: 2}})
	l.step(0, arrival(0), "r0.0 -> w0, concurrency 2, wake 1m0s")
	l = newLab(t, 1, Config{Router: busybody{}})
	l.step(0, arrival(0), "r0.0 -> w0, wake 1m0s")
}
