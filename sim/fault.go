package sim

import (
	"time"

	"cnv/policy"
)

// A Fault is something that goes wrong with a worker.
type Fault struct {
	At     time.Duration
	Kind   FaultKind
	Worker policy.WorkerID // one that is not there is spared
	// Noticed is how long the health check takes to notice; the gateway is
	// told then that the worker is lost.
	Noticed time.Duration
}

// FaultKind says what goes wrong.
type FaultKind uint8

const (
	// Crash takes the worker away: what is in flight there fails at once,
	// connections are refused, and its bill ends.
	Crash FaultKind = iota
	// Hang stops the worker's progress, while it goes on taking requests.
	// They fail when the gateway has noticed; so ends its bill.
	Hang
)

// fail lets the i-th fault happen.
func (w *world) fail(i int32) {
	f := &w.cfg.Faults[i]
	if int(f.Worker) >= len(w.vms) || f.Worker < 0 {
		return
	}
	v := w.vms[f.Worker]
	if v.state == policy.StateLost || v.crashed || v.hung {
		return
	}
	w.set(w.timer(faultNoticed, i), w.now+f.Noticed)
	switch f.Kind {
	case Crash:
		v.crashed = true
		w.stop(v)
		w.abort(v)
	case Hang:
		v.advance(w.now)
		v.hung = true
		w.clear(v.service)
	}
}

// notice tells the gateway of the i-th fault.
func (w *world) notice(i int32) {
	v := w.vms[w.cfg.Faults[i].Worker]
	if v.state == policy.StateLost {
		return
	}
	w.terminate(v)
}
