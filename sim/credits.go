package sim

import (
	"math"
	"time"
)

// Credits are the CPU credits of a burstable type: one is a vCPU at work for a minute.
// They are earned all the time and spent by vCPUs at work. See catalog.Credits.
// Source: EC2 user guide, "Key concepts for burstable performance instances" and its
// examples of the standard and the unlimited mode, read 2026-11.
type Credits struct {
	PerHour float64 // earned while running, > 0
	Max     float64 // earned ones that can be kept, > 0
	First   float64 // earned before, by workers that are there at the start; at most Max
	Launch  float64 // given at the start, in the standard mode of T2; spent first, and beside Max
	// Unlimited says that a worker without credits borrows them at full speed: what it earns
	// later pays them back, and what it owes beyond Max, or at its end, is billed. Otherwise
	// its cores work no more than the credits that it earns allow, its baseline, at once
	// (EC2 takes some minutes to get there).
	Unlimited bool
}

// coreNS is a credit in core-nanoseconds.
const coreNS = 60e9

// A balance is the credits of a VM, in core-nanoseconds. They change linearly between two
// events, and when they will be gone is an event, so that nothing is polled.
//
// Invariant: earned <= most; in the standard mode earned >= 0, in the unlimited >= -most.
type balance struct {
	earn      float64 // cores that the credits earned pay for: the baseline
	most      float64
	unlimited bool
	launch    float64
	earned    float64 // and not spent; below 0: owed
	billed    float64 // owed beyond what can be
	out       bool    // credits are gone, and cores limited
}

// open is the balance of a VM that begins to run.
func (c *Credits) open() *balance {
	return &balance{earn: c.PerHour / 60, most: c.Max * coreNS, launch: c.Launch * coreNS, unlimited: c.Unlimited}
}

// allowed is how many of so many cores may work.
func (a *balance) allowed(cores float64) float64 {
	if a.out {
		return min(cores, a.earn)
	}
	return cores
}

// pass lets cores work for d ns. In the standard mode that may be no longer than the
// credits last, rounded to a nanosecond; what is below 0 by that is nothing.
func (a *balance) pass(cores, d float64) {
	if a.launch > 0 && cores > 0 {
		first := min(d, a.launch/cores) // in which launch credits are spent, and earned ones kept
		a.launch = max(a.launch-cores*first, 0)
		a.earned = min(a.earned+a.earn*first, a.most)
		if d -= first; !(d > 0) {
			return
		}
	}
	a.earned = min(a.earned+(a.earn-cores)*d, a.most)
	switch {
	case a.unlimited && a.earned < -a.most:
		a.billed -= a.earned + a.most
		a.earned = -a.most
	case !a.unlimited && a.earned < 0:
		a.earned = 0
	}
	a.out = a.out && a.earned == 0
}

// lasts is how long credits last while so many cores work, ns; +Inf: for good.
func (a *balance) lasts(cores float64) float64 {
	if a.unlimited || cores <= a.earn {
		return math.Inf(1)
	}
	first := a.launch / cores
	return first + min(a.earned+a.earn*first, a.most)/(cores-a.earn)
}

// owed is how many credits are billed if the VM ends now.
func (a *balance) owed() float64 { return (a.billed + max(-a.earned, 0)) / coreNS }

// planCredits sets the timer for when the credits of a VM will be gone.
func (w *world) planCredits(v *vm) {
	t := v.traits
	if t.credits == nil || t.unlimited() {
		return
	}
	left := math.Inf(1)
	if !t.credits.out {
		left = t.credits.lasts(t.busy(v))
	}
	if left > longest {
		w.clear(t.spent)
		return
	}
	w.set(t.spent, w.now+time.Duration(math.Round(left)))
}

func (t *traits) unlimited() bool { return t.credits.unlimited }

// spend is the instant at which the credits of a VM are gone.
func (w *world) spend(v *vm) {
	v.advance(w.now)
	a := v.traits.credits
	a.earned, a.launch, a.out = 0, 0, true // the timer is rounded to a nanosecond
	w.plan(v)
}

// rest lets credits of a VM be earned for some time in which nothing works.
func (v *vm) rest(d time.Duration) {
	if t := v.traits; t != nil && t.credits != nil && d > 0 {
		t.credits.pass(0, float64(d))
	}
}

// closeCredits bills what a VM owes that ends.
func (w *world) closeCredits(v *vm) {
	t := v.traits
	if t == nil || t.credits == nil {
		return
	}
	if !t.unlimited() {
		w.release(t.spent)
	}
	w.money.Surplus(v.pool, t.credits.owed())
	t.credits = nil
}
