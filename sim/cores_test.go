package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// wide is one machine that serves classes with one core and with four.
func wide(cores int, ps bool) Config {
	cfg := fleet(1, &roundRobin{})
	cfg.PS, cfg.Control.Pools[0].Cores = ps, cores
	cfg.Control.Classes = []policy.Class{{Name: "one", Factor: 5}, {Name: "four", Factor: 5, Cores: 4}}
	return cfg
}

// arrival is an arrival of a class, in seconds.
func arrival(at float64, class policy.ClassID, work float64) workloads.Arrival {
	return workloads.Arrival{At: duration(at), Class: class, Work: duration(work)}
}

// TestSharedThreads: 8 CPU-s in four threads and 1 CPU-s in one share four cores: five
// threads have 0.8 of a core each. The one ends after 1/0.8 = 1.25 s, in which the other had
// 4 × 0.8 × 1.25 = 4 CPU-s; the 4 that are left take 1 s on four cores.
func TestSharedThreads(t *testing.T) {
	got := play(t, wide(4, true), &list{arrivals: []workloads.Arrival{arrival(0, 1, 8), arrival(0, 0, 1)}}).byID(t)
	if !is(got[1].Finish, 1.25) || !is(got[0].Finish, 2.25) {
		t.Errorf("finished at %v and %v, want 2.25s and 1.25s", got[0].Finish, got[1].Finish)
	}
	if got[0].Ideal != 2*time.Second || got[0].Bound != 10*time.Second {
		t.Errorf("ideal %v, bound %v, want 8 CPU-s on four cores, and five times as much", got[0].Ideal, got[0].Bound)
	}
}

// TestLineOfThreads: on two cores, first come, first served. A request of four threads has
// two here. It waits until both cores are free, at 2 s, and what is behind it waits although
// a core is idle.
func TestLineOfThreads(t *testing.T) {
	src := []workloads.Arrival{arrival(0, 0, 2), arrival(0.5, 1, 2), arrival(0.6, 0, 1)}
	got := play(t, wide(2, false), &list{arrivals: src}).byID(t)
	for i, want := range [][2]float64{{0, 2}, {2, 3}, {3, 4}} {
		if !is(got[i].Start, want[0]) || !is(got[i].Finish, want[1]) {
			t.Errorf("request %d served from %v to %v, want %vs to %vs", i, got[i].Start, got[i].Finish, want[0], want[1])
		}
	}
}

// TestNextInLineFits: a request leaves the line that did not fit beside one that its worker
// finishes for nobody; what is behind it begins at once.
func TestNextInLineFits(t *testing.T) {
	cfg := wide(2, false)
	cfg.Timeout, cfg.Abandoned = 1200*time.Millisecond, Finishes
	src := []workloads.Arrival{arrival(0, 0, 3), arrival(0.2, 1, 9), arrival(0.3, 0, 0.05)}
	if got := play(t, cfg, &list{arrivals: src}).byID(t)[2]; !is(got.Start, 1.4) {
		t.Errorf("begins at %v, want 1.4s, when the one before it leaves", got.Start)
	}
}

// TestSharedThreadsTwin: a request that could use four cores is as quick as one of a quarter of
// the work on one: 1 µs at most apart, whatever else is there.
func TestSharedThreadsTwin(t *testing.T) {
	cfg := wide(4, true)
	src := []workloads.Arrival{arrival(0, 1, 4), arrival(0.5, 1, 4), arrival(0.7, 1, 8)}
	got := play(t, cfg, &list{arrivals: src}).byID(t)
	one := fleet(1, &roundRobin{})
	one.PS = true
	for i := range src {
		src[i].Class, src[i].Work = 0, src[i].Work/4
	}
	for i, q := range play(t, one, &list{arrivals: src}).byID(t) {
		if d := q.Finish - got[i].Finish; d < -time.Microsecond || d > time.Microsecond {
			t.Errorf("request %d: %v with four threads on four cores, %v with one on one", i, got[i].Finish, q.Finish)
		}
	}
}
