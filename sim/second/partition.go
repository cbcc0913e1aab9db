package second

import (
	"time"

	"cnv/policy"
)

// A hold is where a partition keeps an attempt.
type hold uint8

const (
	free   hold = iota
	before      // its worker
	behind
)

// holdUp keeps an attempt on its way to a machine until the partition is over.
func (w *world) holdUp(v *vm, a *attempt) {
	a.hold = before
	w.at(v.cut, func() {
		if a.hold == before {
			a.hold = free
			w.join(v, a)
		}
	})
}

// come is the arrival of an attempt's end at the gateway.
func (w *world) come(a *attempt, e policy.Event) {
	if a.told {
		return
	}
	if a.worker == policy.NoWorker || w.now >= w.vms[a.worker].cut {
		w.doneNow(a, e)
		return
	}
	a.hold = behind
	w.at(w.vms[a.worker].cut, func() {
		if a.hold == behind {
			a.hold = free
			w.come(a, e)
		}
	})
}

// failHeld fails what was held up before or behind a machine that is gone.
func (w *world) failHeld(v *vm) {
	v.cut = min(v.cut, time.Duration(0))
	for _, q := range w.requests {
		for _, a := range q.attempts {
			if a.worker != v.id || a.hold == free || a.told && !a.goesOn {
				continue
			}
			a.hold, a.failed = free, false
			if a.goesOn {
				v.has--
				continue
			}
			w.done(a, policy.Event{Status: policy.Error})
		}
	}
}
