package sim

import (
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy"
)

// A Fault is something that goes wrong with a worker, a zone, or what EC2 has.
type Fault struct {
	Name   string // for people: which table of the file, such as "the fault at 30m0s"
	At     time.Duration
	Kind   FaultKind
	Worker policy.WorkerID // one that is not there is spared; AnyWorker: a ready one, drawn
	// Detected is how long the regular health checks take to detect it; the
	// gateway is told then that the worker is lost. Failed is how long it
	// takes from the first request that fails there, as that makes the gateway
	// look; 0: it does not.
	// Invariant: both at least 0. Only Crash, Hang and Partition use Detected, and Crash alone
	// uses Failed: all other workers pass the health checks.
	Detected, Failed time.Duration
	Notice           time.Duration // of Interrupt: how long before the end the gateway is told
	// Lasts is for how long, of all kinds but Crash and Interrupt; 0: for good.
	Lasts   time.Duration
	Factor  float64       // of Slow: the speed is this times as much. Invariant: in (0, 1)
	On, Off time.Duration // of Sick: sick and well in turn, sick first; Off 0: sick all the time. Invariant: On > 0 where Off > 0
	Zone    int           // of NoCapacity, AnyZone included, and ZoneLost
	Pool    policy.PoolID // of NoCapacity; NoPool: all
	Share   float64       // of NoCapacity: the probability that a launch is refused, in [0, 1]
}

// AnyWorker stands for a ready worker that is drawn: the same for all policies
// that have the same workers.
const AnyWorker policy.WorkerID = -2

// AllWorkers stands for all that there are or will be; only TelemetryGap has it.
const AllWorkers policy.WorkerID = -3

// FaultKind says what goes wrong.
type FaultKind uint8

const (
	// Crash takes the worker away: what is in flight there fails at once,
	// connections are refused, and its bill ends.
	Crash FaultKind = iota
	// Hang stops the worker's progress, while it goes on taking requests.
	// They fail when the gateway has detected it; so ends its bill. If it is over
	// before, the worker goes on where it stopped.
	Hang
	// Interrupt takes a worker of a spot pool away, as Crash does, Notice after
	// the gateway was told that it will.
	Interrupt
	// Sick has the worker answer every request that reaches it with an error at once, for a
	// while. What it had before it serves. Health checks find nothing.
	Sick
	// Slow has the worker work slower. Health checks find nothing, and the work that is
	// measured stays the same, as where others take a machine's processor time.
	Slow
	// Partition has nothing pass between the gateway and the worker, which goes on with
	// what it has. What is sent to it and what it answers is held up until the partition
	// is over; see partition.go.
	Partition
	// StoreOutage has all calls of the store fail: see outage.go. It hits no worker.
	StoreOutage
	// TelemetryGap loses the reports of a worker, or of all.
	TelemetryGap
	// NoCapacity has EC2 refuse launches in a zone for a while, all or a share of them.
	NoCapacity
	// ZoneLost takes all workers of a zone away, as Crash does, and refuses launches there for
	// a while.
	ZoneLost
)

// Breaks says whether health checks find it, so that the gateway gives the worker up.
func (k FaultKind) Breaks() bool { return k == Crash || k == Hang || k == Partition }

// Ends says whether it is over after Lasts.
func (k FaultKind) Ends() bool { return k != Crash && k != Interrupt }

// sickStatus is the HTTP status of what a sick worker answers.
const sickStatus = 503

// forGood is longer than any run.
const forGood = time.Duration(math.MaxInt64)

// Over is when what a fault does to a worker is over.
// The result is later than At, forGood if it never is.
func (f *Fault) Over() time.Duration {
	if f.Lasts == 0 || f.Lasts > forGood-f.At {
		return forGood
	}
	return f.At + f.Lasts
}

// Ill says whether a worker that the fault makes sick answers with errors at an instant.
func (f *Fault) Ill(now time.Duration) bool {
	return now >= f.At && now < f.Over() && (f.Off == 0 || (now-f.At)%(f.On+f.Off) < f.On)
}

// fail lets the i-th fault happen.
// A fault that finds nobody is not drawn again: the run says so in its warnings, since a policy
// that had fewer workers would otherwise be compared with one that was hit.
func (w *world) fail(i int32) {
	f := &w.cfg.Faults[i]
	switch {
	case f.Kind == NoCapacity:
		w.lack(f, false)
		return
	case f.Kind == ZoneLost:
		w.lack(f, true)
		w.loseZone(f)
		return
	case f.Kind == StoreOutage:
		w.store.breaks(f)
		return
	case f.Worker == AllWorkers:
		w.muted = max(w.muted, f.Over())
		return
	}
	v := w.victim(i)
	if why := spared(f, v); why != "" {
		w.spare(f.Name + " hit nobody" + why)
		return
	}
	w.hit(f, v)
}

// hit lets a fault happen to a VM that is sound.
func (w *world) hit(f *Fault, v *vm) {
	switch f.Kind {
	case Crash:
		w.crash(v, f)
	case Hang:
		w.broken(v, f)
		w.repace(v, func() { v.hung = true })
		w.passes(v, f)
	case Partition:
		w.broken(v, f)
		v.cut, w.parted = f.Over(), true
		w.passes(v, f)
	case Slow:
		w.slow(v, f)
	case Sick:
		v.sick = max(v.sick, f.Over())
		v.sicks = append(v.sicks, f)
	case TelemetryGap:
		v.mute = max(v.mute, f.Over())
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

// A mishap is a fault that a VM has and that is over by itself.
type mishap struct {
	*Fault
	v *vm
}

// passes has a fault of a VM end.
func (w *world) passes(v *vm, f *Fault) {
	if f.Over() == forGood {
		return
	}
	w.mishaps = append(w.mishaps, mishap{f, v})
	w.set(w.timer(faultOver, int32(len(w.mishaps)-1)), f.Over())
}

// over ends a fault. A VM that the gateway has given up is gone.
func (w *world) over(m mishap) {
	v := m.v
	switch {
	case v.state == policy.StateLost || v.crashed:
	case m.Kind == Slow:
		w.quicken(v, m.Fault)
	default:
		w.release(v.detection)
		v.fault, v.suspected = nil, false
		w.repace(v, func() { v.hung = false })
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
	case v.state == policy.StateLost || v.fault != nil:
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

// broken has the health checks detect in a while what a fault has done: sooner, if they are
// about to detect another.
func (w *world) broken(v *vm, f *Fault) {
	at := w.now + f.Detected
	if v.fault == nil {
		v.detection = w.timer(faultDetected, int32(v.id))
	} else {
		at = min(at, w.heap[w.pos[v.detection]].Key)
	}
	v.fault = f
	w.set(v.detection, at)
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
		if hittable && v.state == policy.StateReady && v.fault == nil {
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
