package policy

import "time"

// A stall is the gateway held up by a LaunchAndWait.
// Some systems call EC2 from the thread that serves requests: nothing is placed until a worker runs.
// What comes meanwhile waits in the queue.
//
// Invariant: held is empty unless on.
type stall struct {
	on    bool
	slot  int32 // of the request that waits for the worker; -1: its client has left
	pool  PoolID
	after time.Duration // the pause of that request once the worker is there
	held  []held
}

// A held is a failed request whose next place is chosen when the stall is over.
type held struct {
	id    RequestID
	after time.Duration // and then so much later the attempt is made
}

// launchOne launches a worker because a request has no host.
// Always in the first pool: such systems know one type of machine.
func (c *Controller) launchOne(out []Command) []Command {
	c.adapted(0)
	n := &c.fleet.pools[0]
	n.Desired = max(n.Desired, n.Size()+1)
	return c.launch(0, 1, out)
}

// launchAndWait launches a worker and holds up the whole gateway until one
// of the pool runs; the request then goes there, whether it is ready or not.
func (c *Controller) launchAndWait(s int32, out []Command) []Command {
	c.table.At(s).state = waiting
	c.stall.on, c.stall.slot, c.stall.pool, c.stall.after = true, s, 0, 0
	return c.launchOne(out)
}

// onItsWay says whether a worker of a pool was launched and takes no requests yet.
// O(workers so far).
func (c *Controller) onItsWay(p PoolID) bool {
	if int(p) < len(c.fleet.pools) && c.fleet.pools[p].Launching > 0 {
		return true
	}
	for i := range c.fleet.workers {
		if w := &c.fleet.workers[i]; w.For == p && w.State <= StateReady && w.bucket < 0 && w.standing == inService {
			return true
		}
	}
	return false
}

// firstLook is how long the first look takes, which is when the launch call has
// returned: about as long as any call to EC2. It sees what runs before it is answered.
const firstLook = 100 * time.Millisecond

// look has a Hasty router take a worker that runs, when it looks next.
func (c *Controller) look(w *Worker, out []Command) []Command {
	if !c.hooks.hasty {
		return out
	}
	if every := c.hooks.look; every > 0 {
		passed := c.now - w.Launched
		if since := passed % every; passed > firstLook && since > 0 {
			c.timers.at(c.now+every-since, ownLook, uint64(w.ID))
			return out
		}
	}
	return c.running(w, out)
}

// running lets requests be sent to a worker, which ends a stall.
func (c *Controller) running(w *Worker, out []Command) []Command {
	if w.State <= StateReady && w.bucket < 0 && w.standing == inService {
		c.fleet.open(c.now, w)
	}
	if !c.stall.on || c.stall.pool != w.For || w.bucket < 0 {
		return out
	}
	s := c.stall.slot
	c.stall.on = false
	switch {
	case s < 0:
	case c.stall.after > 0:
		c.pauseFor(s, w.ID, c.stall.after)
	default:
		out = c.send(s, w.ID, out)
	}
	return c.release(out)
}

// preselect chooses where a failed request goes next, and has it sent there after
// a pause. While the gateway is held up, so is the choice.
func (c *Controller) preselect(s int32, after time.Duration, out []Command) []Command {
	r := c.table.At(s)
	if c.stall.on {
		c.stall.held = append(c.stall.held, held{r.ID, after})
		return out
	}
	d, free := c.resolve(r, c.choose(&c.main, r))
	if c.cfg.Witness != nil {
		c.witness(s, d)
	}
	switch {
	case !free:
		c.timers.at(c.now+after, ownRetry, uint64(r.ID)) // it is placed then
		return c.meanwhile(d, out)
	case d.choice == ToReject:
		return c.carryOut(s, d, out)
	case d.choice == LaunchAndWait:
		out = c.launchAndWait(s, out)
		c.stall.after = after
		return out
	case d.choice == LaunchBeside:
		out = c.launchOne(out)
	case d.choice == ToFunction:
		d.worker = NoWorker
	}
	c.pauseFor(s, d.worker, after)
	return out
}

// release chooses for the requests that failed during a stall. One of them may
// begin another, for which the rest go on being held.
func (c *Controller) release(out []Command) []Command {
	all := c.stall.held
	c.stall.held = nil
	for _, h := range all {
		if s := c.table.Find(h.id); s >= 0 && c.table.At(s).state == waiting {
			out = c.preselect(s, h.after, out)
		}
	}
	return out
}

// pauseFor sends a request to a worker, NoWorker for a function, after a pause.
func (c *Controller) pauseFor(s int32, w WorkerID, after time.Duration) {
	r := c.table.At(s)
	if c.chosen == nil {
		c.chosen = map[RequestID]WorkerID{}
	}
	c.chosen[r.ID] = w
	c.timers.at(c.now+after, ownRetry, uint64(r.ID))
}

// resume makes the next attempt of a failed request whose pause is over.
// Where what was chosen is gone meanwhile it is placed like a new one.
func (c *Controller) resume(id RequestID, out []Command) []Command {
	s := c.table.Find(id)
	if s < 0 || c.table.At(s).state != waiting {
		return out
	}
	w, ok := c.chosen[id]
	delete(c.chosen, id)
	if !ok || !c.takes(w, c.table.At(s).Class) {
		return c.place(s, out)
	}
	return c.send(s, w, out)
}

// takes says whether what was chosen a while ago still takes a request of a class. A
// forgotten worker does: who chose it does not know.
func (c *Controller) takes(w WorkerID, class ClassID) bool {
	if w == NoWorker {
		return c.view.FunctionFreeFor(class) || c.cfg.Functions != nil && c.cfg.Functions.Full == Refuse
	}
	state := c.fleet.workers[w].State
	return (c.fleet.usable(w) || state == StateForgotten) && c.room(w)
}

// send makes an attempt whose place was chosen before.
func (c *Controller) send(s int32, w WorkerID, out []Command) []Command {
	if p := c.hooks.preselector; p != nil {
		p.Resumed(&c.view, &c.table.At(s).Request, w)
	}
	if w == NoWorker {
		return c.invoke(s, out)
	}
	return c.dispatch(s, w, out)
}
