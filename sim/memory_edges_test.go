package sim

import (
	"slices"
	"testing"
	"time"
)

// TestMemoryOfARequest: its own, also where that is none; else its class's, if that has any.
func TestMemoryOfARequest(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Pools[0].Uneven.MemoryKiB, cfg.MemoryKiB = 100, []int64{60}
	w, err := newWorld(&cfg, &list{}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	w.hold(0, 0, 0)
	w.hold(1, 7, 0)
	w.hold(2, -1, 0)
	w.hold(4, -1, 1) // a class without one; slot 3 is of another request
	w.hold(3, 5, 1)
	if want := []int64{0, 7, 60, 5, 0}; !slices.Equal(w.memory, want) {
		t.Errorf("%v KiB, want %v", w.memory, want)
	}
}

// TestLimitsOfMemory: one KiB is a limit and 0 is none; a VM whose application was killed counts
// its utilisation from then on.
func TestLimitsOfMemory(t *testing.T) {
	for _, c := range []struct {
		limit, held int64
		limits, out bool
	}{{0, 1000, false, false}, {1, 1, true, false}, {1, 2, true, true}} {
		cfg := fleet(1, &roundRobin{})
		cfg.Pools[0].Uneven = Uneven{MemoryKiB: c.limit, WarmRequests: 1, WarmBy: 2}
		w, err := newWorld(&cfg, &list{}, &memory{})
		if err != nil {
			t.Fatal(err)
		}
		v := w.vms[0]
		v.traits.memory = c.held
		if got := w.overflows(v); got != c.out || cfg.memoryLimits() != c.limits {
			t.Errorf("%d KiB of %d: too many %v, a limit %v; want %v and %v", c.held, c.limit, got, cfg.memoryLimits(), c.out, c.limits)
		}
		v.read = reading{time.Second, 5}
		if w.kill(v); v.read.at != -1 {
			t.Errorf("its busy time is compared with that of %v", v.read.at)
		}
		v.traits = nil
		if w.overflows(v) {
			t.Error("a VM without traits has too many")
		}
	}
}
