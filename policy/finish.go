package policy

import "time"

// attemptOf returns the index of an attempt in flight, -1 if there is none.
func (c *Controller) attemptOf(id RequestID, n uint8) int32 {
	s := c.table.Find(id)
	if s < 0 {
		return -1
	}
	r := c.table.At(s)
	for _, i := range r.live[:r.nlive] {
		if c.fleet.attempts.all[i].n == n {
			return i
		}
	}
	return -1
}

// late counts an event about an attempt that is not in flight.
// IDs are given in order, so one below Next was here once.
func (c *Controller) late(id RequestID) {
	if id >= c.table.Next() {
		c.counts.Unknown++
	} else {
		c.counts.Late++
	}
}

// headed handles the beginning of an answer: a good one is delivered, a
// server error is tried again where that is allowed.
// It is decided here, as nothing can be tried again once a byte has gone to the client.
func (c *Controller) headed(e *Event, out []Command) []Command {
	i := c.attemptOf(e.Request, e.Attempt)
	if i < 0 {
		c.late(e.Request)
		return out
	}
	a := &c.fleet.attempts.all[i]
	r := c.table.At(a.request)
	if r.state == finished || a.failed || a.timedOut {
		return out
	}
	if e.Code >= 500 && c.spareable(r) {
		a.failed = true
		return c.cancel(i, out)
	}
	return c.deliver(a.request, a.n, out)
}

// spareable says whether another attempt stands by or may be made.
func (c *Controller) spareable(r *request) bool {
	if r.nlive > 1 {
		return true
	}
	return !r.Streamed && (c.hooks.retrier != nil || r.Idempotent && c.affordable(r))
}

// deliver passes one attempt's answer to the client and cancels the others.
func (c *Controller) deliver(s int32, n uint8, out []Command) []Command {
	r := c.table.At(s)
	r.state = finished
	c.counts.Delivered++
	out = append(out, Command{Kind: Deliver, Request: r.ID, Attempt: n})
	return c.cancelOthers(r, int(n), out)
}

// cancelOthers cancels the attempts in flight but one; -1 spares none.
func (c *Controller) cancelOthers(r *request, spare int, out []Command) []Command {
	for _, i := range r.live[:r.nlive] {
		if int(c.fleet.attempts.all[i].n) != spare {
			out = c.cancel(i, out)
		}
	}
	return out
}

// cancel asks for the end of an attempt; it still ends with an event.
// Done(Cancelled) follows, or the attempt's own end where that was faster: both are right.
func (c *Controller) cancel(i int32, out []Command) []Command {
	a := &c.fleet.attempts.all[i]
	if a.cancelled {
		return out
	}
	a.cancelled = true
	return append(out, Command{Kind: Cancel, Request: c.table.ID(a.request), Attempt: a.n, Worker: a.worker})
}

// expire gives up an attempt that takes too long.
func (c *Controller) expire(id RequestID, n uint8, out []Command) []Command {
	i := c.attemptOf(id, n)
	if i < 0 {
		return out
	}
	a := &c.fleet.attempts.all[i]
	if c.table.At(a.request).state == finished || a.due == 0 || c.now < a.due { // it was set for a refused call of that number
		return out
	}
	a.timedOut = true
	c.attain(i)
	before := len(out)
	out = c.cancel(i, out)
	if c.hooks.leaves && len(out) > before {
		out[before].N = 1
	}
	return out
}

// gone handles a client that left: everything for it is cancelled.
func (c *Controller) gone(e *Event, out []Command) []Command {
	s := c.table.Find(e.Request)
	if s < 0 || c.table.At(s).state == finished {
		c.late(e.Request)
		return out
	}
	r := c.table.At(s)
	c.counts.Gone++
	if r.waits != 0 {
		c.leave(r)
	}
	r.state = finished
	if c.stall.on && c.stall.slot == s {
		c.stall.slot = -1
	}
	delete(c.chosen, r.ID)
	c.attainAll(r)
	out = c.cancelOthers(r, -1, out)
	if r.nlive == 0 {
		c.learnFromLeaving(r)
		c.remove(s)
	}
	return out
}

// done handles the end of an attempt.
func (c *Controller) done(e *Event, out []Command) []Command {
	i := c.attemptOf(e.Request, e.Attempt)
	if i < 0 {
		c.late(e.Request)
		return out
	}
	a := &c.fleet.attempts.all[i] // nothing uses its place again before the last word on it
	s := a.request
	r := c.table.At(s)
	o := &c.outcome // a local would escape to the heap through the policies
	// Every field of it is set.
	o.Request, o.Attempt, o.Worker, o.Status = &r.Request, a.n, a.worker, e.Status
	o.Took, o.Work, o.Cold = c.now-a.sent, e.Work, e.Cold
	if c.counting() != nil {
		c.executed = e.Executed
	}
	switch {
	case a.timedOut && o.Status == Cancelled:
		o.Status = Timeout
	case a.failed:
		o.Status = Error
	}
	out = c.end(r, i, o, e.Status == Cancelled && !e.Unstarted, out)
	if o.Status == OK {
		r.had = 0 // what it took teaches more than what an attempt had of it
	}
	c.observe(o, r.long[0] > 0)
	if r.isLong() && a.everRan(e) {
		c.demand.ran(r, o)
	}
	switch {
	case r.state == finished:
		if o.Status == OK && !a.cancelled { // delivered at its head
			out = c.record(r, out)
		}
		if r.nlive == 0 {
			c.learnFromLeaving(r)
			c.remove(s)
		}
	case o.Status == OK:
		out = c.record(r, c.deliver(s, a.n, out))
		if r.nlive == 0 {
			c.remove(s)
		}
	case r.nlive == 0:
		out = c.again(s, o, e, reasonOf(o, a), out)
	}
	return out
}

// record has the work of a delivered attempt kept.
func (c *Controller) record(r *request, out []Command) []Command {
	if !c.cfg.Store {
		return out
	}
	return append(out, Command{Kind: Record, Request: r.ID, Key: r.Key})
}

// end takes an ended attempt off the books. A function runs on when its
// attempt was cancelled: its environment is busy until Returned.
func (c *Controller) end(r *request, i int32, o *Outcome, cancelled bool, out []Command) []Command {
	if o.Worker == NoWorker {
		if !cancelled {
			out = c.callEnded(r.Class, o.Status, out)
		}
	} else if began := c.fleet.unbook(c.now, i); began >= 0 && c.hooks.ties {
		out = c.begins(began, out)
	}
	c.fleet.attempts.release(i)
	r.nlive--
	if r.live[0] == i {
		r.live[0] = r.live[1]
	}
	r.live[1] = -1
	return out
}

// begins cancels the other copy of a request of which one is believed to be in service now.
// One that is cancelled itself gets nowhere: the other has begun before.
func (c *Controller) begins(i int32, out []Command) []Command {
	a := &c.fleet.attempts.all[i]
	r := c.table.At(a.request)
	if a.cancelled || r.state != running || r.nlive < 2 {
		return out
	}
	return c.cancelOthers(r, int(a.n), out)
}

// returned handles the end of a call whose attempt was cancelled before.
func (c *Controller) returned(e *Event, out []Command) []Command {
	if c.warm.busy == 0 || int(e.Class) >= len(c.cfg.Classes) || c.warm.calls[c.warm.function(e.Class)] == 0 {
		c.counts.Unknown++
		return out
	}
	return c.callEnded(e.Class, e.Status, out)
}

// observe learns from an outcome and tells the policies that want to know. long
// says that the request is a longWork.
// Under LearnByStore only records of the store teach, so that all gateways learn the same.
func (c *Controller) observe(o *Outcome, long bool) {
	if o.Status == OK && o.Work > 0 && plausible(o.Work) {
		if (o.Request.Work > 0 || o.Request.Known) && !long {
			c.demand.learn(o.Request.Work, o.Work)
		}
		if !c.cfg.LearnByStore {
			work := o.Work
			if c.counting() != nil {
				work = c.seenOf(o)
			}
			c.learn(c.now, o.Request, work)
		}
	}
	for _, p := range c.hooks.observers {
		p.Done(&c.view, o)
	}
	if o.Status == Throttled {
		c.counts.Throttled++
	}
	if o.Worker == NoWorker {
		return
	}
	w := &c.fleet.workers[o.Worker]
	switch o.Status {
	case Cancelled:
	case OK:
		w.Failures = 0
	default:
		w.Failures++
		c.forget(w, o)
	}
	if c.cfg.Health != nil {
		c.judge(w, o)
	}
}

// forget drops a worker at which an attempt has failed, if the router wants that.
// It runs on and is billed: the system that is modelled so loses track of it.
func (c *Controller) forget(w *Worker, o *Outcome) {
	if c.hooks.forgetter != nil && w.State <= StateReady && c.hooks.forgetter.Forget(o) {
		c.counts.Forgotten++
		c.fleet.retire(w, StateForgotten)
		w.dropped = c.now
		if c.cfg.Health != nil {
			c.assess()
		}
		c.workerChanged(w.ID)
	}
}

// seenOf is the work that an answer stands for, where it has been noted what it
// executed.
func (c *Controller) seenOf(o *Outcome) float64 {
	c.measurement = Measured{o.Work, c.executed, NoPool}
	if o.Worker != NoWorker {
		c.measurement.Pool = c.fleet.workers[o.Worker].Pool
	}
	return c.seen(o.Request.Class, &c.measurement, true)
}

// again tries a failed request once more, or answers for it.
func (c *Controller) again(s int32, o *Outcome, e *Event, why Reason, out []Command) []Command {
	r := c.table.At(s)
	if o.Worker != NoWorker {
		r.tried[1], r.tried[0] = r.tried[0], o.Worker
	} else if o.Status == Throttled {
		if out, placed := c.refused(s, out); placed {
			return out
		}
	}
	again, after := c.retry(r, o, e)
	if !again {
		c.learnFromFailure(r, e.Status == Timeout && o.Worker == NoWorker)
		return c.giveUp(s, o, e, why, out)
	}
	c.counts.Retries++
	r.state = waiting
	if after > 0 && c.hooks.preselector != nil {
		return c.preselect(s, after, out)
	}
	if after > 0 {
		c.at(c.now+after, ownRetry, uint64(r.ID))
		return out
	}
	return c.place(s, out)
}

// refused finds another place for a request that the function service has
// refused: nothing ran, so this was no attempt. Where its Spill allows a machine,
// it goes there or waits for one, or for the functions to have space again. Where
// only a function will do, it waits for that under Wait; otherwise Retry decides.
func (c *Controller) refused(s int32, out []Command) ([]Command, bool) {
	r := c.table.At(s)
	if c.stall.on {
		r.Attempts--
		c.wait(s, 0)
		return out, true
	}
	r.Attempts--
	d := c.choose(&c.main, r)
	if d.choice == ToFunction && c.cfg.Functions.Full == Refuse {
		r.Attempts++
		return out, false
	}
	r.state = waiting
	return c.settle(s, d, out), true
}

// tryFunctions sets the timers for the next try of each function, if requests wait
// until then.
func (c *Controller) tryFunctions() {
	if c.queue.n == 0 {
		return
	}
	for k := range c.warm.spaces {
		if s := &c.warm.spaces[k]; s.short && s.next > c.now && s.next != s.timer {
			s.timer = s.next
			c.timers.at(s.next, ownSpace, uint64(k))
		}
	}
}

// giveUp answers for a request that failed for good: with the worker's own
// error answer if there is one, else with a status of the gateway's.
// The worker's own answer says more than a 502: a client sees the error page of its service.
func (c *Controller) giveUp(s int32, o *Outcome, e *Event, why Reason, out []Command) []Command {
	if e.Code != 0 && o.Status == Error {
		out = c.deliver(s, o.Attempt, out)
		c.remove(s)
		return out
	}
	after := time.Duration(0)
	if why == ReasonThrottled {
		after = time.Second
	}
	return c.reject(s, why, after, out)
}
