package policy

import "time"

// OverlookedAt is Overlooked at an instant after the last Step, at which no timer is due
// and nothing has happened.
// It finds what only the passing of time has made possible: policies must name such instants
// themselves (Timely, TimelyRouter).
func (c *Controller) OverlookedAt(now time.Duration) (id RequestID, found bool) {
	was := c.now
	c.now, c.view.Now = now, now
	id, found = c.Overlooked()
	c.now, c.view.Now = was, was
	return id, found
}

// Overlooked is a request that waits at the gateway although the router and
// the Spill, asked again, send it to a slot or a function that is free now, or
// although the Spill alone does, whatever a Diverter says; or
// for a machine although none can come or one on notice would do; false if there is none, as after every Step.
// A LaunchAndWait may hold the gateway up while its worker is on its way, and not
// under an Insistent Spill. It asks about every request
// that waits, so a policy that draws random numbers decides otherwise
// afterwards: it is for tests.
func (c *Controller) Overlooked() (id RequestID, found bool) {
	if c.stall.on {
		return c.heldUp()
	}
	nobody := len(c.fleet.ready) == 0 && !c.staffed()
	type entry struct {
		queued
		d declined
	}
	var all []entry
	for e, d, ok := c.next(bothFree); ok; e, d, ok = c.next(bothFree) {
		all = append(all, entry{e, d})
	}
	before := 0.0
	for _, e := range all {
		c.queue.push(e.queued, e.d)
		if r := c.table.At(e.Value.slot); !found {
			id, found = r.ID, c.overlooks(r, nobody, before)
			before += counted(&r.Request)
		}
	}
	return id, found
}

// heldUp is Overlooked during a LaunchAndWait.
func (c *Controller) heldUp() (id RequestID, found bool) {
	if c.onItsWay(c.stall.pool) && !c.main.insists {
		return 0, false
	}
	if s := c.stall.slot; s >= 0 {
		return c.table.ID(s), true
	}
	return 0, c.queue.n > 0
}

// overlooks is Overlooked for one request.
// before is what waits before it, CPU-seconds.
func (c *Controller) overlooks(r *request, nobody bool, before float64) bool {
	if nobody && !r.toFunction {
		return true
	}
	d, free := c.ask(r, before)
	if free && (d.choice == ToFunction || d.choice == LaunchBeside || d.choice == ToWorker && c.fleet.workers[d.worker].place >= 0) {
		return true
	}
	if d.choice != ToFunction && c.idlesOnNotice(r) {
		return true
	}
	if c.main.spill == nil || !c.view.FunctionTakes(&r.Request) || !c.view.FunctionFreeFor(r.Class) {
		return false
	}
	c.queue.asking, c.queue.before = true, before
	w := c.route(c.main.router, r)
	if w != NoWorker {
		w = c.untried(r, w)
	}
	choice := c.main.spill.Decide(&c.view, &r.Request, w, w != NoWorker)
	c.queue.asking = false
	return choice == ToFunction
}

// idlesOnNotice says whether some worker on notice would answer a request that waits before
// its end. It looks at all workers, and not at the list of those on notice.
func (c *Controller) idlesOnNotice(r *request) bool {
	for i := range c.fleet.workers {
		w := &c.fleet.workers[i]
		if w.leaving && w.ID != r.tried[0] && w.ID != r.tried[1] && c.inTime(w, &r.Request) {
			return true
		}
	}
	return false
}
