package policy

import (
	"fmt"
	"testing"
)

// idler is a Spill that says what it is told to.
type idler struct{ says *Choice }

func (p idler) Decide(*View, *Request, WorkerID, bool) Choice { return *p.says }

// asker is a Witness that asks another Spill about each request.
type asker struct{ other Spill }

func (a asker) Decided(v *View, r *Request, _ Placement) { v.WouldChoose(first{}, a.other, r) }

// TestPassedUntilSomethingIsSent: what is refused beside a free machine is counted until
// the first request was sent, and what a Witness would have refused is not.
func TestPassedUntilSomethingIsSent(t *testing.T) {
	says, never := ToReject, ToReject
	l := newLab(t, 1, Config{Spill: idler{&says}, Witness: asker{idler{&never}}, Functions: &Functions{Share: 1}})
	passed := func(want uint64) {
		t.Helper()
		if got := l.c.Counts().Passed; got != want {
			t.Errorf("passed %d times, want %d", got, want)
		}
	}
	for id := range RequestID(2) {
		e := arrival(id)
		l.out = l.c.Step(0, &e, l.out[:0])
		passed(uint64(id) + 1)
	}
	next := RequestID(2)
	for _, c := range []struct {
		how  Choice
		sent string
	}{{ToWorker, "w0"}, {ToFunction, "function"}} { // as many of one as of the other in the end
		says = c.how
		l.step(1, arrival(next), fmt.Sprintf("r%d.0 -> %s", next, c.sent))
		l.step(2, ended(next, 0, OK), fmt.Sprintf("deliver r%d.0", next))
		says = ToReject
		e := arrival(next + 1)
		l.out = l.c.Step(l.c.now, &e, l.out[:0])
		passed(2)
		next += 2
	}
}

// TestFailuresAreInARow: an answer begins the count of a worker's failures again, and what
// was cancelled is none.
func TestFailuresAreInARow(t *testing.T) {
	l := newLab(t, 1, Config{})
	want := []struct {
		s Status
		n int32
	}{{Error, 1}, {Error, 2}, {Cancelled, 2}, {OK, 0}, {Error, 1}, {OK, 0}}
	for id, c := range want {
		e := arrival(RequestID(id))
		l.out = l.c.Step(0, &e, l.out[:0])
		e = ended(RequestID(id), 0, c.s)
		l.out = l.c.Step(0, &e, l.out[:0])
		if got := l.c.View().Worker(0).Failures; int32(got) != c.n {
			t.Errorf("after attempt %d, %v: %d failures in a row, want %d", id, c.s, got, c.n)
		}
	}
}
