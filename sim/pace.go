package sim

import (
	"cmp"
	"math"
	"slices"
	"time"

	"cnv/policy"
)

// repace changes how fast a VM works from this instant on; change does it.
//
// Where every request has a core to itself its end was fixed when it began, so the ends are
// moved. While the VM hangs, the key of a job is the work left, as there is no end.
func (w *world) repace(v *vm, change func()) {
	v.advance(w.now)
	before := v.pace()
	change()
	v.paced = true
	if after := v.pace(); after != before && !v.sharing() {
		for i := range v.jobs {
			j := &v.jobs[i]
			if j.Key = v.left(j, w.now, before); after > 0 {
				j.Key = float64(w.now + time.Duration(math.Round(min(j.Key/after, longest))))
			}
		}
		w.reorder(v)
	}
	w.plan(v)
}

// pace is the work per second and core.
func (v *vm) pace() float64 {
	if v.hung {
		return 0
	}
	return v.speed
}

// left is the work that a job has left which has a core to itself, ns.
func (v *vm) left(j *policy.Entry[float64, struct{}], now time.Duration, pace float64) float64 {
	if pace == 0 {
		return j.Key
	}
	return max(j.Key-float64(now), 0) * pace
}

// reorder makes a heap of jobs again whose keys have changed.
// They stay in order, but for keys that became equal by rounding.
func (w *world) reorder(v *vm) {
	slices.SortFunc(v.jobs, func(a, b policy.Entry[float64, struct{}]) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Tie, b.Tie))
	})
	for i := range v.jobs {
		w.jobs[jobOf(&v.jobs[i])] = int32(i)
	}
}

// slow has a VM work slower. Faults that come together multiply.
func (w *world) slow(v *vm, f *Fault) {
	if len(v.slowed) == 0 {
		v.sound = v.speed
	}
	v.slowed = append(v.slowed, f)
	w.repace(v, v.slowDown)
	w.passes(v, f)
}

// quicken ends a slow-down.
func (w *world) quicken(v *vm, f *Fault) {
	i := slices.Index(v.slowed, f)
	v.slowed = slices.Delete(v.slowed, i, i+1)
	w.repace(v, v.slowDown)
}

// slowDown sets the speed that the slow-downs leave. Without one it is exactly what it was.
func (v *vm) slowDown() {
	v.speed = v.sound
	for _, f := range v.slowed {
		v.speed *= f.Factor
	}
}
