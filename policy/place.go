package policy

import "time"

// place decides where a waiting request goes: route, spill, then the queue,
// a worker, a function, a launch or a rejection.
func (c *Controller) place(s int32, out []Command) []Command {
	if c.stall.on {
		return c.wait(s, out)
	}
	choice, w, ok := c.choose(&c.main, c.table.At(s))
	if c.cfg.Witness != nil {
		c.cfg.Witness.Decided(&c.view, &c.table.At(s).Request, choice, w)
	}
	switch choice {
	case ToFunction:
		return c.invoke(s, out)
	case LaunchAndWait:
		return c.launchAndWait(s, out)
	case ToReject:
		return c.reject(s, statusUnavailable, time.Second, out)
	case ToWorker:
		if ok && c.room(w) {
			return c.dispatch(s, w, out)
		}
	}
	return c.wait(s, out)
}

// A placer is the policies that place requests.
type placer struct {
	router   Router
	spill    Spill    // nil: never
	diverter Diverter // the router, if it is one
}

func newPlacer(r Router, s Spill) placer {
	d, _ := r.(Diverter)
	return placer{r, s, d}
}

// WouldChoose is what a router and a spill (nil: never) choose for a request
// that is being placed, as if they were the Controller's own. The worker is
// NoWorker unless the choice is ToWorker, and may be then: the request waits.
func (v *View) WouldChoose(router Router, spill Spill, r *Request) (Choice, WorkerID) {
	s := v.c.table.Find(r.ID)
	if s < 0 {
		return ToReject, NoWorker
	}
	p := newPlacer(router, spill)
	bad := v.c.counts.BadRoutes
	choice, w, ok := v.c.choose(&p, v.c.table.At(s))
	v.c.counts.BadRoutes = bad // not the Controller's own
	if choice != ToWorker || !ok {
		w = NoWorker
	}
	return choice, w
}

// route asks a router and puts right what cannot be: a worker that takes
// no requests, or one on which this request has failed before.
func (c *Controller) route(router Router, r *request) (WorkerID, bool) {
	w, ok := router.Route(&c.view, &r.Request)
	if !ok {
		return NoWorker, false
	}
	if !c.fleet.usable(w) {
		c.counts.BadRoutes++
		return NoWorker, false
	}
	if w != r.tried[0] && w != r.tried[1] {
		return w, true
	}
	return c.untried(r, w), true
}

// untried is a ready worker that the request did not fail on: one of the
// least loaded, else the first by ID, else the router's choice.
func (c *Controller) untried(r *request, choice WorkerID) WorkerID {
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
// cannot be done into what can. The worker counts if ok.
func (c *Controller) choose(p *placer, r *request) (choice Choice, w WorkerID, ok bool) {
	w, ok = c.route(p.router, r)
	if p.spill != nil {
		choice = p.spill.Decide(&c.view, &r.Request, w, ok)
	}
	if p.diverter != nil && !ok {
		choice, w, ok = c.divert(p.diverter, r, choice)
	}
	if choice == LaunchAndWait && !c.mayLaunch(0) {
		choice = ToQueue
	}
	if choice == ToFunction && (c.cfg.Functions == nil || r.Streamed || r.noFunction && len(c.fleet.ready) > 0) {
		choice = ToWorker
	}
	return choice, w, ok
}

// divert is the rule documented at Diverter.
func (c *Controller) divert(d Diverter, r *request, spill Choice) (Choice, WorkerID, bool) {
	want := d.NoHost(&c.view, &r.Request)
	if want == ToFunction && spill == ToFunction || want == ToReject {
		return want, NoWorker, false
	}
	if want == LaunchAndWait && c.mayLaunch(0) || len(c.fleet.ready) == 0 {
		return LaunchAndWait, NoWorker, false
	}
	return ToWorker, c.untried(r, c.fleet.load.least()[0]), true
}

// mayLaunch says whether this gateway may add a worker to a pool.
func (c *Controller) mayLaunch(p PoolID) bool {
	if !c.cfg.Leader || int(p) >= len(c.cfg.Pools) {
		return false
	}
	n := &c.fleet.pools[p]
	return n.Size() < n.most(&c.cfg.Pools[p])
}

// room says whether the gateway may send one more request to a worker.
func (c *Controller) room(w WorkerID) bool {
	wk := &c.fleet.workers[w]
	limit := c.cfg.Pools[wk.Pool].Limit
	return limit == 0 || int(wk.InFlight) < limit
}

// wait puts a request into the gateway's queue. Where there are workers it
// waits for one with a free slot, otherwise for any worker at all.
func (c *Controller) wait(s int32, out []Command) []Command {
	r := c.table.At(s)
	r.state, r.queued = waiting, true
	r.forSlot = !c.stall.on && len(c.fleet.ready) > 0
	e := queued{id: r.ID, slot: s}
	if c.cfg.Order != nil {
		e.key = c.cfg.Order.Key(&c.view, &r.Request)
	}
	c.queue.push(e)
	return out
}

// pull sends on what waits at the gateway, as far as there is room.
func (c *Controller) pull(out []Command) []Command {
	for !c.queue.empty() && !c.stall.on {
		e := c.queue.front()
		r := c.table.At(e.slot)
		if !c.table.Holds(e.slot, e.id) || !r.queued {
			c.queue.pop()
			c.queue.gone--
			continue
		}
		if len(c.fleet.ready) == 0 {
			return out
		}
		if !r.forSlot {
			c.unqueue(r)
			out = c.place(e.slot, out)
			continue
		}
		w, ok := c.freeWorker(r)
		if !ok {
			return out
		}
		c.unqueue(r)
		out = c.dispatch(e.slot, w, out)
	}
	return out
}

// unqueue takes the front of the queue, which is r, out of it.
func (c *Controller) unqueue(r *request) {
	c.queue.pop()
	r.queued = false
}

// freeWorker is a worker with a free slot for a request from the queue: the
// router's choice if it has one, else the first of the least loaded.
func (c *Controller) freeWorker(r *request) (WorkerID, bool) {
	w := c.fleet.load.least()[0]
	if !c.slotFree(w) {
		return NoWorker, false
	}
	if choice, ok := c.route(c.cfg.Router, r); ok && c.slotFree(choice) {
		return choice, true
	}
	return w, true
}

// slotFree says whether a worker could start on one more request at once.
func (c *Controller) slotFree(w WorkerID) bool {
	if c.cfg.Pools[c.fleet.workers[w].Pool].Limit > 0 {
		return c.room(w)
	}
	return !c.view.Busy(w)
}

// dispatch starts an attempt on a worker.
func (c *Controller) dispatch(s int32, w WorkerID, out []Command) []Command {
	n := c.attempt(s, w)
	c.counts.Dispatched++
	return append(out, Command{Kind: Dispatch, Request: c.table.ID(s), Attempt: n, Worker: w, Work: c.table.At(s).Work})
}

// invoke starts an attempt on a function.
func (c *Controller) invoke(s int32, out []Command) []Command {
	r := c.table.At(s)
	c.warm.call(c.now, r.Class)
	if !r.spilled {
		r.spilled = true
		c.demand.add(c.now, spilledWork, r.Work)
	}
	n := c.attempt(s, NoWorker)
	c.counts.Invoked++
	return append(out, Command{Kind: Invoke, Request: r.ID, Attempt: n, Worker: NoWorker, Work: r.Work})
}

// attempt books a new attempt and sets its timers.
func (c *Controller) attempt(s int32, w WorkerID) uint8 {
	r := c.table.At(s)
	n := r.Attempts
	r.Attempts++
	r.state = running
	i := c.fleet.attempts.alloc()
	c.fleet.attempts.all[i] = attempt{request: s, n: n, worker: w, work: counted(&r.Request), sent: c.now, prev: -1, next: -1}
	r.live[r.nlive] = i
	r.nlive++
	if w != NoWorker {
		c.fleet.book(c.now, i)
	}
	if d := c.patience(n); d > 0 {
		c.timers.after(c.now, d, ownTimeout, uint64(r.ID)<<8|uint64(n))
	}
	if c.cfg.Hedge != nil && n == 0 && r.Idempotent && !r.Streamed {
		if d, ok := c.cfg.Hedge.After(&c.view, &r.Request); ok {
			c.timers.at(c.now+max(d, 0), ownHedge, uint64(r.ID))
		}
	}
	return n
}

// patience is how long attempt n of a request may take; 0: any time.
func (c *Controller) patience(n uint8) time.Duration {
	if c.hooks.timeout != nil {
		return c.hooks.timeout.AttemptTimeout(int(n))
	}
	return c.cfg.Retry.AttemptTimeout
}

// hedge sends a second copy of a request that is still unanswered to
// another worker, if there is one.
func (c *Controller) hedge(id RequestID, out []Command) []Command {
	s := c.table.Find(id)
	if s < 0 || c.table.At(s).state != running || c.table.At(s).nlive != 1 {
		return out
	}
	r := c.table.At(s)
	first := c.fleet.attempts.all[r.live[0]].worker
	if first == NoWorker {
		return out
	}
	was := r.tried
	r.tried[0] = first
	w, ok := c.route(c.cfg.Router, r)
	r.tried = was
	if !ok || w == first || !c.room(w) {
		return out
	}
	c.counts.Hedges++
	return c.dispatch(s, w, out)
}
