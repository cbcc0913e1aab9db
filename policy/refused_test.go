package policy

import (
	"testing"
	"time"
)

// TestRefusedCallsWaitAlike: after a refusal by the function service no backoff below
// 100 ms is shorter than 100 ms, and 0 is no other rule than the least above it.
func TestRefusedCallsWaitAlike(t *testing.T) {
	until := func(backoff time.Duration) time.Duration {
		l := newLab(t, 0, Config{Pools: []Pool{{Cores: 1, Speed: 1}}, Spill: toFunction{}, Functions: &Functions{Share: 1},
			Retry: Retry{Max: 1, Budget: 1, Backoff: backoff}})
		l.step(0, arrival(0), "r0.0 -> function")
		l.out = l.c.Step(0, &Event{Kind: Done, Attempt: 0, Worker: NoWorker, Status: Throttled}, l.out[:0])
		if len(l.out) != 1 || l.out[0].Kind != WakeAt {
			t.Fatalf("backoff %v: %s, want a wake", backoff, tell(l.out))
		}
		return l.out[0].At
	}
	want := until(refusedBackoff)
	if want < refusedBackoff/2 || want > refusedBackoff {
		t.Fatalf("backoff %v: wake at %v", refusedBackoff, want)
	}
	for _, backoff := range []time.Duration{0, time.Microsecond, refusedBackoff - 1} {
		if got := until(backoff); got != want {
			t.Errorf("backoff %v: wake at %v, want %v as with %v", backoff, got, want, refusedBackoff)
		}
	}
	if got := until(time.Second); got < time.Second/2 {
		t.Errorf("backoff 1s: wake at %v", got)
	}
}
