package policy

import (
	"math"
	"testing"
	"time"
)

// TestNeverIsNoInstant: what is passed in a hundred years is passed never; an instant before is a
// little later than asked for.
func TestNeverIsNoInstant(t *testing.T) {
	v := View{Now: 5 * time.Second}
	for wait, want := range map[float64]time.Duration{
		0: 5*time.Second + lateBy, 1e9: 6*time.Second + lateBy, never: 0, math.Inf(1): 0, never / 2: v.Now + never/2 + lateBy,
	} {
		if got := v.AskAt(wait); got != want {
			t.Errorf("after %v ns: %v, want %v", wait, got, want)
		}
	}
	for _, c := range []struct{ left, slope, want float64 }{
		{-1, 1, 0}, {0, 1, 0}, {0.5, 1, 0.5}, {4, 2, 2}, {0, 0, math.Inf(1)}, {4, 9e-7, math.Inf(1)}, {4, 1e-6, 4e6}, {3, 1.5e-6, 2e6},
	} {
		if got := Passes(c.left, c.slope); got != c.want && math.Abs(got/c.want-1) > 1e-12 {
			t.Errorf("%v at %v per ns are passed after %v ns, want %v", c.left, c.slope, got, c.want)
		}
	}
}

// TestLaunchesOfNoPool: a launch that failed in a pool that is not there is counted as unknown alone.
func TestLaunchesOfNoPool(t *testing.T) {
	l := newLab(t, 1, Config{})
	for _, p := range []PoolID{-1, 1, 9} {
		l.step(1, Event{Kind: LaunchFailed, Pool: p, N: 2}, "")
	}
	if n := l.c.Counts(); n.Unknown != 3 || n.LaunchFailed != 0 {
		t.Errorf("%d unknown and %d failed, want 3 and none", n.Unknown, n.LaunchFailed)
	}
	l.step(2, Event{Kind: LaunchFailed, Pool: 0, N: 2}, "")
	if n := l.c.Counts(); n.Unknown != 3 || n.LaunchFailed != 2 {
		t.Errorf("%d unknown and %d failed, want 3 and 2", n.Unknown, n.LaunchFailed)
	}
}
