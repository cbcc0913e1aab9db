package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
)

// TestFaultsAfterTheLastAnswer: a worker that fails while nothing is left to do, but
// before the run ends, fails all the same, and its bill ends; after the end of the
// run nothing happens.
func TestFaultsAfterTheLastAnswer(t *testing.T) {
	for when, want := range map[time.Duration]time.Duration{6 * time.Second: 6 * time.Second, 20 * time.Second: 10 * time.Second} {
		cfg := fleet(1, &roundRobin{})
		cfg.Duration = 10 * time.Second
		cfg.Control.Pools[0].Replace = policy.ReplaceNever
		cfg.Faults = []Fault{{At: when, Kind: Crash, Worker: 0, Noticed: time.Second}}
		m := play(t, cfg, at(0))
		if q := m.byID(t)[0]; q.Ending != results.Answered || m.end != 10*time.Second {
			t.Errorf("fault at %v: ending %d, run of %v, want answered and 10s", when, q.Ending, m.end)
		}
		if got := time.Duration(m.counts.VMSeconds * 1e9); got != want {
			t.Errorf("fault at %v: the machine ran for %v, want %v", when, got, want)
		}
	}
}
