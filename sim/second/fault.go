package second

import (
	"time"

	"cnv/policy"
	"cnv/sim"
)

// A faultState is what a fault has done to a machine that the gateway is going to give up.
type faultState struct {
	*sim.Fault
	looks bool
	due   time.Duration // when regular checks find it
}

// fault lets the i-th fault happen.
func (w *world) fault(i int) {
	f := &w.cfg.Faults[i]
	switch {
	case f.Kind == sim.NoCapacity: // which launches look for themselves
		return
	case f.Kind == sim.ZoneLost:
		w.loseZone(f)
		return
	case f.Kind == sim.StoreOutage:
		w.shelf.out = max(w.shelf.out, f.Over())
		return
	case f.Worker == sim.AllWorkers:
		w.muted = max(w.muted, f.Over())
		return
	}
	w.strike(w.victim(i), f)
}

// strike lets a fault happen to a machine, if it is sound.
func (w *world) strike(v *vm, f *sim.Fault) {
	if v == nil || v.gone >= 0 || v.fault != nil {
		return
	}
	switch f.Kind {
	case sim.Crash:
		w.crash(v, f)
	case sim.Hang:
		w.suffers(v, f, func() { v.hung = false })
		v.hung = true
	case sim.Partition:
		w.suffers(v, f, func() {})
		v.cut = f.Over()
	case sim.Slow:
		v.slowed = append(v.slowed, f)
		w.slow(v)
		w.after(f, func() {
			for i := range v.slowed {
				if v.slowed[i] == f {
					v.slowed = append(v.slowed[:i:i], v.slowed[i+1:]...)
					break
				}
			}
			w.slow(v)
		})
	case sim.Sick:
		v.sicks = append(v.sicks, f)
	case sim.TelemetryGap:
		v.mute = max(v.mute, f.Over())
	case sim.Interrupt:
		if v.onNotice || !w.cfg.Pools[v.pool].Spot {
			return
		}
		v.onNotice = true
		end := w.now + f.Notice
		w.at(end, func() {
			if v.gone < 0 {
				v.reclaimed = true
				w.crash(v, f)
			}
		})
		w.tell(policy.Event{Kind: policy.WorkerNotice, Worker: v.id, At: end})
	}
}

// after plans what follows the end of a fault, if it ends.
func (w *world) after(f *sim.Fault, do func()) {
	if f.Lasts > 0 {
		w.at(f.At+f.Lasts, do)
	}
}

// suffers has checks find a fault in a while, unless it is over before.
func (w *world) suffers(v *vm, f *sim.Fault, over func()) {
	state := w.found(v, f)
	w.after(f, func() {
		if v.gone < 0 && v.fault == state {
			v.fault = nil
			over()
		}
	})
}

// found has checks find a fault in a while.
func (w *world) found(v *vm, f *sim.Fault) *faultState {
	state := &faultState{Fault: f, due: w.now + f.Detected}
	if v.fault != nil {
		state.due = min(state.due, v.fault.due)
	}
	v.fault = state
	w.at(state.due, func() {
		if v.fault == state {
			w.terminate(v)
		}
	})
	return state
}

// slow sets the speed that slow-downs leave.
func (w *world) slow(v *vm) {
	v.speed = w.ctl.Pools[v.pool].Speed
	for _, f := range v.slowed {
		v.speed *= f.Factor
	}
}

// isSick says whether a machine answers with errors now: for a while after the fault, or in
// turn with while it is well.
func (w *world) isSick(v *vm) bool {
	for _, f := range v.sicks {
		since := w.now - f.At
		if f.Lasts > 0 && since >= f.Lasts {
			continue
		}
		if f.Off > 0 {
			for since >= f.On+f.Off {
				since -= f.On + f.Off
			}
			if since >= f.On {
				continue
			}
		}
		return true
	}
	return false
}

// hazards begin when a machine runs.
func (w *world) hazards(v *vm) {
	for i := range w.cfg.Hazards {
		w.nextHazard(v, i, 0)
	}
}

func (w *world) nextHazard(v *vm, i int, n uint32) {
	h := &w.cfg.Hazards[i]
	w.at(w.now+h.Gap(sim.HazardRand(w.cfg.Seed, i), v.id, n), func() {
		f := h.Fault
		f.At = w.now
		w.strike(v, &f)
		if v.gone < 0 && h.Kind != sim.Interrupt {
			w.nextHazard(v, i, n+1)
		}
	})
}

// victim is the machine that the i-th fault hits; nil: none.
func (w *world) victim(i int) *vm {
	f := &w.cfg.Faults[i]
	if f.Worker != sim.AnyWorker {
		if f.Worker < 0 || int(f.Worker) >= len(w.vms) {
			return nil
		}
		return w.vms[f.Worker]
	}
	var may []*vm
	for _, v := range w.vms {
		spot := f.Kind != sim.Interrupt || w.cfg.Pools[v.pool].Spot && !v.onNotice
		if v.isReady && v.gone < 0 && v.fault == nil && spot {
			may = append(may, v)
		}
	}
	if len(may) == 0 {
		return nil
	}
	r := policy.NewRand(w.cfg.Seed, "fault", 0)
	return may[r.At(uint64(i)).IntN(len(may))]
}

// crash takes a machine away; the gateway is told later.
func (w *world) crash(v *vm, f *sim.Fault) {
	w.found(v, f)
	if len(v.serving)+len(v.line) > 0 {
		w.failing(v)
	}
	w.stop(v)
}

// failing is a request that fails at a machine: the gateway looks.
func (w *world) failing(v *vm) {
	f := v.fault
	if f == nil || v.lost || f.looks || f.Failed == 0 {
		return
	}
	f.looks = true
	w.at(w.now+f.Failed, func() { w.terminate(v) })
}
