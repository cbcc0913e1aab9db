package policy

import "time"

// A LateStarter is a Scaler that tells whether it may ever want a worker in a
// pool that has none, its Min aside. Of any other it is assumed. Where nobody may
// launch one, nothing waits for a machine.
type LateStarter interface {
	StartsFromNone(p PoolID) bool
}

// staffed says whether there is or may come a worker, a LaunchAndWait aside.
func (c *Controller) staffed() bool {
	for i := range c.cfg.Pools {
		if c.fleet.pools[i].Size() > 0 || c.mayCome(PoolID(i)) {
			return true
		}
	}
	return false
}

// mayCome says whether somebody may launch a worker in a pool that has none. Those
// who do not lead do not know what the leader may do.
func (c *Controller) mayCome(p PoolID) bool {
	cfg, n := &c.cfg.Pools[p], &c.fleet.pools[p]
	switch {
	case n.most(cfg) == 0:
		return false
	case !c.cfg.Leader, c.replaces(p) && n.Desired > 0:
		return true
	case c.cfg.Scaler == nil:
		return false
	}
	return cfg.Min > 0 || c.hooks.lateStarter == nil || c.hooks.lateStarter.StartsFromNone(p)
}

// reconsider is called where pools may have lost workers, ready or to come. A
// LaunchAndWait for which none comes any more is over, and what it held up is
// placed. So is what waits, where no worker can come any more: every wait ends.
func (c *Controller) reconsider(out []Command) []Command {
	over := false
	if c.stall.on {
		if c.onItsWay(c.stall.pool) {
			return out
		}
		over, c.stall.on = true, false
		if c.stall.slot >= 0 {
			out = c.instead(c.stall.slot, c.stall.after, out)
		}
		out = c.release(out)
	}
	if c.queue.n == 0 || !over && (len(c.fleet.ready) > 0 || c.staffed()) {
		return out
	}
	all := c.empty()
	for _, e := range all { // first: nobody sees those that come after it
		c.leave(c.table.At(e.Value.slot))
	}
	c.launchDied = c.main.insists
	for _, e := range all {
		out = c.place(e.Value.slot, out)
	}
	c.launchDied = false
	return out
}

// instead has a function take a request whose LaunchAndWait came to nothing, after its
// pause, if the Spill allows one: under Wait it waits for one that is free. Else the request
// is rejected: if it waited, it would launch again at once.
func (c *Controller) instead(s int32, after time.Duration, out []Command) []Command {
	r := c.table.At(s)
	switch {
	case !c.view.FunctionTakes(&r.Request) || !c.wouldSpill(c.main.spill, &r.Request, NoWorker):
		return c.reject(s, ReasonCapacity, 0, out)
	case after > 0:
		r.launchDied = true
		c.pauseFor(s, NoWorker, after)
		return out
	}
	r.launchDied = true
	return c.settle(s, decision{choice: ToFunction, worker: NoWorker, routed: NoWorker}, out)
}

// possible turns a wait that could never end into what can be: where no worker
// is ready and none can come, a function takes the request if the Spill allows it,
// else it is rejected.
func (c *Controller) possible(p *placer, r *request, d decision) decision {
	if d.choice >= LaunchAndWait || d.choice == ToFunction || c.staffed() {
		return d
	}
	d = decision{choice: ToReject, worker: c.leaver(r), routed: NoWorker}
	switch {
	case d.named():
		d.choice = ToWorker
	case c.view.FunctionTakes(&r.Request) && c.wouldSpill(p.spill, &r.Request, NoWorker):
		d.choice = ToFunction
	}
	return d
}
