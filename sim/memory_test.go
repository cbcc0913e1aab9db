package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/workloads"
)

// TestMemoryLimit: requests of 60 KiB on a machine with 100. The second, at 1 s, has the
// application killed, and both fail; until 3 s it refuses, and then it serves again.
func TestMemoryLimit(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.PS, cfg.Control.Pools[0].Cores = true, 2
	cfg.Pools[0].Uneven = Uneven{MemoryKiB: 100, Restart: 2 * time.Second, WarmRequests: 1, WarmBy: 3}
	cfg.MemoryKiB = []int64{60}
	src := at(0, 1, 2, 4, 14)
	for i := range src.arrivals {
		src.arrivals[i].Work, src.arrivals[i].Memory = 3*time.Second, workloads.Unknown // that of the class
	}
	src.arrivals[4].Memory = 101 // its own
	got := play(t, cfg, src).byID(t)
	for i, want := range []results.Ending{results.Failed, results.Failed, results.Failed, results.Answered, results.Failed} {
		if got[i].Ending != want {
			t.Errorf("request %d: ending %v, want %v", i, got[i].Ending, want)
		}
	}
	if !is(got[3].Finish, 13) {
		t.Errorf("served until %v, want 13s: its application starts again and is cold", got[3].Finish)
	}
}

// TestMemoryOfTheLine: what waits has no memory; first come, first served, one core: never two.
func TestMemoryOfTheLine(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Pools[0].Uneven = Uneven{MemoryKiB: 100, Restart: time.Second}
	src := at(0, 0, 0)
	for i := range src.arrivals {
		src.arrivals[i].Memory = 100
	}
	for i, q := range play(t, cfg, src).byID(t) {
		if q.Ending != results.Answered {
			t.Errorf("request %d: %v, want an answer", i, q.Ending)
		}
	}
}

// TestKilledIsNotLost: the gateway goes on with a worker whose application was killed: a
// request that is tried again is served there once it answers.
func TestKilledIsNotLost(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Pools[0].Uneven = Uneven{MemoryKiB: 100, Restart: 500 * time.Millisecond}
	cfg.Control.Retry = policy.Retry{Unsent: 5, Backoff: 400 * time.Millisecond, Budget: 1}
	src := at(0, 0.1)
	src.arrivals[0].Memory = 200
	m := play(t, cfg, src)
	if q := m.byID(t)[1]; q.Ending != results.Answered || q.Start < 500*time.Millisecond {
		t.Errorf("the second begins at %v, ending %v; want an answer after 500ms", q.Start, q.Ending)
	}
	if m.counts.Launches != 0 || m.counts.Terminations != 0 {
		t.Errorf("%d launches, %d terminations, want none", m.counts.Launches, m.counts.Terminations)
	}
}
