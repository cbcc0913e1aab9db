package policy

// pull offers what waits at the gateway to everything that is free. It is
// called once, at the end of every Step.
//
// A request is asked about again, by way of the router and the Spill, when it
// comes first of those that have not declined what is free now. A Steady
// Spill would say the same again, so no request is asked twice about the same
// vacancy; any other Spill is asked about every request that waits whenever a
// slot or a function is free, which takes time in proportion to their number.
//
// It ends: whatever it offers is taken, and so is no longer free, or declined, and then not
// offered to the same request again in this step.
func (c *Controller) pull(out []Command) []Command {
	c.reminder.at = 0
	if out = c.pullFree(out); c.queue.n > 0 && c.anyLeaver() {
		out = c.pullSome((*Controller).leaverTakes, out)
	}
	return out
}

// pullFree is pull for all but workers on notice, which come last.
func (c *Controller) pullFree(out []Command) []Command {
	for c.queue.n > 0 && !c.stall.on {
		v := c.vacancy()
		if v < functionFree {
			if c.roomForSome() {
				out = c.pullSome((*Controller).functionTakes, out)
			}
		}
		if v = c.vacancy(); v == 0 {
			return out
		}
		if c.asks && v >= slotFree {
			n := c.queue.n
			if out = c.pullAll(out); c.queue.n == n {
				return out
			}
			continue
		}
		e, d, ok := c.next(v)
		if !ok {
			return out
		}
		var placed bool
		if out, placed = c.offer(&e, 0, out); !placed {
			c.queue.push(e, d.with(v))
		}
	}
	return out
}

// pullAll offers what is free to every request that waits, in order, once.
// O(n) for n that wait: the price of a Spill whose answers depend on time.
func (c *Controller) pullAll(out []Command) []Command {
	q := &c.queue
	stay := q.scratch[:0]
	before := 0.0
	for {
		e, _, ok := c.next(bothFree)
		if !ok {
			break
		}
		placed := false
		if v := c.vacancy(); v >= slotFree && !c.stall.on {
			out, placed = c.offer(&e, before, out)
		}
		if !placed {
			stay = append(stay, e)
			before += counted(&c.table.At(e.Value.slot).Request)
		}
	}
	for _, e := range stay {
		q.push(e, 0)
	}
	q.scratch = stay
	return out
}

// functionTakes says whether a function takes the request, while they have no room for
// requests of every class.
func (c *Controller) functionTakes(r *request) bool {
	return c.warm.roomFor(c.now, c.cfg.Functions, r.Class)
}

// leaverTakes says whether a worker on notice takes the request.
func (c *Controller) leaverTakes(r *request) bool { return c.leaver(r) != NoWorker }

// pullSome offers what is free to those that wait and that it takes, in order, once.
func (c *Controller) pullSome(takes func(*Controller, *request) bool, out []Command) []Command {
	q := &c.queue
	stay, declines := q.scratch[:0], q.declines[:0]
	before := 0.0
	for e, d, ok := c.next(bothFree); ok; e, d, ok = c.next(bothFree) {
		placed := false
		if !c.stall.on && takes(c, c.table.At(e.Value.slot)) {
			out, placed = c.offer(&e, before, out)
		}
		if !placed {
			stay, declines = append(stay, e), append(declines, d)
			before += counted(&c.table.At(e.Value.slot).Request)
		}
	}
	for i, e := range stay {
		q.push(e, declines[i])
	}
	q.scratch, q.declines = stay, declines
	return out
}

// roomForSome says whether there is room for a call of a class of which requests wait: in
// its function, or in an environment that is warm.
func (c *Controller) roomForSome() bool {
	f := c.cfg.Functions
	if f == nil || !c.warm.differs() {
		return false
	}
	for class, n := range c.queue.classes {
		if n > 0 && c.warm.roomFor(c.now, f, ClassID(class)) {
			return true
		}
	}
	return false
}

// askAgain has every request that waits asked about again, as what is known of
// it has changed.
// They enter the lane of those that have declined nothing, in their old order.
func (c *Controller) askAgain() {
	for _, e := range c.empty() {
		c.queue.push(e, 0)
	}
}

// empty takes everything that waits out of the queue and returns it in order;
// it is valid until the next call.
func (c *Controller) empty() []queued {
	all := c.queue.scratch[:0]
	for e, _, ok := c.next(bothFree); ok; e, _, ok = c.next(bothFree) {
		all = append(all, e)
	}
	c.queue.scratch = all
	return all
}

// offer asks about a request from the queue and says whether it has left it. before is
// what those count that wait before it.
func (c *Controller) offer(e *queued, before float64, out []Command) ([]Command, bool) {
	r := c.table.At(e.Value.slot)
	d, free := c.ask(r, before)
	if !free {
		r.toFunction = d.choice == ToFunction
		c.askLater(r, d, before)
		return c.meanwhile(d, out), false
	}
	if c.hooks.dequeuer != nil && r.Attempts == 0 && d.choice != ToReject {
		c.leave(r)
		if ok, after := c.hooks.dequeuer.Leaves(&c.view, &r.Request); !ok {
			return c.reject(e.Value.slot, ReasonAdmission, after, out), true
		}
	}
	if c.cfg.Witness != nil { // it sees what the policies have seen: the line as it was
		c.queue.asking = true
		c.witness(e.Value.slot, d)
		c.queue.asking = false
	}
	if r.waits != 0 {
		c.leave(r)
	}
	return c.carryOut(e.Value.slot, d, out), true
}

// ask asks about a request that waits, with so much before it.
func (c *Controller) ask(r *request, before float64) (decision, bool) {
	c.queue.asking, c.queue.before = true, before
	d, free := c.resolve(r, c.choose(&c.main, r))
	c.queue.asking = false
	return d, free
}

// vacancy is what is free now.
// A worker with a free slot hides one that only takes requests in its line: both take the request, and
// the first serves it at once.
func (c *Controller) vacancy() (v vacancy) {
	switch f := &c.fleet; {
	case len(f.places) > 0:
		v = slotFree
	case f.endless > 0:
		v = lineFree
	}
	if c.view.FunctionFree() {
		v += functionFree
	}
	return v
}
