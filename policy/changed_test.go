package policy

import (
	"slices"
	"testing"
	"time"
)

// hears is a router that hears of workers.
type hears struct {
	first
	states *[]WorkerState
}

func (h hears) WorkerChanged(v *View, w WorkerID) { *h.states = append(*h.states, v.Worker(w).State) }

// TestObserverHearsEveryState: a WorkerObserver hears of each state that a worker comes
// to, once, and not of an event that changes nothing.
func TestObserverHearsEveryState(t *testing.T) {
	var got []WorkerState
	l := newLab(t, 0, Config{Router: hears{states: &got}})
	for _, kind := range []EventKind{WorkerPending, WorkerRunning, WorkerRunning, WorkerReady, WorkerReady, WorkerLost, WorkerLost} {
		l.out = l.c.Step(time.Second, &Event{Kind: kind}, l.out[:0])
	}
	want := []WorkerState{StatePending, StateRunning, StateReady, StateLost}
	if !slices.Equal(got, want) {
		t.Errorf("heard %v, want %v", got, want)
	}
}

// TestLastReadyStays: an operator who wants one worker keeps the one that is ready while
// another is under way.
func TestLastReadyStays(t *testing.T) {
	l := newLab(t, 1, Config{})
	l.step(1, Event{Kind: Resize, N: 2}, "launch 1")
	l.step(2, Event{Kind: Resize, N: 1}, "")
	l.step(3, Event{Kind: Resize, N: 0}, "drain w0")
}

// TestStallKeepsWhatBoots: a worker that boots is not called off while a request waits for
// it; once none does, it is.
func TestStallKeepsWhatBoots(t *testing.T) {
	l := newLab(t, 1, Config{Router: reckless{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2}}})
	l.step(0, arrival(0), "launch 1") // which request 0 waits for
	l.step(1, Event{Kind: WorkerPending, Worker: 1}, "")
	l.out = l.c.callOff(0, 1, l.out[:0])
	if got := tell(l.out); got != "" {
		t.Errorf("%q, want the worker kept for request 0", got)
	}
	l.step(2, Event{Kind: WorkerRunning, Worker: 1}, "r0.0 -> w1")
	l.out = l.c.callOff(0, 1, l.out[:0])
	if got := tell(l.out); got != "drain w1" {
		t.Errorf("%q, want w1 drained: nobody waits for it any more", got)
	}
}

// TestQueueOfOnlyLeftIsEmpty: when all that waited have left, a free slot gets nothing, and
// the next to arrive goes straight to it.
func TestQueueOfOnlyLeftIsEmpty(t *testing.T) {
	l := newLab(t, 1, Config{Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}}})
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(1, arrival(1), "")
	l.step(2, arrival(2), "")
	l.step(3, Event{Kind: Gone, Request: 1}, "")
	l.step(3, Event{Kind: Gone, Request: 2}, "")
	l.step(4, ended(0, 0, OK), "deliver r0.0")
	l.step(5, arrival(3), "r3.0 -> w0")
}

// TestRefusedTriesGrowFromOne: each refusal makes the next tries begin at one call again, and
// double while none is refused.
func TestRefusedTriesGrowFromOne(t *testing.T) {
	var s space
	now := time.Second
	s.call(now, false)
	s.refused(now)
	for round := range 2 {
		for i, want := range []int{2, 4, 8} {
			if i == 0 && round > 0 {
				s.refused(now)
			}
			now = s.next
			if i == 0 {
				if n := tries(&s, now); n != 1 {
					t.Fatalf("round %d: %d calls after a refusal, want 1", round, n)
				}
				now = s.next
			}
			if n := tries(&s, now); n != want {
				t.Errorf("round %d: %d calls after %d tries without a refusal, want %d", round, n, i+1, want)
			}
		}
	}
}

// tries is how many calls a space lets through at an instant.
func tries(s *space, now time.Duration) int {
	n := 0
	for ; s.free(now) && n < 100; n++ {
		s.call(now, false)
	}
	return n
}

// TestNoEntryBeforeItself: the order of entries is strict.
func TestNoEntryBeforeItself(t *testing.T) {
	a, b := Entry[float64, struct{}]{Key: 1, Tie: 2}, Entry[float64, struct{}]{Key: 1, Tie: 3}
	if a.Before(&a) || !a.Before(&b) || b.Before(&a) {
		t.Errorf("of %+v and %+v want the first before the second, and none before itself", a, b)
	}
}
