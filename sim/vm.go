package sim

import (
	"math"
	"slices"
	"time"

	"cnv/policy"
	"cnv/policy/latency"
)

// A vm is one modelled virtual machine: cores of a speed, and requests in
// service up to its slots, the rest in line. Where there are no more slots
// than cores every request has a core to itself and its finish is known when
// it starts; otherwise those in service share the cores evenly and progress
// is measured in virtual time: the work each of them has had since the VM was
// last idle.
// Virtual time replaces one timer per job: all jobs in service progress at the same rate, so that
// their order of finishing never changes, and an arrival or an end moves one timer instead of
// all of them (the idea of weighted fair queueing: Parekh and Gallager 1993,
// doi:10.1109/90.234856).
//
// Invariant: answers <= ready, runs <= up <= answers; assigned >= len(jobs) + lined.
type vm struct {
	id    policy.WorkerID
	pool  policy.PoolID
	zone  uint8
	cores int
	slots int     // requests in service at most; 0 no bound
	speed float64 // work per second and core

	even   bool    // each request in service has cores to itself, of one speed: nothing that arrives later changes when it ends
	traits *traits // nil: none

	service  timerID
	life     timerID
	state    policy.WorkerState
	draining bool // WorkerDrained is owed
	crashed  bool // gone, which the gateway may not have detected
	hung     bool // takes requests and gets nowhere
	paced    bool // its speed has changed since it came

	sick      time.Duration // until when it may answer with errors
	sicks     []*Fault      // that make it so
	slowed    []*Fault      // slow-downs that are not over
	sound     float64       // speed without them
	cut       time.Duration // until when the gateway cannot reach it
	mute      time.Duration // until when its reports are lost
	fault     *Fault        // what went wrong; nil: nothing
	taken     *Fault        // of which it has had notice; nil: none
	detection timerID       // of the fault, by the health check
	suspected bool          // a request has failed there since
	// The instants at which the machine runs, its system answers, its
	// application answers and the health check has passed.
	runs, up, answers, ready time.Duration

	// jobs are the calls in service. Invariant: at most slots, where there are slots. The key
	// is the instant at which each ends, or where they share cores the virtual time, ns; the
	// tie the order of beginning, and the call.
	jobs     policy.Heap[float64, struct{}]
	line     policy.Ring[int32] // calls that wait, and abandoned ones
	lined    int                // of them, those that still wait. Invariant: 0 where a slot is free
	seq      uint64
	shared   float64       // virtual time: work each job in service has had, ns
	at       time.Duration // instant up to which shared and busy are counted
	busy     float64       // core-nanoseconds spent working
	assigned int32         // calls on their way, in line or in service

	read    reading            // for the last report
	latency latency.ByInFlight // for probes
}

// jobOf is the call of a job.
func jobOf(e *policy.Entry[float64, struct{}]) int32 { return int32(e.Tie & (1<<policy.PlaceBits - 1)) }

// rate is the speed at which each of the jobs in service progresses.
// A job uses one core at most: with fewer jobs than cores the idle cores speed nothing up. Result
// in (0, speed], CPU-seconds on the reference vCPU per second.
func (v *vm) rate() float64 {
	if v.traits != nil {
		return v.traits.rate(v)
	}
	return v.alikeRate()
}

// alikeRate is rate where all cores are of one speed.
func (v *vm) alikeRate() float64 {
	if n := len(v.jobs); n > v.cores {
		return v.speed * float64(v.cores) / float64(n)
	}
	return v.speed
}

// advance counts progress up to now.
// It has to be called before anything changes the rate: a job that begins or ends, a
// worker that hangs. Calling it twice at one instant counts nothing twice.
func (v *vm) advance(now time.Duration) {
	if v.traits != nil {
		v.traits.advance(v, now)
		return
	}
	v.alike(now)
}

// alike is advance where all cores are of one speed. It is short enough for the compiler to put
// it where it is called, for every request.
func (v *vm) alike(now time.Duration) {
	if d := float64(now - v.at); d > 0 && len(v.jobs) > 0 && !v.hung {
		v.busy += d * float64(min(len(v.jobs), v.cores))
		v.shared += d * v.alikeRate() // which nobody reads where v.even
	}
	v.at = now
}

// begin puts a call in service.
// The caller has counted progress up to now and sets the timer afterwards. Work of 0 ends at
// this instant, as an event of its own.
func (w *world) begin(v *vm, c int32) {
	call := &w.calls[c]
	call.begun = w.now
	work := float64(call.work)
	if v.traits != nil {
		work = w.takeUp(v, c)
	}
	v.seq++
	j := policy.Entry[float64, struct{}]{Tie: v.seq<<policy.PlaceBits | uint64(c)}
	if !v.even {
		// Nobody refers to virtual time while the VM is idle. Started again from 0, its error of
		// rounding does not grow with the length of the run.
		if len(v.jobs) == 0 {
			v.shared = 0 // keeps virtual time, a float, exact
		}
		j.Key = v.shared + work
		call.virtual = v.shared
	} else if v.hung {
		j.Key = float64(call.work) // see repace
	} else {
		j.Key = float64(w.now + time.Duration(math.Round(min(work/v.speed, longest))))
	}
	v.jobs.Put(w.jobs, j)
}

// enter takes a call that reached the VM.
// What is in line is taken in the order of reaching the VM, not of dispatch: the network's delay
// may turn them round.
func (w *world) enter(v *vm, c int32) {
	if w.now < v.sick && slices.ContainsFunc(v.sicks, func(f *Fault) bool { return f.Ill(w.now) }) {
		w.calls[c].failed = true
		w.answer(c, policy.Error, 0)
		return
	}
	if v.traits == nil {
		v.alike(w.now)
	} else {
		v.traits.advance(v, w.now)
	}
	if w.probes.on {
		w.meets(v, c)
	}
	if v.slots > 0 && len(v.jobs) >= v.slots || v.traits != nil && (v.lined > 0 || !w.fits(v, c)) {
		w.calls[c].place = inLine
		v.line.Push(c)
		v.lined++
		return
	}
	w.calls[c].place = inService
	w.begin(v, c)
	if w.overflows(v) {
		w.kill(v)
		return
	}
	w.plan(v)
}

// plan sets the VM's timer to the next end of a job.
// The time left is rounded to the nearest nanosecond, so that an end is early or late by
// half of one at most; serve takes the job as done in either case.
func (w *world) plan(v *vm) {
	if v.traits != nil {
		w.planCredits(v)
	}
	if len(v.jobs) == 0 || v.hung {
		w.clear(v.service)
		return
	}
	due := v.jobs[0].Key
	if v.even {
		w.set(v.service, time.Duration(due))
		return
	}
	left := math.Round((due - v.shared) / v.rate())
	w.set(v.service, w.now+time.Duration(min(max(left, 0), longest)))
}

// serve ends the job that is due and starts the next in line.
func (w *world) serve(v *vm) {
	if v.traits == nil {
		v.alike(w.now)
	} else {
		v.traits.advance(v, w.now)
	}
	j := v.jobs[0]
	if !v.even {
		v.shared = max(v.shared, j.Key) // the timer is rounded to a nanosecond
	}
	c := jobOf(&j)
	used := w.calls[c].work
	if v.traits != nil && len(v.traits.Busy) > 0 {
		used = w.took(v, c)
	}
	w.unserve(v, c)
	if w.probes.on {
		w.leaves(v, c)
	}
	w.answer(c, policy.OK, used)
}

// unserve takes a call out of service; what is next in line takes its place.
func (w *world) unserve(v *vm, c int32) {
	v.jobs.Remove(w.jobs, c)
	if v.traits != nil {
		w.putDown(v, c)
	}
	if v.lined == 0 {
		w.plan(v)
		return
	}
	w.beginNext(v)
}

// had is the work a call in service has had so far.
// The call must be in service, and the VM advanced to now. Result in [0, work of the call], up to
// rounding.
func (w *world) had(v *vm, c int32) time.Duration {
	call := &w.calls[c]
	if v.traits != nil {
		return w.took(v, c)
	}
	if !v.even {
		return time.Duration(v.shared - call.virtual)
	}
	if v.paced {
		return call.work - time.Duration(v.left(&v.jobs[w.jobs[c]], w.now, v.pace()))
	}
	return time.Duration(float64(w.now-call.begun) * v.speed)
}
