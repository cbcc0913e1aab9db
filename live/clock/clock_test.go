package clock

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

// TestBothWays: what takes so long in real time is that much of the experiment, to
// the nanosecond, and never less.
func TestBothWays(t *testing.T) {
	for _, s := range []Slow{0, 1, 1.1, 2, 2.5, 7.3, 1000} {
		for _, d := range []time.Duration{0, 1, time.Second, time.Hour, -time.Minute} {
			if got := s.Run(s.Real(d)); got < d || got > d+1 {
				t.Errorf("%v in slow motion %v and back: %v", d, float64(s), got)
			}
		}
		if got := s.Real(math.MaxInt64); got != math.MaxInt64 {
			t.Errorf("what never happens happens after %v", got)
		}
	}
	if got := Slow(4).Real(time.Second); got != 4*time.Second {
		t.Errorf("a second four times slower takes %v", got)
	}
}

// TestInstants: the two clocks agree on when something is due.
func TestInstants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		time.Sleep(time.Until(Slow(5).At(start, 2*time.Second)))
		if got := Slow(5).Since(start); got != 2*time.Second || time.Since(start) != 10*time.Second {
			t.Errorf("after %v the run says %v, want 2s after 10s", time.Since(start), got)
		}
	})
}
