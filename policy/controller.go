package policy

import (
	"math"
	"time"
)

// A Controller is the brain of one gateway: it owns the table of requests in
// flight, the fleet, the queue and the timers, and asks the policies. It is
// not safe for concurrent use; one goroutine owns it.
type Controller struct {
	cfg        Config
	now        time.Duration
	view       View
	fleet      fleet
	table      Table[request]
	queue      queue
	asks       bool // Spill is not Steady: its answers change
	timers     timers
	warm       warmth
	reminder   reminder
	demand     demand
	meter      meter
	means      []classMean
	fits       []fitting // by class: see FunctionTooLong
	overall    classMean // of all classes, until each has a mean of its own
	unmeasured int       // classes without one
	budget     float64   // retries that may be spent now
	backoff    *Rand
	stall      stall
	launchDied bool                   // what is placed has waited for a worker that will not come: no launch again
	badRoute   WorkerID               // the last of Counts.BadRoutes
	chosen     map[RequestID]WorkerID // where attempts go that wait for the end of a pause, under a Preselector
	wakeAt     time.Duration          // of the one pending wake; noWake: none
	begun      bool
	changed    []time.Duration // last scaling of each pool; -1 never
	relaunch   []relaunch      // by pool
	counts     Counts
	hooks      hooks
	main       placer // the policies that place requests
	paused     bool   // no scaling of its own
	settings   []Setting

	// Scratch values whose addresses are handed to policies.
	scaleView ScaleView
	outcome   Outcome
	actions   Actions
	stored    Request

	environments Environments

	measurement Measured
	executed    Executed // of the attempt that ends
}

// hooks are the optional interfaces that the policies implement.
type hooks struct {
	forgetter   Forgetter
	timeout     AttemptTimer
	retrier     Retrier
	preselector Preselector
	exact       bool
	neglects    bool          // the router is Neglectful
	leaves      bool          // it is a Leaver
	hasty       bool          // it is Hasty
	look        time.Duration // between two looks of its, 0: none is needed
	timely      Timely        // the spill, if it is one
	reroutes    TimelyRouter  // the router, if it is one beside a Spill that is not Steady
	lateStarter LateStarter   // the scaler, if it is one
	recaller    Recaller
	targeter    Targeter  // the estimator, if it can learn from counts
	estimator   Estimator // nil: none, or a MeansOnly
	sparing     Sparing   // the hedge, if it is one
	ties        bool      // the hedge is a Tying
	dequeuer    Dequeuer  // the admission, if it is one
	tests       int       // of the health, if it is a Tester
	observers   []Observer
	workers     []WorkerObserver
	probes      []ProbeObserver
	actors      []Actor
}

// LaunchedIn are the names of the pools of which workers were launched so far, beside
// those that it began with.
func (c *Controller) LaunchedIn() (names []string) {
	for p, n := range c.fleet.asked {
		if n > 0 {
			names = append(names, c.cfg.Pools[p].Name)
		}
	}
	return names
}

// Unusable is how long workers of a pool have run, and were billed, without being of use.
//
// Invariant: the two do not overlap, and neither is negative.
type Unusable struct {
	Booting time.Duration // from running until they were ready, dropped or gone
	Dropped time.Duration // after a router dropped them
}

// Unusable is what workers have spent so, added up, until an instant; by PoolID. O(workers so far).
func (c *Controller) Unusable(until time.Duration) []Unusable {
	sums := make([]Unusable, len(c.cfg.Pools))
	for i := range c.fleet.workers {
		w, sum := &c.fleet.workers[i], &sums[c.fleet.workers[i].Pool]
		if w.Running < 0 {
			continue
		}
		end := until
		if w.gone >= 0 {
			end = min(end, w.gone)
		}
		booted := end
		if w.Ready >= 0 {
			booted = min(booted, w.Ready)
		}
		if w.dropped >= 0 {
			booted = min(booted, w.dropped)
			sum.Dropped += max(end-max(w.dropped, w.Running), 0)
		}
		sum.Booting += max(booted-w.Running, 0)
	}
	return sums
}

// Step applies e, which happened at now, and appends the commands to carry
// out, in order, to out. e is read and never kept. now must not decrease; if
// it does, the last instant stands. Events about requests, attempts or
// workers that the Controller does not know (any more) are counted and
// ignored. In steady state Step does not allocate.
//
// The order within a step is part of the result: the event, workers judged by a Health, requests that
// wait, what was lost, one WakeAt at most.
func (c *Controller) Step(now time.Duration, e *Event, out []Command) []Command {
	c.now = max(c.now, now)
	c.view.Now = c.now
	if !c.begun {
		c.begin()
	}
	switch e.Kind {
	case Arrival:
		out = c.arrive(e, out)
	case Done:
		out = c.done(e, out)
	case Head:
		out = c.headed(e, out)
	case Returned:
		out = c.returned(e, out)
	case Gone:
		out = c.gone(e, out)
	case Wake:
		out = c.wake(out)
	case Telemetry:
		if c.expect(e.Worker) && c.fleet.workers[e.Worker].report(e.At, e.CPU) {
			c.fleet.heard(c.now, &c.fleet.workers[e.Worker], e.At, e.N)
			c.workerChanged(e.Worker)
		}
	case WorkerPending, WorkerRunning, WorkerReady, WorkerLost, WorkerNotice, WorkerDrained, LaunchFailed:
		out = c.fleetEvent(e, out)
	case ProbeReply:
		if c.expect(e.Worker) {
			for _, p := range c.hooks.probes {
				p.ProbeReply(&c.view, e.Worker, int(e.N), e.Took)
			}
		}
	case Observed, Found:
		c.recorded(e)
	case Shed:
		c.counts.Shed += uint64(max(e.N, 0))
	case Pause, Resume:
		c.paused = e.Kind == Pause
		c.fleet.short = true // something may have been lost meanwhile
	case Resize:
		out = c.resizeByHand(e, out)
	case Change:
		out = c.change(e, out)
	default:
		c.counts.Unknown++
	}
	if c.cfg.Health != nil {
		c.assess()
	}
	if c.fleet.short {
		out = c.reconsider(out)
	}
	if c.queue.n > 0 {
		out = c.pull(out)
		c.tryFunctions()
		c.remind()
	}
	if c.fleet.short {
		out = c.replenish(out)
	}
	return c.nextWake(out)
}

// begin sets the timers that run from the first event on.
// Not in New: a run begins at its first event, which live comes seconds after New.
func (c *Controller) begin() {
	c.begun = true
	if c.cfg.Leader && c.cfg.Scaler != nil {
		c.timers.at(c.now+c.firstPeriod(), ownScaler, 0)
	}
}

// noWake is later than any timer is due.
const noWake = time.Duration(math.MaxInt64)

// nextWake asks to be woken for the earliest timer, unless that was done.
func (c *Controller) nextWake(out []Command) []Command {
	for !c.timers.none(c.wakeAt) {
		t, where, _ := c.timers.first()
		if c.stale(t) {
			c.timers.drop(where)
			if t.owner == ownAsk {
				c.reminder.set = 0 // what waits later may name this instant again
			}
			continue
		}
		c.wakeAt = t.at
		return append(out, Command{Kind: WakeAt, At: t.at})
	}
	return out
}

// stale says whether nothing is left to be done for a timer.
// Timers are not removed when their cause goes: they are looked at when they come up.
func (c *Controller) stale(t timer) bool {
	switch t.owner {
	case ownRetry, ownHedge:
		return c.table.Find(RequestID(t.tag)) < 0
	case ownTimeout:
		return c.attemptOf(RequestID(t.tag>>8), uint8(t.tag)) < 0
	case ownLook:
		return c.fleet.workers[t.tag].State > StateReady
	case ownSpace:
		return t.at != c.warm.spaces[t.tag].next
	case ownAsk:
		return t.at != c.reminder.at || c.queue.n == 0
	case ownEject:
		w := &c.fleet.workers[t.tag]
		return w.standing != ejected || t.at != w.back
	case ownReclaim:
		w := &c.fleet.workers[t.tag]
		return w.State == StateLost || t.at != w.reclaim+reclaimGrace // a later notice has a timer of its own
	}
	return false
}

// wake runs everything that is due.
func (c *Controller) wake(out []Command) []Command {
	c.wakeAt = noWake
	for {
		t, where, ok := c.timers.first()
		if !ok || t.at > c.now {
			return out
		}
		c.timers.drop(where)
		if c.stale(t) {
			continue
		}
		switch t.owner {
		case ownScaler:
			out = c.scale(t.at, out)
		case ownRelaunch:
			c.fleet.short = true
		case ownSpace, ownAsk: // pull follows
		case ownReclaim:
			out = c.notTaken(WorkerID(t.tag), out)
		case ownEject:
			c.back(&c.fleet.workers[t.tag])
		case ownLook:
			out = c.running(&c.fleet.workers[t.tag], out)
		case ownRetry:
			out = c.resume(RequestID(t.tag), out)
		case ownHedge:
			out = c.hedge(RequestID(t.tag), out)
		case ownTimeout:
			out = c.expire(RequestID(t.tag>>8), uint8(t.tag), out)
		default:
			i := int(t.owner - ownActor)
			out = c.act(i, t.tag, out)
		}
	}
}

// expect says whether a worker was announced, and counts if not.
func (c *Controller) expect(w WorkerID) bool {
	if c.fleet.known(w) {
		return true
	}
	c.counts.Unknown++
	return false
}

// workerChanged tells the policies that want to know.
func (c *Controller) workerChanged(w WorkerID) {
	for _, o := range c.hooks.workers {
		o.WorkerChanged(&c.view, w)
	}
}

// act lets one actor act.
func (c *Controller) act(i int, tag uint64, out []Command) []Command {
	c.actions = Actions{c: c, actor: i, out: out}
	c.hooks.actors[i].Act(&c.view, &c.actions, tag)
	return c.actions.out
}

// Actions is what an Actor may do.
type Actions struct {
	c     *Controller
	actor int
	out   []Command
}

// Probe asks a worker how it is; a ProbeReply may follow.
func (a *Actions) Probe(w WorkerID) {
	a.c.counts.Probes++
	a.out = append(a.out, Command{Kind: Probe, Worker: w})
}

// SetConcurrency has n environments of the function kept ready, from when the
// function service has made them, and at most its concurrency; they are paid
// for whether or not they serve. Without functions it does nothing.
func (a *Actions) SetConcurrency(n int) {
	f := a.c.cfg.Functions
	if f == nil {
		return
	}
	if f.Concurrency > 0 {
		n = min(n, f.Concurrency)
	}
	a.out = append(a.out, Command{Kind: SetConcurrency, N: int32(min(max(n, 0), math.MaxInt32))})
}

// At calls Act with the tag at an instant, or now if that has passed.
func (a *Actions) At(at time.Duration, tag uint64) {
	a.c.timers.at(max(at, a.c.now), ownActor+owner(a.actor), tag)
}

// View is what the policies see, between two steps.
func (c *Controller) View() *View { return &c.view }

// TakesUnready says whether the router is Hasty.
func (c *Controller) TakesUnready() bool { return c.hooks.hasty }

// HearsProbes says whether a policy hears answers to probes.
func (c *Controller) HearsProbes() bool { return len(c.hooks.probes) > 0 }

// BadRoute is the worker of the last of Counts.BadRoutes.
func (c *Controller) BadRoute() WorkerID { return c.badRoute }

// LeavesRunning says whether the router is a Leaver.
func (c *Controller) LeavesRunning() bool { return c.hooks.leaves }

// Paused says whether scaling is paused.
func (c *Controller) Paused() bool { return c.paused }

// Queued is the number of requests waiting at the gateway.
func (c *Controller) Queued() int { return c.queue.n }

// Desired is the number of workers a pool was last sized to.
func (c *Controller) Desired(p PoolID) int { return c.fleet.pools[p].Desired }

// Worker is the state of a worker as the Controller sees it; StateLost for
// one that it does not know.
func (c *Controller) Worker(id WorkerID) WorkerState {
	if !c.fleet.known(id) {
		return StateLost
	}
	return c.fleet.workers[id].State
}
