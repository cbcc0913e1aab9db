package policy

import "time"

// reclaimGrace is how much later than it was told a worker may be taken away. One
// that is still there is terminated, or it would cost money for ever.
const reclaimGrace = time.Minute

// drainOnNotice drains a worker that will be taken away, or that another one replaces.
func (c *Controller) drainOnNotice(w *Worker, at time.Duration, out []Command) []Command {
	c.awaitReclaim(w, at)
	return c.drain(w, out)
}

// awaitReclaim leaves the end of a worker to the provider, also where its time has come:
// EC2 does not bill a Linux spot instance that it reclaims in its first hour, but does
// one that its user terminates, if only a second before. Nobody takes away one whose
// instant is negative.
func (c *Controller) awaitReclaim(w *Worker, at time.Duration) {
	if at < 0 {
		return
	}
	w.reclaim = max(at, c.now, 1)
	c.timers.at(w.reclaim+reclaimGrace, ownReclaim, uint64(w.ID))
}

// idle terminates a worker that is drained, unless it will be taken away.
func (w *Worker) idle(out []Command) []Command {
	if w.reclaim > 0 {
		return out
	}
	return append(out, Command{Kind: Terminate, Worker: w.ID})
}

// notTaken terminates a worker that was not taken away when it was to be, once it is idle.
func (c *Controller) notTaken(id WorkerID, out []Command) []Command {
	w := &c.fleet.workers[id]
	w.reclaim = 0
	if w.State == StateDraining && w.InFlight == 0 {
		return w.idle(out)
	}
	return out
}
