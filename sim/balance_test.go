package sim

import (
	"math"
	"slices"
	"testing"
	"time"
)

// TestBalanceByHand: a worker that earns 0.25 cores has 10 core-ns of launch credits and 100 earned.
// Launch credits are spent first, and earning goes on; what is earned stops at the most.
func TestBalanceByHand(t *testing.T) {
	b := balance{earn: 0.25, most: 110, launch: 10, earned: 100}
	for i, step := range []struct{ cores, d, launch, earned float64 }{
		{1, 6, 4, 101.5},
		{2, 3, 0, 102 - 1.75}, // 2 ns of launch credits, 1 ns of earned ones
		{0, 20, 0, 105.25},
		{0, 40, 0, 110},
		{0.25, 1000, 0, 110},
	} {
		b.pass(step.cores, step.d)
		if b.launch != step.launch || b.earned != step.earned {
			t.Errorf("step %d: %v launch credits and %v earned, want %v and %v", i+1, b.launch, b.earned, step.launch, step.earned)
		}
	}
	for cores, want := range map[float64]float64{0: math.Inf(1), 0.125: math.Inf(1), 0.25: math.Inf(1), 1.25: 110} {
		if got := b.lasts(cores); got != want {
			t.Errorf("credits last %v ns of %v cores, want %v", got, cores, want)
		}
	}
	c := balance{earn: 0.25, most: 110, launch: 10, earned: 50}
	if got := c.lasts(1.25); got != 60 { // 8 ns of launch credits, which earn 2, and then 52 at one a ns
		t.Errorf("credits last %v ns, want 60", got)
	}
	b.unlimited = true
	if got := b.lasts(2); !math.IsInf(got, 1) {
		t.Errorf("in the unlimited mode credits last %v ns", got)
	}
}

// TestOwedByHand: in the unlimited mode half a core is owed, up to the most; what is beyond is billed,
// with what is owed at the end.
func TestOwedByHand(t *testing.T) {
	b := balance{earn: 0.5, most: 10 * coreNS, earned: coreNS, unlimited: true}
	for i, step := range []struct{ cores, minutes, earned, owed float64 }{
		{1, 1, 0.5, 0}, {1, 5, -2, 2}, {1, 16, -10, 10}, {1, 4, -10, 12}, {0, 2, -9, 11}, {0, 20, 1, 2},
	} {
		b.pass(step.cores, step.minutes*coreNS)
		if got := b.earned / coreNS; got != step.earned || b.owed() != step.owed {
			t.Errorf("step %d: %v credits and %v owed, want %v and %v", i+1, got, b.owed(), step.earned, step.owed)
		}
	}
	if o := (&Credits{PerHour: 30, Max: 2, Launch: 3, Unlimited: true}).open(); *o != (balance{earn: 0.5, most: 2 * coreNS, launch: 3 * coreNS, unlimited: true}) {
		t.Errorf("%+v", *o)
	}
}

// burstable is the world of one t3.nano, and its worker.
func burstable(t *testing.T, unlimited bool) (*world, *vm) {
	cfg := fleet(1, &roundRobin{})
	c, vcpus := creditsOf(t, "t3.nano")
	c.Unlimited = unlimited
	cfg.Control.Pools[0].Cores, cfg.Pools[0].Uneven.Credits = int(vcpus), &c
	w, err := newWorld(&cfg, &list{}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	return w, w.vms[0]
}

// TestSpentIsNone: once credits are spent none are left of a rounding, and the baseline is what is
// allowed until some are earned.
func TestSpentIsNone(t *testing.T) {
	w, v := burstable(t, false)
	b := v.traits.credits
	b.earned, b.launch = 0.4, 0.2
	w.spend(v)
	if b.earned != 0 || b.launch != 0 || !b.out || b.allowed(2) != b.earn {
		t.Errorf("%+v, want no credits and the baseline", *b)
	}
	b.pass(0, 1)
	if b.out || b.allowed(2) != 2 {
		t.Errorf("%+v, want all cores as there are credits again", *b)
	}
}

// TestEndOfCredits: a worker that ends gives its timer back where it has one, in the standard
// mode; in the unlimited mode it has none.
func TestEndOfCredits(t *testing.T) {
	for _, unlimited := range []bool{false, true} {
		w, v := burstable(t, unlimited)
		var want []timerID
		if !unlimited {
			want = []timerID{v.traits.spent}
		}
		w.closeCredits(v)
		if v.traits.credits != nil || !slices.Equal(w.unused, want) {
			t.Errorf("unlimited %v: timers %v are given back, want %v", unlimited, w.unused, want)
		}
	}
}

// TestRestEarns: credits are earned while nothing works, and by nobody where there are none.
func TestRestEarns(t *testing.T) {
	w, v := burstable(t, false)
	b := v.traits.credits
	b.earned = 0
	v.rest(time.Minute)
	if want := b.earn * 60e9; math.Abs(b.earned-want) > 1 {
		t.Errorf("%v core-ns earned in a minute, want %v", b.earned, want)
	}
	v.rest(0)
	v.traits.credits = nil
	v.rest(time.Minute) // nothing to earn for
	w.closeCredits(v)
}
