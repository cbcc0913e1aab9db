package policy

import (
	"testing"
	"time"
)

// TestAttemptTimesOut: an attempt that takes longer than it may is cancelled,
// and tried elsewhere where it may be; the last one is answered with 504.
func TestAttemptTimesOut(t *testing.T) {
	l := newLab(t, 2, Config{Retry: Retry{Max: 1, Budget: 1, AttemptTimeout: 2 * time.Second}})
	l.step(1, arrival(0), "r0.0 -> w0, wake 3s")
	l.step(3, Event{Kind: Wake}, "cancel r0.0")
	l.step(3, ended(0, 0, Cancelled), "r0.1 -> w1, wake 5s")
	l.step(5, Event{Kind: Wake}, "cancel r0.1")
	l.step(5, ended(0, 1, Cancelled), "reject r0 504")
	l.step(6, Event{Kind: Arrival, Request: 1}, "r1.0 -> w0, wake 8s") // not idempotent
	l.step(8, Event{Kind: Wake}, "cancel r1.0")
	l.step(8, ended(1, 0, Cancelled), "reject r1 504")
	l.step(9, arrival(2), "r2.0 -> w0, wake 11s")
	l.step(10, ended(2, 0, OK), "deliver r2.0")
	l.step(11, Event{Kind: Wake}, "") // it has ended before
}

// timer5 is a router with time-outs of its own.
type timer5 struct{ first }

func (timer5) AttemptTimeout(int) time.Duration { return 5 * time.Second }

// TestRoutersTimeOutsComeFirst: they decide, not the retry rule's.
func TestRoutersTimeOutsComeFirst(t *testing.T) {
	l := newLab(t, 1, Config{Router: timer5{}, Retry: Retry{AttemptTimeout: 2 * time.Second}})
	l.step(1, arrival(0), "r0.0 -> w0, wake 6s")
}

// TestTimeOutIsOfItsOwnAttempt: numbers of attempts begin again after 256, and the time-out
// of the first attempt does not end another of its number, which has its own.
func TestTimeOutIsOfItsOwnAttempt(t *testing.T) {
	l := newLab(t, 1, Config{Router: endless{}, Retry: Retry{Max: 1, AttemptTimeout: 10 * time.Second}})
	l.step(0, arrival(0), "r0.0 -> w0, wake 10s")
	for i := range 256 {
		l.out = l.c.Step(time.Second+time.Duration(i)*time.Millisecond, &Event{Kind: Done, Attempt: uint8(i), Status: Error}, l.out[:0])
	}
	last := time.Second + 255*time.Millisecond // when attempt 0 is sent again
	for at := 10 * time.Second; at < last+10*time.Second; at += 50 * time.Millisecond {
		l.out = l.c.Step(at, &Event{Kind: Wake}, l.out[:0])
		for _, cmd := range l.out {
			if cmd.Kind == Cancel {
				t.Fatalf("at %v: %s, want nothing before %v", at, tell(l.out), last+10*time.Second)
			}
		}
	}
	l.out = l.c.Step(last+10*time.Second, &Event{Kind: Wake}, l.out[:0])
	if got := tell(l.out); got != "cancel r0.0" {
		t.Errorf("at %v: %q, want the attempt cancelled", last+10*time.Second, got)
	}
}
