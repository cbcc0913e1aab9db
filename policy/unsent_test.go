package policy

import (
	"fmt"
	"testing"
	"time"
)

// unsent is the end of an attempt that never reached its worker.
func unsent(id RequestID, n uint8) Event {
	return Event{Kind: Done, Request: id, Attempt: n, Status: Error, Unstarted: true}
}

// TestUnsentGoesElsewhere: an attempt that never ran is repeated at another worker at once,
// for any method and without a word from Max or Budget; where no other worker is left it is
// repeated after a pause, and Unsent bounds all of it.
func TestUnsentGoesElsewhere(t *testing.T) {
	l := newLab(t, 3, Config{Retry: Retry{Unsent: 4}})
	l.step(1, Event{Kind: Arrival, Request: 0}, "r0.0 -> w0") // a POST
	l.step(1, unsent(0, 0), "r0.1 -> w2")
	l.step(1, unsent(0, 1), "r0.2 -> w1")
	l.step(1, Event{Kind: Done, Request: 0, Attempt: 2, Status: Error}, "reject r0 502") // it may have run

	l = newLab(t, 1, Config{Retry: Retry{Unsent: 2}})
	l.step(1, Event{Kind: Arrival, Request: 0}, "r0.0 -> w0")
	again := unsent(0, 0)
	l.out = l.c.Step(time.Second, &again, l.out[:0])
	if len(l.out) != 1 || l.out[0].Kind != WakeAt || l.out[0].At < time.Second+refusedBackoff/2 || l.out[0].At > time.Second+refusedBackoff {
		t.Fatalf("%s, want a wake after half of %v to all of it: there is no other worker", tell(l.out), refusedBackoff)
	}
	l.step(1.2, Event{Kind: Wake}, "r0.1 -> w0")
	again = unsent(0, 1)
	l.out = l.c.Step(1300*time.Millisecond, &again, l.out[:0])
	l.step(2, Event{Kind: Wake}, "r0.2 -> w0")
	l.step(2, unsent(0, 2), "reject r0 502")
}

// TestUnsentIsOutsideTheBudget: repeats of attempts that never ran leave the budget and Max
// to those of attempts that failed.
func TestUnsentIsOutsideTheBudget(t *testing.T) {
	l := newLab(t, 2, Config{Retry: Retry{Max: 1, Budget: 0.001, Unsent: 4}})
	for id := range RequestID(30) {
		l.step(float64(id), arrival(id), fmt.Sprintf("r%d.0 -> w0", id))
		l.step(float64(id), unsent(id, 0), fmt.Sprintf("r%d.1 -> w1", id))
		l.step(float64(id), ended(id, 1, OK), fmt.Sprintf("deliver r%d.1", id))
	}
	l.step(100, arrival(30), "r30.0 -> w0")
	l.step(100, unsent(30, 0), "r30.1 -> w1")
	l.step(100, ended(30, 1, Error), "r30.2 -> w0") // spends one of the budget
	if c := l.c; c.budget > retryBurst-0.9 || c.budget < retryBurst-1.1 || c.counts.Retries != 32 {
		t.Errorf("budget %v after %d repeats, want one spent of %d, and 32 repeats", c.budget, c.counts.Retries, retryBurst)
	}
}

// TestRefusalsPassed: under PassRefusals a call that the function service has refused is
// answered 429 though failed attempts are repeated.
func TestRefusalsPassed(t *testing.T) {
	for _, pass := range []bool{false, true} {
		l := newLab(t, 0, Config{Spill: toFunction{}, Functions: &Functions{Share: 1}, Retry: Retry{Max: 1, Budget: 1, Unsent: 3, PassRefusals: pass}})
		l.step(1, arrival(0), "r0.0 -> function")
		l.out = l.c.Step(time.Second, &Event{Kind: Done, Worker: NoWorker, Status: Throttled, Unstarted: true}, l.out[:0])
		if got := l.c.counts.Retries == 0; got != pass {
			t.Errorf("PassRefusals %v: %d repeats", pass, l.c.counts.Retries)
		}
	}
}
