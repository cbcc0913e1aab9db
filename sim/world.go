package sim

import (
	"math"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
	"cnv/results"
	"cnv/workloads"
)

// A world is the state of one run.
//
// Calls, requests and VMs refer to each other by number, not by pointer: the slices grow, and a run
// of millions of requests leaves the garbage collector nothing to follow.
//
// Invariant: jobs, calls have the same length; every request in requests has not ended or has calls.
type world struct {
	kernel
	cfg  *Config
	ctrl *policy.Controller // the leader's
	rec  Recorder
	src  workloads.Source
	loop workloads.ClosedSource // src, if it is one, or where clients try again

	next        upcoming
	lastArrival time.Duration
	until       time.Duration // no arrival from here on
	cut         time.Duration // at which the run was cut off; 0: everything ended
	requests    policy.Table[request]
	tries       []try             // of the requests in the same slots, where clients try again; else nil
	executed    []policy.Executed // likewise; nil while no arrival had counts
	bodies      [][2]int64        // likewise, bytes of requests and their answers; nil where they cost nothing
	unsized     bool              // an answer that is billed has no known size
	calls       []call
	jobs        policy.Places // of calls, in the jobs of their VM
	unusedCall  []int32
	pending     policy.Ring[addressed] // events for Controllers that follow from commands
	out         []policy.Command
	gateways    []gateway
	news        policy.Ring[delayed] // of the fleet, to gateways that do not lead; in the order of due

	vms         []*vm // by WorkerID
	alive       []*vm // not terminated, by WorkerID
	launches    []launch
	launching   launching
	fns         *functions
	store       *store        // nil: none
	idleNetwork time.Duration // mean delay of both ways
	apart       bool          // workers in other zones are further away
	limit       time.Duration // Config.Limit
	money       account.Bill
	draws       draws
	wide        bool     // requests of some class use several cores
	carries     bool     // calls carry loads from their beginning
	loads       []load   // by call; those of calls on VMs with traits
	memory      []int64  // of the requests in the same slots, KiB, where a VM has a limit; else nil
	forNobody   int      // cancelled calls that VMs go on with
	spared      []string // Counts.Spared
	mishaps     []mishap
	perils      []peril
	hazards     []*policy.Rand // by hazard
	muted       time.Duration  // until when no report arrives
	parted      bool           // some VM is partitioned from the gateway, or was

	probes     probing
	newsDue    timerID
	reportTick timerID
	reportDue  timerID
	sampleTick timerID
	patience   timerID
	storeDue   timerID
	reports    policy.Ring[report]
	deadlines  policy.Ring[deadline]
	kept       policy.Sweep // of deadlines
	leaving    []deadline   // clients that leave at this instant unless they are answered

	by         []int32         // scratch of here
	row        results.Request // scratch values: as locals they would escape to the heap
	event      policy.Event
	arrivals   uint64
	lastFinish time.Duration
	sampled    tally
	tally      tally
}

// draws are the random streams of the world. All but those of the launches
// are re-seeded per request, so that policies share what they draw.
// Launches are keyed by their number; so all give the same values in any order of calls.
type draws struct {
	launch, cold, network, fault, capacity, gateway, noise, host, probe *policy.Rand
}

// A request is the world's side of a request in flight.
//
// Invariant: calls >= 0; two attempts at most are under way at once (a hedge), so that call and
// answers need two places each.
type request struct {
	class     policy.ClassID
	gateway   uint8
	large     bool // its answer is too large for a function
	work      time.Duration
	arrival   time.Duration
	predicted float64
	attempts  uint8
	calls     int8 // calls that have not ended
	known     bool // predicted by the estimator
	ended     bool // delivered, rejected or given up by the client
	call      [2]int32
	answers   [2]answer // of the last attempts, by attempt number modulo 2
}

// A try is which try of what a user asked for a request is.
type try struct {
	user  uint64
	first time.Duration // arrival of the first
	n     uint8
}

// An answer is what the record of a request keeps of an attempt.
type answer struct {
	begun  time.Duration
	worker int32
	kind   results.Kind
	cold   bool
	failed bool // an error, of status sickStatus
}

// place is where a call is.
// From onTheWay on it only moves down the list; connecting, inLine and inService are of VMs.
type place uint8

const (
	onTheWay   place = iota // between gateway and worker
	heldUp                  // the same, and the worker cannot be reached
	connecting              // to a VM that runs but does not answer yet
	inLine
	inService
	onFunction
	answering // between worker and gateway
	heldBack  // the same, and the gateway cannot be reached
	abandoned // cancelled; its slot is still referred to
	ended
)

// A call is one attempt under way.
type call struct {
	id        policy.RequestID
	slot      int32 // of the request
	attempt   uint8
	gateway   uint8
	place     place
	status    policy.Status
	cold      bool
	unstarted bool
	failed    bool            // answered with an error, of status sickStatus
	late      bool            // the function's time-out ends it, and its environment
	runsOn    bool            // cancelled, and worked on all the same: of its end the gateway hears only where it is a function, and slot is not its own any more
	vm        policy.WorkerID // NoWorker: a function
	class     policy.ClassID
	env       int32
	timer     timerID // -1 none yet
	work      time.Duration
	used      time.Duration
	begun     time.Duration
	billed    time.Duration // of a function: INIT and the run
	virtual   float64
}

// newCall makes the call of a Dispatch or Invoke.
// The Controller sends only requests that have not ended, so the request is there.
func (w *world) newCall(cmd *policy.Command) int32 {
	s := w.requests.Find(cmd.Request)
	r := w.requests.At(s)
	c := w.allocCall()
	n := &w.calls[c]
	*n = call{timer: n.timer}
	n.id, n.slot, n.attempt, n.vm, n.env = cmd.Request, s, cmd.Attempt, cmd.Worker, -1
	n.class, n.gateway, n.work, n.begun = r.class, r.gateway, r.work, results.Never
	r.call[cmd.Attempt&1] = c
	r.calls++
	r.attempts += uint8(min(1, math.MaxUint8-int(r.attempts))) // refused calls have no end by count
	r.predicted, r.known = cmd.Work, cmd.Known
	if w.carries {
		w.carry(c, s)
	}
	return c
}

// allocCall returns an unused call; its timer is kept.
func (w *world) allocCall() int32 {
	if n := len(w.unusedCall); n > 0 {
		c := w.unusedCall[n-1]
		w.unusedCall = w.unusedCall[:n-1]
		return c
	}
	if len(w.calls) == 1<<policy.PlaceBits {
		panic("sim: more than 16 million calls at once")
	}
	w.calls = append(w.calls, call{timer: -1})
	w.jobs = append(w.jobs, -1)
	return int32(len(w.calls) - 1)
}

// free gives a call back.
// Its timer stays with it: a call and its timer are made once and used again together.
func (w *world) free(c int32) {
	if t := w.calls[c].timer; t >= 0 {
		w.clear(t)
	}
	w.calls[c].place = ended
	w.unusedCall = append(w.unusedCall, c)
}

// later sets the call's timer.
func (w *world) later(c int32, at time.Duration) {
	if w.calls[c].timer < 0 {
		w.calls[c].timer = w.timer(callStep, c)
	}
	w.set(w.calls[c].timer, at)
}

// hop is the delay of one way of the network for a call.
// back is 0 on the way to the worker, 1 on the way to the gateway. Without a network nothing is drawn.
func (w *world) hop(c int32, back uint64) time.Duration {
	if w.idleNetwork == 0 && !w.apart {
		return 0
	}
	return w.delay(c, back)
}

// delay draws it.
// 8 bits are for the attempt and one for the way: an attempt after the 255th draws what an
// earlier one drew.
func (w *world) delay(c int32, back uint64) time.Duration {
	call := &w.calls[c]
	w.draws.network.At(w.stem(call)<<9 | uint64(call.attempt)<<1 | back)
	took := w.cfg.Network.Draw(w.draws.network)
	if w.apart && w.crosses(call.vm) {
		took += w.cfg.ZoneDelay.Draw(w.draws.network)
	}
	return duration(took)
}

// send starts a call on its way to the worker.
func (w *world) send(c int32) {
	if call := &w.calls[c]; call.vm != policy.NoWorker {
		w.vms[call.vm].assigned++
	}
	if d := w.hop(c, 0); d > 0 {
		w.calls[c].place = onTheWay
		w.later(c, w.now+d)
		return
	}
	w.reach(c)
}

// reach is a call's arrival at the worker.
// A VM that is gone refuses the connection: the worker has not seen the attempt, which is always safe to
// repeat then.
func (w *world) reach(c int32) {
	call := &w.calls[c]
	if call.vm == policy.NoWorker {
		w.call(c)
		return
	}
	v := w.vms[call.vm]
	switch {
	case w.parted && w.holdUp(c, v):
	case v.state == policy.StateLost || v.crashed:
		if v.crashed && v.state != policy.StateLost && !call.runsOn {
			w.suspect(v)
		}
		call.unstarted = true
		w.answer(c, policy.Error, 0)
	case w.now < v.answers:
		call.place = connecting
		at, heard := v.connects(w.now)
		call.unstarted = !heard
		w.later(c, at)
	default:
		if w.bodies != nil {
			w.transfer(c, 0)
		}
		w.enter(v, c)
	}
}

// advanceCall takes a call to its next stage when its timer is due.
// Places without a timer (in line, in service, ended) do not come here: a VM's own timer ends them.
func (w *world) advanceCall(c int32) {
	call := &w.calls[c]
	switch call.place {
	case onTheWay, heldUp:
		w.reach(c)
	case connecting:
		if !call.unstarted && w.now >= w.vms[call.vm].answers {
			w.reach(c)
			return
		}
		call.unstarted = true
		w.answer(c, policy.Error, 0)
	case onFunction:
		w.returned(c)
	case answering, heldBack:
		if !w.parted || !w.holdBack(c) {
			w.finish(c)
		}
	case abandoned:
		w.vacate(call)
		w.tell(call.gateway, returned(call, call.byItself()))
		w.free(c)
	}
}

// answer sends the end of a call back to the gateway; used is the work it took.
func (w *world) answer(c int32, s policy.Status, used time.Duration) {
	call := &w.calls[c]
	if call.runsOn {
		w.unheard(c, s)
		return
	}
	call.status, call.used = s, used
	if d := w.hop(c, 1); d > 0 {
		call.place = answering
		w.later(c, w.now+d)
		return
	}
	if !w.parted || !w.holdBack(c) {
		w.finish(c)
	}
}

// finish tells the gateway of the end of a call.
// The Controller is told by an event that is pending, not at once: this may be called from
// within its own command.
func (w *world) finish(c int32) {
	call := &w.calls[c]
	r := w.requests.At(call.slot)
	a := &r.answers[call.attempt&1]
	a.begun, a.cold, a.failed = call.begun, call.cold, call.failed
	if call.vm == policy.NoWorker {
		a.kind, a.worker = results.KindFunction, call.env
	} else {
		a.kind, a.worker = results.KindVM, int32(call.vm)
	}
	r.calls--
	e := w.pending.Extend()
	e.Event, e.to = policy.Event{}, call.gateway // and then its fields: a literal would be made elsewhere and copied
	e.Kind, e.Request, e.Attempt, e.Status = policy.Done, call.id, call.attempt, call.status
	e.Cold, e.Unstarted, e.Work, e.Instance = call.cold, call.unstarted, inSeconds(call.used), uint64(call.env+1)
	if call.failed && call.status == policy.Error {
		e.Code = sickStatus
	}
	if int(call.slot) < len(w.executed) && e.Status == policy.OK {
		e.Executed = w.executed[call.slot]
	}
	if call.vm != policy.NoWorker {
		if w.bodies != nil && call.status == policy.OK {
			w.transfer(c, 1)
		}
		v := w.vms[call.vm]
		v.assigned--
		w.drained(v)
	}
	w.forget(call.slot, r)
	w.free(c)
}

// inSeconds is d in seconds.
func inSeconds(d time.Duration) float64 { return float64(d) / 1e9 }

// longest is as long as anything lasts, ns: 127 years, so that it can be added
// to any instant.
const longest = 4e18

// duration converts seconds, saturating.
// Rounds to the nearest nanosecond; s is not negative. Laws with an infinite mean give values that
// no int64 has.
func duration(s float64) time.Duration {
	if s >= longest/1e9 {
		return time.Duration(longest)
	}
	return time.Duration(s*1e9 + 0.5)
}
