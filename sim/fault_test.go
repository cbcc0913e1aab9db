package sim

import (
	"slices"
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
		cfg.Faults = []Fault{{At: when, Kind: Crash, Worker: 0, Detected: time.Second}}
		m := play(t, cfg, at(0))
		if q := m.byID(t)[0]; q.Ending != results.Answered || m.end != 10*time.Second {
			t.Errorf("fault at %v: ending %d, run of %v, want answered and 10s", when, q.Ending, m.end)
		}
		if got := time.Duration(m.counts.VMSeconds * 1e9); got != want {
			t.Errorf("fault at %v: the machine ran for %v, want %v", when, got, want)
		}
	}
}

// TestSparedFaultsAreTold: a fault that hits nobody says so, with why; one that hits
// says nothing.
func TestSparedFaultsAreTold(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Duration = 10 * time.Second
	cfg.Control.Pools[0].Replace = policy.ReplaceNever
	cfg.Faults = []Fault{
		{Name: "first", At: time.Second, Kind: Interrupt, Worker: 0}, {Name: "second", At: 2 * time.Second, Kind: Crash, Worker: 0},
		{Name: "third", At: 3 * time.Second, Kind: Crash, Worker: 0}, {Name: "fourth", At: 4 * time.Second, Kind: Crash, Worker: AnyWorker},
		{Name: "fifth", At: 5 * time.Second, Kind: Crash, Worker: 7}, {Name: "fifth", At: 6 * time.Second, Kind: Crash, Worker: 7},
	}
	want := []string{
		"first hit nobody: worker 0 is no spot instance, or had its notice",
		"third hit nobody: worker 0 had ended or failed before it",
		"fourth hit nobody: no worker was ready",
		"fifth hit nobody: worker 7 was never launched before it",
	}
	if m := play(t, cfg, at(0)); !slices.Equal(m.counts.Spared, want) {
		t.Errorf("told %q, want %q", m.counts.Spared, want)
	}
}

// TestLostRequestsFailInTheOrderTheyWereBegun: not by when they would have ended.
func TestLostRequestsFailInTheOrderTheyWereBegun(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.PS = true
	cfg.Control.Pools[0].Replace = policy.ReplaceNever
	cfg.Faults = []Fault{{At: time.Second, Kind: Crash, Worker: 0, Detected: time.Second}}
	m := play(t, cfg, jobs([2]float64{0.1, 30}, [2]float64{0.2, 20}, [2]float64{0.3, 10}))
	for i, q := range m.requests { // as they ended
		if q.ID != uint64(i) || q.Ending != results.Failed {
			t.Errorf("request %d failed as number %d, ending %d", q.ID, i, q.Ending)
		}
	}
}
