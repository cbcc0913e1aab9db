package latency

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
)

// TestAt: the median of the number in flight, of the nearest where there is none, the lower of two.
func TestAt(t *testing.T) {
	var l ByInFlight
	if got := l.At(3); got != 0 {
		t.Errorf("%v of nothing, want 0", got)
	}
	for i := range time.Duration(20) { // the last nine are 11 to 19
		l.Add(2, i)
	}
	l.Add(6, 100)
	l.Add(6, 300)
	l.Add(-1, -5)
	l.Add(1e6, 900)
	for _, c := range []struct {
		n    int
		want time.Duration
	}{{2, 15}, {3, 15}, {4, 15}, {5, 100}, {7, 100}, {0, 0}, {-4, 0}, {1, 0}, {200, 900}, {256, 900}, {1e9, 900}} {
		if got := l.At(c.n); got != c.want {
			t.Errorf("at %d in flight: %v, want %v", c.n, got, c.want)
		}
	}
}

// TestAtLaw: whatever was added, the answer is what a search over all of it finds.
func TestAtLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l ByInFlight
		all := map[int][]time.Duration{}
		for range rapid.IntRange(0, 60).Draw(t, "answers") {
			n, took := rapid.IntRange(0, 12).Draw(t, "in flight"), time.Duration(rapid.IntRange(0, 99).Draw(t, "took"))
			l.Add(n, took)
			all[n] = append(all[n], took)
		}
		n, want := rapid.IntRange(0, 20).Draw(t, "asked"), time.Duration(0)
		for d := 30; d >= 0; d-- {
			for _, i := range []int{n + d, n - d} {
				if of := all[i]; len(of) > 0 {
					last := slices.Clone(of[max(len(of)-kept, 0):])
					slices.Sort(last)
					want = last[(len(last)-1)/2]
				}
			}
		}
		if got := l.At(n); got != want {
			t.Fatalf("at %d in flight: %v, want %v", n, got, want)
		}
	})
}
