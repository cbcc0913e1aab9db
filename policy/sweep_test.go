package policy

import (
	"testing"
	"time"
)

// TestTimeoutsGoWithAttempts: timers of attempts that have ended do not pile up
// behind one of an attempt that has not.
func TestTimeoutsGoWithAttempts(t *testing.T) {
	l := newLab(t, 1, Config{Retry: Retry{AttemptTimeout: time.Hour}})
	e := arrival(0)
	l.out = l.c.Step(0, &e, l.out[:0])
	for id := RequestID(1); id < 100_000; id++ {
		e = arrival(id)
		l.out = l.c.Step(time.Duration(id)*time.Millisecond, &e, l.out[:0])
		e = ended(id, 0, OK)
		l.out = l.c.Step(time.Duration(id)*time.Millisecond, &e, l.out[:0])
	}
	if n := l.c.timers.rings[0].q.Len(); n > leastSweep+1 {
		t.Errorf("%d timers of one attempt in flight, want %d at most", n, leastSweep+1)
	}
	l.step(3600, Event{Kind: Wake}, "cancel r0.0")
}
