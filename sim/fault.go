package sim

import (
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy"
)

// A Fault is something that goes wrong with a worker.
type Fault struct {
	Name   string // for people: which table of the file, such as "the fault at 30m0s"
	At     time.Duration
	Kind   FaultKind
	Worker policy.WorkerID // one that is not there is spared; AnyWorker: a ready one, drawn
	// Detected is how long the regular health checks take to detect it; the
	// gateway is told then that the worker is lost. Failed is how long it
	// takes from the first request that fails there, as that makes the gateway
	// look; 0: it does not.
	// Invariant: both at least 0. Sick uses neither, as its workers pass the health checks.
	Detected, Failed time.Duration
	Notice           time.Duration // of Interrupt: how long before the end the gateway is told
	Lasts            time.Duration // of Sick; 0: for good
}

// AnyWorker stands for a ready worker that is drawn: the same for all policies
// that have the same workers.
const AnyWorker policy.WorkerID = -2

// FaultKind says what goes wrong.
type FaultKind uint8

const (
	// Crash takes the worker away: what is in flight there fails at once,
	// connections are refused, and its bill ends.
	Crash FaultKind = iota
	// Hang stops the worker's progress, while it goes on taking requests.
	// They fail when the gateway has detected it; so ends its bill.
	Hang
	// Interrupt takes a worker of a spot pool away, as Crash does, Notice after
	// the gateway was told that it will.
	Interrupt
	// Sick has the worker answer every request that reaches it with an error at once, for a
	// while. What it had before it serves. Health checks find nothing.
	Sick
)

// sickStatus is the HTTP status of what a sick worker answers.
const sickStatus = 503

// forGood is longer than any run.
const forGood = time.Duration(math.MaxInt64)

// Over is when what a fault does to a worker is over.
// Only Sick ends by itself. The result is later than At, forGood if it never does.
func (f *Fault) Over() time.Duration {
	if f.Lasts == 0 {
		return forGood
	}
	return f.At + f.Lasts
}

// fail lets the i-th fault happen.
// A fault that finds nobody is not drawn again: the run says so in its warnings, since a policy
// that had fewer workers would otherwise be compared with one that was hit.
func (w *world) fail(i int32) {
	f := &w.cfg.Faults[i]
	v := w.victim(i)
	if why := spared(f, v); why != "" {
		w.spare(f.Name + " hit nobody" + why)
		return
	}
	switch f.Kind {
	case Crash:
		w.crash(v, f)
	case Hang:
		w.broken(v, f)
		v.advance(w.now)
		v.hung = true
		w.clear(v.service)
	case Sick:
		v.sick = max(v.sick, f.Over())
	case Interrupt:
		if v.taken != nil || !w.cfg.Pools[v.pool].Spot {
			w.spare(fmt.Sprintf("%s hit nobody: worker %d is no spot instance, or had its notice", f.Name, v.id))
			return
		}
		v.taken = f
		w.set(w.timer(spotTaken, int32(v.id)), w.now+f.Notice)
		w.announce(policy.Event{Kind: policy.WorkerNotice, Worker: v.id, At: w.now + f.Notice})
	}
}

// spared is why a fault hits nobody; "": it hits v.
// A worker that fails twice counts as hit once: what is broken cannot break.
func spared(f *Fault, v *vm) string {
	switch {
	case v == nil && f.Worker == AnyWorker:
		return ": no worker was ready"
	case v == nil:
		return fmt.Sprintf(": worker %d was never launched before it", f.Worker)
	case v.state == policy.StateLost || v.crashed || v.hung:
		return fmt.Sprintf(": worker %d had ended or failed before it", f.Worker)
	}
	return ""
}

// spare notes that a fault hit nobody, once.
func (w *world) spare(text string) {
	if !slices.Contains(w.spared, text) {
		w.spared = append(w.spared, text)
	}
}

// broken has the health checks detect in a while what a fault has done.
func (w *world) broken(v *vm, f *Fault) {
	v.fault = f
	v.detection = w.timer(faultDetected, int32(v.id))
	w.set(v.detection, w.now+f.Detected)
}

// crash takes a VM away without a word.
// Its bill ends now, at the end of the instance; that the gateway learns of it later costs nothing.
func (w *world) crash(v *vm, f *Fault) {
	w.broken(v, f)
	v.crashed = true
	if len(v.jobs)+v.lined > 0 {
		w.suspect(v)
	}
	w.stop(v)
	w.abort(v)
}

// take takes a spot VM away whose notice is over, unless it has ended before.
func (w *world) take(v *vm) {
	if v.state != policy.StateLost && !v.crashed {
		w.crash(v, v.taken)
	}
}

// reclaimed says whether the VM was taken away after notice.
func (v *vm) reclaimed() bool { return v.fault != nil && v.fault.Kind == Interrupt }

// victim is the VM that the i-th fault hits; nil: none.
// The draw is keyed by the number of the fault, so that the faults before it, and whom they hit,
// do not change it.
func (w *world) victim(i int32) *vm {
	f := &w.cfg.Faults[i]
	id := f.Worker
	if id != AnyWorker {
		if id < 0 || int(id) >= len(w.vms) {
			return nil
		}
		return w.vms[id]
	}
	var ready []*vm
	for _, v := range w.alive {
		hittable := f.Kind != Interrupt || v.taken == nil && w.cfg.Pools[v.pool].Spot
		if hittable && v.state == policy.StateReady && !v.crashed && !v.hung {
			ready = append(ready, v)
		}
	}
	if len(ready) == 0 {
		return nil
	}
	return ready[w.draws.fault.At(uint64(i)).IntN(len(ready))]
}

// detect tells the gateway what has become of a VM.
func (w *world) detect(id int32) {
	v := w.vms[id]
	if v.state == policy.StateLost {
		return
	}
	w.terminate(v)
}

// suspect makes the gateway look at a VM on which a request has failed.
// Only ever sooner: where the regular check would find it before, that one stays.
func (w *world) suspect(v *vm) {
	if v.fault == nil || v.fault.Failed == 0 || v.suspected {
		return
	}
	v.suspected = true
	if at := w.now + v.fault.Failed; at < w.heap[w.pos[v.detection]].Key {
		w.set(v.detection, at)
	}
}
