package policy

import "testing"

// byTen is an estimator that takes ten instructions for a CPU-second.
type byTen struct {
	recalling
	related []PoolID
}

func (*byTen) Targets() bool { return true }

func (b *byTen) Relate(_ ClassID, m *Measured) { b.related = append(b.related, m.Pool) }

func (b *byTen) Seen(_ ClassID, m *Measured) float64 { return float64(m.Executed.Instructions) / 10 }

// TestCountsAreLearntFrom: what an estimator sees in counts is what it and the
// class mean learn, of answers and of what the store found, which relates to no
// CPU time twice; what was not counted is learnt as measured.
func TestCountsAreLearntFrom(t *testing.T) {
	b := &byTen{recalling: recalling{newMemo()}}
	l := newLab(t, 1, Config{Estimator: b, Store: true, Functions: &Functions{Share: 1}, Spill: odd{}})
	l.step(0, Event{Kind: Arrival, Request: 0, Key: 5}, "lookup 5, r0.0 -> w0")
	l.step(1, Event{Kind: Done, Request: 0, Work: 4, Executed: Executed{Instructions: 30}}, "deliver r0.0, record r0")
	if _, mean := l.learnt(0); b.work[5] != 3 || mean != 3 {
		t.Errorf("learnt %v, the class %v; want 3 from 30 instructions", b.work[5], mean)
	}
	l.step(2, Event{Kind: Arrival, Request: 1, Key: 6}, "lookup 6, r1.0 -> function")
	l.step(3, Event{Kind: Done, Request: 1, Work: 4, Executed: Executed{Instructions: 50}}, "deliver r1.0, record r1")
	l.step(3, Event{Kind: Found, Key: 8, Work: 4, Executed: Executed{Instructions: 70}, Pool: NoPool}, "")
	l.step(3, Event{Kind: Observed, Key: 9, Work: 4, Pool: NoPool}, "")
	if b.work[6] != 5 || b.work[8] != 7 || b.work[9] != 4 {
		t.Errorf("learnt %v, want 5 of key 6, 7 of 8 and 4 of 9, which was not counted", b.work)
	}
	if len(b.related) != 2 || b.related[0] != 0 || b.related[1] != NoPool {
		t.Errorf("related in pools %v, want 0 and that of functions", b.related)
	}
}

// odd sends requests with an odd number to functions.
type odd struct{}

func (odd) Decide(_ *View, r *Request, _ WorkerID, _ bool) Choice {
	if r.ID%2 == 1 {
		return ToFunction
	}
	return ToWorker
}

// TestRecognisedAreCounted: of requests with a key, those that an earlier one
// was equal to, where the estimator can tell.
func TestRecognisedAreCounted(t *testing.T) {
	l := newLab(t, 1, Config{Estimator: &recalling{newMemo()}})
	for i, k := range []Key{5, 0, 5, 6, 5} {
		id := RequestID(i)
		l.out = l.c.Step(0, &Event{Kind: Arrival, Request: id, Key: k}, l.out[:0])
		l.out = l.c.Step(0, &Event{Kind: Done, Request: id, Work: 1}, l.out[:0])
	}
	if n := l.c.Counts(); n.Keyed != 4 || n.Recognised != 2 {
		t.Errorf("%d of %d recognised, want 2 of 4", n.Recognised, n.Keyed)
	}
}
