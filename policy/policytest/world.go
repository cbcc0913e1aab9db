package policytest

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
)

// A world is the other side of a Controller in a property test: it carries
// commands out in a random order and at random times, makes events up,
// some of them late, twice or about nothing, and holds the Controller to
// what no policy may break.
type world struct {
	c     *policy.Controller
	cfg   policy.Config
	hasty bool
	name  string // of the policy under test
	log   []step

	now      time.Duration
	wake     time.Duration // -1 none asked for
	workers  []vm
	pending  []policy.PoolID   // launches asked for, not yet seen
	probes   []policy.WorkerID // asked how they are, and have not answered
	flight   []try
	ended    []bool // by request
	held     []bool // by request: not Streamed, so that a function can take it
	last     policy.Event
	problems []string
	bad      uint64 // workers named that take no requests
}

// A vm is a worker of the world.
type vm struct {
	state  policy.WorkerState
	flight int
	ends   time.Duration // it had notice of its end when it was ready; 0: it had none
}

// A try is an attempt in flight.
type try struct {
	id        policy.RequestID
	n         uint8
	worker    policy.WorkerID
	cancelled bool
}

// A step is one event with the commands it brought.
type step struct {
	at  time.Duration
	e   policy.Event
	out []policy.Command

	queued int // requests that wait at the gateway after it
}

// newWorld builds the world's Controller.
func newWorld(t fataler, cfg policy.Config, name string) *world {
	c, err := policy.New(cfg)
	if err != nil {
		t.Fatalf("policytest: %v", err)
	}
	hasty := false
	if h, ok := cfg.Router.(policy.Hasty); ok {
		_, hasty = h.TakesUnready()
	}
	return &world{c: c, cfg: cfg, hasty: hasty, name: name, wake: -1}
}

type fataler interface{ Fatalf(string, ...any) }

// feed gives the Controller one event and carries out its commands.
func (w *world) feed(e policy.Event) {
	w.last = e
	out := w.inTime(&e)
	w.log = append(w.log, step{w.now, w.last, out, w.c.Queued()})
	for _, c := range out {
		w.carryOut(c)
	}
	w.countLaunches()
	if n := w.c.Counts().BadRoutes; n > 0 && w.bad == 0 {
		w.bad = n
		w.problem("worker %d was named, which takes no requests", w.c.BadRoute())
	}
}

// countLaunches checks that what the policies see as launched and not yet there is just
// what was asked for and has neither come nor failed.
func (w *world) countLaunches() {
	for p := range w.cfg.Pools {
		n := 0
		for _, q := range w.pending {
			if q == policy.PoolID(p) {
				n++
			}
		}
		if got := w.c.View().Pool(policy.PoolID(p)).Launching; got != n {
			w.problem("pool %d: %d workers are counted as launching, %d are", p, got, n)
		}
	}
}

func (w *world) problem(format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	w.problems = append(w.problems, fmt.Sprintf("%s: %s, at %v; ready: %v", w.name, what, w.now, w.c.View().Ready()))
}

// carryOut does what a command says.
func (w *world) carryOut(c policy.Command) {
	switch c.Kind {
	case policy.Dispatch:
		v := &w.workers[c.Worker]
		if v.state != policy.StateReady && !(w.hasty && v.state == policy.StateRunning) && !w.serves(c.Worker, c.Work) {
			w.problem("request %d was sent to worker %d in state %v", c.Request, c.Worker, v.state)
		}
		if _, only := w.cfg.Spill.(policy.Insistent); only && w.cfg.Functions != nil && w.held[c.Request] {
			w.problem("request %d was sent to worker %d under a Spill that uses functions only", c.Request, c.Worker)
		}
		v.flight++
		w.flight = append(w.flight, try{id: c.Request, n: c.Attempt, worker: c.Worker})
	case policy.Invoke:
		w.flight = append(w.flight, try{id: c.Request, n: c.Attempt, worker: policy.NoWorker})
	case policy.Cancel:
		if i := slices.IndexFunc(w.flight, func(a try) bool { return a.id == c.Request && a.n == c.Attempt }); i >= 0 {
			w.flight[i].cancelled = true
		}
	case policy.Deliver, policy.Reject:
		if w.ended[c.Request] {
			w.problem("request %d ended twice", c.Request)
		}
		if c.Reason == policy.ReasonCapacity && w.spills() && w.held[c.Request] && w.c.View().FunctionFree() {
			w.problem("request %d was refused as nothing may serve it, though a function may", c.Request)
		}
		w.ended[c.Request] = true
	case policy.Record:
		if w.last.Kind != policy.Done || w.last.Request != c.Request || w.last.Status != policy.OK || !w.ended[c.Request] {
			w.problem("request %d is recorded without an answer", c.Request)
		}
	case policy.SetConcurrency:
		if c.N < 0 || w.cfg.Functions == nil {
			w.problem("%d environments of a function are commanded", c.N)
		}
	case policy.SetKeepAlive, policy.SetPrewarm, policy.Unload:
		if c.At < 0 || w.cfg.Functions == nil || c.Class > 0 && !w.cfg.Functions.PerClass {
			w.problem("%v is commanded", c)
		}
	case policy.Launch:
		for range c.N {
			w.pending = append(w.pending, c.Pool)
		}
	case policy.Drain:
		w.workers[c.Worker].state = policy.StateDraining
	case policy.Terminate:
		w.workers[c.Worker].state = policy.StateLost
	case policy.WakeAt:
		w.wake = c.At
	case policy.Probe:
		if int(c.Worker) >= len(w.workers) || c.Worker < 0 {
			w.problem("worker %d is probed, which was never there", c.Worker)
		}
		w.probes = append(w.probes, c.Worker)
	}
}

// serves says whether a draining worker may be sent a request of so much predicted work, 0:
// unknown: it has notice, and is free until the work is done.
func (w *world) serves(id policy.WorkerID, work float64) bool {
	v, p := &w.workers[id], &w.cfg.Pools[w.c.View().Worker(id).Pool]
	least := time.Duration(work / p.Speed * float64(time.Second))
	return v.state == policy.StateDraining && p.OnNotice == policy.NoticeServes && w.now+least <= v.ends && v.flight < max(p.Cores, p.Slots)
}

// spills says whether the Spill allows a function whatever has no host.
func (w *world) spills() bool {
	switch w.cfg.Spill.(type) {
	case insists, overflows:
		return w.cfg.Functions != nil
	}
	return false
}

// pass moves time on, waking the Controller when it asked to be.
func (w *world) pass(d time.Duration) {
	end := w.now + d
	for n := 0; w.wake >= 0 && w.wake <= end; n++ {
		if n > 10_000 {
			w.problem("10,000 wakes within %v", d)
			return
		}
		w.now = max(w.now, w.wake)
		w.wake = -1
		w.feed(policy.Event{Kind: policy.Wake})
	}
	w.now = end
}

// arrive makes a request.
func (w *world) arrive(e policy.Event) {
	e.Kind, e.Request = policy.Arrival, policy.RequestID(len(w.ended))
	w.ended = append(w.ended, false)
	w.held = append(w.held, !e.Streamed)
	w.feed(e)
}

// leave makes the client of a request leave.
func (w *world) leave(id policy.RequestID) {
	if !w.ended[id] {
		w.ended[id] = true
		w.feed(policy.Event{Kind: policy.Gone, Request: id})
	}
}

// finish ends the i-th attempt in flight.
func (w *world) finish(i int, status policy.Status, work float64) {
	a := w.flight[i]
	w.flight = slices.Delete(w.flight, i, i+1)
	if a.cancelled {
		status, work = policy.Cancelled, 0
	}
	if a.worker != policy.NoWorker {
		w.workers[a.worker].flight--
	}
	w.feed(policy.Event{Kind: policy.Done, Request: a.id, Attempt: a.n, Status: status, Work: work})
	if a.cancelled && a.worker == policy.NoWorker {
		w.feed(policy.Event{Kind: policy.Returned})
	}
	w.idle(a.worker)
}

// idle reports a draining worker that has nothing left to do.
func (w *world) idle(id policy.WorkerID) {
	if id != policy.NoWorker && w.workers[id].state == policy.StateDraining && w.workers[id].flight == 0 {
		w.feed(policy.Event{Kind: policy.WorkerDrained, Worker: id})
	}
}

// appear makes the first launch asked for known; it is not ready yet.
func (w *world) appear() {
	if len(w.pending) == 0 {
		return
	}
	pool := w.pending[0]
	w.pending = w.pending[1:]
	w.create(pool, policy.Asked)
}

// create adds a pending worker; asked is policy.Asked or policy.Unasked.
func (w *world) create(pool policy.PoolID, asked int32) policy.WorkerID {
	id := policy.WorkerID(len(w.workers))
	w.workers = append(w.workers, vm{state: policy.StatePending})
	w.feed(policy.Event{Kind: policy.WorkerPending, Worker: id, Pool: pool, N: asked})
	return id
}

// advance moves a worker one step on towards ready.
func (w *world) advance(id policy.WorkerID) {
	switch v := &w.workers[id]; v.state {
	case policy.StatePending:
		v.state = policy.StateRunning
		w.feed(policy.Event{Kind: policy.WorkerRunning, Worker: id})
	case policy.StateRunning:
		v.state = policy.StateReady
		w.feed(policy.Event{Kind: policy.WorkerReady, Worker: id})
	}
}

// lose takes a worker away; what it had in flight fails.
func (w *world) lose(id policy.WorkerID) {
	if w.workers[id].state == policy.StateLost {
		return
	}
	w.workers[id].state = policy.StateLost
	w.feed(policy.Event{Kind: policy.WorkerLost, Worker: id})
	for i := len(w.flight) - 1; i >= 0; i-- {
		if i < len(w.flight) && w.flight[i].worker == id {
			w.finish(i, policy.Error, 0)
		}
	}
}

// settle lets everything end: launches succeed and attempts are answered. It
// says what did not end.
func (w *world) settle() {
	w.feed(policy.Event{Kind: policy.Resume})
	for range 200 {
		for len(w.pending) > 0 {
			w.appear()
		}
		for id := range w.workers {
			w.advance(policy.WorkerID(id))
			w.advance(policy.WorkerID(id))
		}
		for len(w.flight) > 0 {
			w.finish(0, policy.OK, 1)
		}
		if !slices.Contains(w.ended, false) {
			return
		}
		w.pass(10 * time.Second)
	}
	w.problem("request %d never ended", slices.Index(w.ended, false))
}

// report fails a test with the first problem.
func (w *world) report(t *rapid.T) {
	if len(w.problems) > 0 {
		t.Fatalf("%s\nafter %d events, the last: %+v", w.problems[0], len(w.log), w.last)
	}
}
