package policy

import (
	"math"
	"time"
)

// place decides where a request goes: route, spill, then a worker, a function,
// the queue, a launch or a rejection.
// While a LaunchAndWait holds the gateway up nothing is asked: the policy of that system does not
// look at a request before the launch call has returned.
func (c *Controller) place(s int32, out []Command) []Command {
	if c.stall.on {
		c.wait(s, 0)
		return out
	}
	return c.settle(s, c.choose(&c.main, c.table.At(s)), out)
}

// settle carries out what the policies want for a request that does not wait
// in the queue, or puts it there.
func (c *Controller) settle(s int32, d decision, out []Command) []Command {
	r := c.table.At(s)
	d, free := c.resolve(r, d)
	if c.cfg.Witness != nil {
		c.witness(s, d)
	}
	if free {
		return c.carryOut(s, d, out)
	}
	r.toFunction = d.choice == ToFunction
	c.wait(s, c.vacancy())
	return c.meanwhile(d, out)
}

// meanwhile launches what a request wants beside it that has to wait.
func (c *Controller) meanwhile(d decision, out []Command) []Command {
	if d.choice == LaunchBeside {
		return c.launchOne(out)
	}
	return out
}

// A decision is what the policies want for a request. It has four fields, as a struct of
// more is not kept in registers.
type decision struct {
	choice Choice
	worker WorkerID // NoWorker: none is named
	routed WorkerID // what the Router named, NoWorker if it had no host
	spills bool     // diverted though the Spill would use a function now: one takes it if it has to wait
}

// named says whether it names a worker.
func (d decision) named() bool { return d.worker != NoWorker }

// A placer is the policies that place requests.
type placer struct {
	router   Router
	spill    Spill    // nil: never
	diverter Diverter // the router, if it is one
	insists  bool     // the Spill is an Insistent
}

func newPlacer(r Router, s Spill) placer {
	d, _ := r.(Diverter)
	_, insists := s.(Insistent)
	return placer{r, s, d, insists}
}

// WouldChoose is what a router and a spill (nil: never) choose for a request
// that is being placed, as if they were the Controller's own. The worker is
// NoWorker unless the choice is ToWorker, and may be then: the request waits.
// Nothing of the Controller changes, so that a run with a Witness has the same commands as without.
func (v *View) WouldChoose(router Router, spill Spill, r *Request) (Choice, WorkerID) {
	s := v.c.table.Find(r.ID)
	if s < 0 {
		return ToReject, NoWorker
	}
	p := newPlacer(router, spill)
	bad := v.c.counts.BadRoutes
	d, _ := v.c.resolve(v.c.table.At(s), v.c.choose(&p, v.c.table.At(s)))
	v.c.counts.BadRoutes = bad // not the Controller's own
	if d.choice != ToWorker {
		return d.choice, NoWorker
	}
	return d.choice, d.worker
}

// route asks a router. NoWorker: it has no host, or one that takes no requests.
// A Router that names what cannot be used is counted (Counts.BadRoutes), not trusted: a wrong policy
// makes a bad run, never a request that is sent to nobody.
func (c *Controller) route(router Router, r *request) WorkerID {
	w, ok := router.Route(&c.view, &r.Request)
	if !ok {
		return NoWorker
	}
	if !c.fleet.usable(w) {
		c.counts.BadRoutes++
		c.badRoute = w
		return NoWorker
	}
	return w
}

// untried is a ready worker that the request did not fail on: the router's choice, else
// one of the least loaded, else the first by ID, else the router's choice all the same.
// Only the last two workers are remembered: with three or more failures the fault is
// hardly that of a worker.
func (c *Controller) untried(r *request, choice WorkerID) WorkerID {
	if choice != r.tried[0] && choice != r.tried[1] {
		return choice
	}
	for _, list := range [2][]WorkerID{c.fleet.load.least(), c.fleet.ready} {
		for _, w := range list {
			if w != r.tried[0] && w != r.tried[1] {
				return w
			}
		}
	}
	return choice
}

// choose asks the router, the Spill and a diverting router, and turns what
// cannot be done into what can.
func (c *Controller) choose(p *placer, r *request) (d decision) {
	d.routed = c.route(p.router, r)
	if d.worker = d.routed; d.worker != NoWorker {
		d.worker = c.untried(r, d.routed)
	}
	if p.spill != nil {
		d.choice = c.spills(p, r, d)
	}
	if p.diverter != nil && !d.named() {
		d = c.divert(p, r, d.choice)
	}
	if d.choice == LaunchAndWait && (r.launchDied || !c.mayLaunch(0)) {
		d.choice = ToQueue
	}
	if d.choice == ToFunction && !c.view.FunctionTakes(&r.Request) {
		d.choice = ToWorker
	}
	if len(c.fleet.ready) == 0 {
		d = c.possible(p, r, d)
	}
	if c.counts.Dispatched+c.counts.Invoked == 0 && p == &c.main {
		c.pass(r, d)
	}
	return d
}

// pass counts a decision that uses nothing although something is free that the Spill
// may use.
func (c *Controller) pass(r *request, d decision) {
	uses := d.choice == LaunchAndWait || d.choice == LaunchBeside || d.choice == ToFunction || d.choice == ToWorker && d.named()
	if uses {
		return
	}
	function := c.view.FunctionTakes(&r.Request) && c.view.FunctionFreeFor(r.Class)
	if c.view.AnyFree() || function && c.wouldSpill(c.main.spill, &r.Request, d.routed) {
		c.counts.Passed++
	}
}

// divert is the rule documented at Diverter.
func (c *Controller) divert(p *placer, r *request, spill Choice) decision {
	d := decision{choice: ToFunction, worker: NoWorker, routed: NoWorker}
	takes := spill == ToFunction && c.view.FunctionTakes(&r.Request)
	if takes && p.insists {
		return d
	}
	want := p.diverter.NoHost(&c.view, &r.Request)
	if want == ToFunction && spill == ToFunction || want == ToReject {
		d.choice = want
		return d
	}
	d.spills = takes
	none := len(c.fleet.ready) == 0
	if none && want != LaunchBeside {
		want = LaunchAndWait
	}
	if want == LaunchAndWait && p.insists {
		want = LaunchBeside // the others wait for no machine
	}
	beside := want == LaunchBeside && !c.onItsWay(0)
	switch {
	case none && want == LaunchBeside && !beside:
		d.choice = ToQueue
		return d
	case none && p.insists:
		if d.choice = ToQueue; c.mayLaunch(0) {
			d.choice = LaunchBeside
		}
		return d
	case want == LaunchAndWait && c.mayLaunch(0) || none:
		d.choice = LaunchAndWait
		return d
	}
	d.choice, d.worker = ToWorker, c.untried(r, c.fleet.load.least()[0])
	if beside && c.mayLaunch(0) {
		d.choice = LaunchBeside
	}
	return d
}

// wouldSpill says whether a Spill (nil: never) sends a request to a function if one is
// free, however long the call may take, w being what the Router named.
func (c *Controller) wouldSpill(p Spill, r *Request, w WorkerID) bool {
	if p == nil {
		return false
	}
	c.view.anyFunction = true
	choice := p.Decide(&c.view, r, w, w != NoWorker)
	c.view.anyFunction = false
	return choice == ToFunction
}

// resolve turns a decision into one that names the place, and says whether
// that is free now. A request that is to wait for a worker, or whose worker is
// full, takes any free slot: the least loaded worker's, even where the Router has no
// host for it. Only a Diverter may say otherwise. A Router's refusal moves a request to
// functions if the Spill allows them; it holds nothing back while a slot is free, so
// that every wait ends.
func (c *Controller) resolve(r *request, d decision) (decision, bool) {
	switch d.choice {
	case LaunchAndWait, ToReject:
		return d, true
	case ToFunction:
		return d, c.view.FunctionFreeFor(r.Class) || c.cfg.Functions.Full == Refuse
	case ToWorker, LaunchBeside:
		if d.named() && c.room(d.worker) {
			return d, true
		}
	}
	if w, ok := c.freeWorker(d); ok {
		d.worker = w
		if d.choice != LaunchBeside {
			d.choice = ToWorker
		}
		return d, true
	}
	if d.spills && c.view.FunctionFreeFor(r.Class) {
		d.worker = NoWorker
		if d.choice != LaunchBeside {
			d.choice = ToFunction
		}
		return d, true
	}
	if len(c.fleet.leaving) > 0 {
		return c.lastResort(r, d)
	}
	return d, false
}

// carryOut does what was resolved.
func (c *Controller) carryOut(s int32, d decision, out []Command) []Command {
	switch d.choice {
	case ToFunction:
		return c.invoke(s, out)
	case LaunchAndWait:
		return c.launchAndWait(s, out)
	case LaunchBeside:
		if out = c.launchOne(out); !d.named() {
			return c.invoke(s, out)
		}
	case ToReject:
		return c.reject(s, ReasonCapacity, time.Second, out)
	}
	return c.dispatch(s, d.worker, out)
}

// freeWorker is a worker with a free slot: the router's choice if it has one,
// else the first of the least loaded, else the first in the index.
// Any place is better than none: a Router's preference does not hold a request back.
func (c *Controller) freeWorker(d decision) (WorkerID, bool) {
	f := &c.fleet
	if len(f.places) == 0 {
		return NoWorker, false
	}
	if d.named() && f.workers[d.worker].place >= 0 {
		return d.worker, true
	}
	if w := f.load.least()[0]; f.workers[w].place >= 0 {
		return w, true
	}
	return f.places[0], true
}

// room says whether the gateway may send one more request to a worker.
func (c *Controller) room(w WorkerID) bool {
	wk := &c.fleet.workers[w]
	return wk.takes() || c.cfg.Pools[wk.Pool].Limit == 0
}

// dispatch starts an attempt on a worker.
func (c *Controller) dispatch(s int32, w WorkerID, out []Command) []Command {
	n := c.attempt(s, w)
	c.counts.Dispatched++
	r := c.table.At(s)
	return append(out, Command{Kind: Dispatch, Request: r.ID, Attempt: n, Worker: w, Work: r.Work, Known: r.Known})
}

// invoke starts an attempt on a function.
func (c *Controller) invoke(s int32, out []Command) []Command {
	r := c.table.At(s)
	if c.cfg.KeepAlive != nil {
		out = c.callBegins(r.Class, out)
	}
	c.warm.call(c.now, r.Class)
	if !r.spilled {
		r.spilled = true
		c.demand.spill(c.now, r)
	}
	n := c.attempt(s, NoWorker)
	c.counts.Invoked++
	return append(out, Command{Kind: Invoke, Request: r.ID, Attempt: n, Worker: NoWorker, Work: r.Work, Known: r.Known})
}

// attempt books a new attempt and sets its timers.
// The number of an attempt goes on over refused calls, unlike Attempts, which counts what ran: two
// attempts under way must not have the same number.
func (c *Controller) attempt(s int32, w WorkerID) uint8 {
	r := c.table.At(s)
	n, nth := r.number, r.Attempts
	r.number++
	if r.Attempts < math.MaxUint8 { // a Retrier has no end
		r.Attempts++
	}
	r.state, r.launchDied = running, false
	i := c.fleet.attempts.alloc()
	a := &c.fleet.attempts.all[i]
	*a = attempt{}
	a.request, a.n, a.worker, a.work, a.sent, a.prev, a.next = s, n, w, counted(&r.Request), c.now, -1, -1
	r.live[r.nlive] = i
	r.nlive++
	if w != NoWorker {
		c.fleet.book(c.now, i)
		if to := &c.fleet.workers[w]; to.standing == onTest {
			c.fleet.stand(c.now, to)
		}
		c.demand.takes(r, c.demand.speed)
	} else {
		c.demand.takes(r, c.function(r.Class).Share)
	}
	if d := c.patience(nth); d > 0 {
		a.due = c.now + d
		c.after(d, ownTimeout, uint64(r.ID)<<8|uint64(n))
	}
	if c.cfg.Hedge != nil && nth == 0 && w != NoWorker && r.Idempotent && !r.Streamed {
		if d, ok := c.cfg.Hedge.After(&c.view, &r.Request); ok {
			c.at(c.now+max(d, 0), ownHedge, uint64(r.ID))
		}
	}
	return n
}

// patience is how long attempt n of a request may take that is sent now; 0: any time.
func (c *Controller) patience(n uint8) time.Duration {
	if c.hooks.timeout != nil {
		return c.hooks.timeout.AttemptTimeout(int(n))
	}
	return c.cfg.Retry.AttemptTimeout
}

// hedge sends a second copy of a request that is still unanswered to
// another worker, if there is one.
// The copy goes to another machine only, never to a function: it is to be faster than one slow machine
// (Dean and Barroso 2013, "The Tail at Scale", doi:10.1145/2408776.2408794), not to double the bill.
func (c *Controller) hedge(id RequestID, out []Command) []Command {
	s := c.table.Find(id)
	if s < 0 || c.table.At(s).state != running || c.table.At(s).nlive != 1 {
		return out
	}
	r := c.table.At(s)
	first := c.fleet.attempts.all[r.live[0]].worker
	if first == NoWorker || c.hooks.ties && c.fleet.attempts.all[r.live[0]].begun >= 0 {
		return out
	}
	was := r.tried
	r.tried[0] = first
	w := c.route(c.cfg.Router, r)
	if w != NoWorker {
		w = c.untried(r, w)
	}
	r.tried = was
	if w == NoWorker || w == first || !c.room(w) {
		return out
	}
	if c.hooks.sparing != nil && !c.hooks.sparing.Spend(&c.view, &r.Request, w) {
		return out
	}
	c.counts.Hedges++
	out = c.dispatch(s, w, out)
	if i := r.live[1]; c.hooks.ties && c.fleet.attempts.all[i].begun >= 0 {
		return c.begins(i, out)
	}
	return out
}
