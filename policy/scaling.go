package policy

import (
	"slices"
	"time"
)

// firstPeriod is the time from the start to the Scaler's first decision.
func (c *Controller) firstPeriod() time.Duration {
	if f, ok := c.cfg.Scaler.(FirstPeriod); ok && f.FirstPeriod() > 0 {
		return f.FirstPeriod()
	}
	return c.cfg.Scaler.Period()
}

// scale asks the Scaler and carries out its plan.
// A pool that the plan does not name, or names with a negative size, stays as it is.
func (c *Controller) scale(due time.Duration, out []Command) []Command {
	period := c.cfg.Scaler.Period() // counted from when it was due: live, timers are late
	c.timers.at(c.now-(c.now-due)%period+period, ownScaler, 0)
	if c.paused {
		return out
	}
	plan := c.cfg.Scaler.Size(&c.scaleView)
	for p, want := range plan.Desired {
		if want >= 0 && p < len(c.cfg.Pools) {
			out = c.resize(PoolID(p), want, plan.Victims, out)
		}
	}
	return out
}

// resize moves a pool towards a number of workers: it launches what is
// missing, counting what is under way, or drains what is too many.
// The cooldown counts from the last change in either direction. What is too many is called off before
// anything that serves is drained, unless the Scaler has named its victims.
func (c *Controller) resize(p PoolID, want int, victims []WorkerID, out []Command) []Command {
	cfg, n := &c.cfg.Pools[p], &c.fleet.pools[p]
	want = min(max(want, cfg.Min), n.most(cfg))
	if want == n.Size() {
		n.Desired = want
		return out
	}
	if c.changed[p] >= 0 && c.now < c.changed[p]+cfg.Cooldown {
		return out
	}
	grows := want > n.Desired
	n.Desired = want
	if want > n.Size() {
		if !grows { // something is lost, and replenish sees to it
			c.fleet.short = true
			return out
		}
		c.adapted(p)
		return c.launch(p, want-n.Size(), out)
	}
	before := c.counts.Drained
	if len(victims) > 0 {
		out = c.shrink(p, n.Size()-want, victims, out)
	} else {
		out = c.callOff(p, n.Size()-want, out)
		out = c.shrink(p, n.Ready-want, nil, out)
	}
	if c.counts.Drained > before {
		c.adapted(p)
	}
	return out
}

// shrink drains up to n ready workers of a pool. One is left if any is wanted:
// what still boots cannot serve in its place.
// Draining workers finish what they have, so a pool may have more instances than its size for a while.
func (c *Controller) shrink(p PoolID, n int, victims []WorkerID, out []Command) []Command {
	pool := &c.fleet.pools[p]
	n = min(n, pool.Ready)
	if pool.Desired > 0 {
		n = min(n, pool.Ready-1)
	}
	for ; n > 0; n-- {
		w := c.victim(p, victims)
		if w == nil { // the rest is ready, but not yet seen by a Hasty router
			break
		}
		out = c.drain(w, out)
	}
	return out
}

// resizeByHand moves a pool to the size that an operator wants. Nobody may come
// back to what is under way but not yet seen, so it counts.
func (c *Controller) resizeByHand(e *Event, out []Command) []Command {
	if e.Pool < 0 || int(e.Pool) >= len(c.cfg.Pools) || e.N < 0 {
		c.counts.Unknown++
		return out
	}
	n := &c.fleet.pools[e.Pool]
	c.changed[e.Pool] = -1
	c.relaunch[e.Pool].at = 0
	c.fleet.short = true
	n.Desired = min(n.Desired, n.Size())
	out = c.resize(e.Pool, int(e.N), nil, out)
	return c.shrink(e.Pool, n.Size()-n.Desired, nil, out)
}

// callOff drains up to n workers of a pool that are not ready yet, the youngest
// first; none while a request waits for one of them.
// The youngest has the longest way to go.
func (c *Controller) callOff(p PoolID, n int, out []Command) []Command {
	if c.stall.on {
		return out
	}
	for i := len(c.fleet.workers) - 1; i >= 0 && n > 0; i-- {
		w := &c.fleet.workers[i]
		if w.For != p || w.State > StateRunning {
			continue
		}
		out = c.drain(w, out)
		n--
	}
	return out
}

// adapted notes a change of the size of a pool.
// It is what a Cooldown counts from, and Counts.Adaptations.
func (c *Controller) adapted(p PoolID) {
	c.counts.Adaptations++
	c.changed[p] = c.now
}

// launch asks for workers of a pool, or of one that it has instead.
// Launching counts them until WorkerPending or LaunchFailed says what has become of them.
func (c *Controller) launch(p PoolID, n int, out []Command) []Command {
	from := c.source(p)
	c.fleet.pools[p].Launching += n
	c.fleet.under[from][p] += n
	c.counts.Launched += uint64(n)
	c.fleet.asked[from] += uint64(n)
	return append(out, Command{Kind: Launch, Pool: from, N: int32(n)})
}

// victim is the ready worker of a pool to drain: the first that the Scaler
// named, else one that a Health has ejected or tests, else any: the one with the fewest
// requests in flight, ties to the youngest.
// The youngest of those that tie, as it has learnt least: routers with affinity keep what they know of
// the older ones.
func (c *Controller) victim(p PoolID, named []WorkerID) *Worker {
	for _, id := range named {
		if c.fleet.known(id) && c.fleet.workers[id].State == StateReady && c.fleet.workers[id].For == p {
			return &c.fleet.workers[id]
		}
	}
	var best *Worker
	for _, list := range [2][]WorkerID{c.fleet.outliers, c.fleet.ready} {
		for _, id := range slices.Backward(list) {
			w := &c.fleet.workers[id]
			if w.For == p && w.State == StateReady && (best == nil || w.InFlight < best.InFlight) {
				best = w
			}
		}
		if best != nil {
			break
		}
	}
	return best
}

// drain takes a worker out of service; it is terminated when it is idle.
func (c *Controller) drain(w *Worker, out []Command) []Command {
	c.fleet.retire(w, StateDraining)
	c.counts.Drained++
	c.workerChanged(w.ID)
	return append(out, Command{Kind: Drain, Worker: w.ID})
}

// fleetEvent handles the events in the life of a worker.
func (c *Controller) fleetEvent(e *Event, out []Command) []Command {
	if e.Kind == LaunchFailed {
		return c.launchFailed(e, out)
	}
	if e.Kind == WorkerPending {
		if e.Worker < 0 || c.fleet.known(e.Worker) || int(e.Pool) >= len(c.cfg.Pools) || e.Pool < 0 {
			c.counts.Duplicate++
			return out
		}
		c.fleet.announce(c.now, e)
		c.workerChanged(e.Worker)
		return out
	}
	if !c.expect(e.Worker) {
		return out
	}
	w := &c.fleet.workers[e.Worker]
	was := w.State
	switch {
	case e.Kind == WorkerRunning && was == StatePending:
		c.fleet.run(c.now, w)
		out = c.look(w, out)
	case e.Kind == WorkerReady && was <= StateRunning:
		c.fleet.becomeReady(c.now, w)
		c.cameToLife(w.Pool)
		switch {
		case !c.hooks.hasty || c.hooks.look == 0:
			out = c.running(w, out)
		case was == StatePending: // nobody has said that it runs
			out = c.look(w, out)
		}
	case e.Kind == WorkerNotice && was <= StateReady:
		out = c.drainOnNotice(w, e.At, out)
	case e.Kind == WorkerNotice && was == StateDraining:
		c.awaitReclaim(w, e.At)
	case e.Kind == WorkerDrained && was == StateDraining:
		out = w.idle(out)
	case e.Kind == WorkerLost && was != StateLost:
		c.fleet.retire(w, StateLost)
		w.gone = c.now
	default:
		c.counts.Late++
		return out
	}
	if (e.Kind == WorkerLost || e.Kind == WorkerNotice) && was < StateReady {
		c.cameToNothing(w.Pool)
	}
	if w.State != was {
		c.workerChanged(w.ID)
	}
	return out
}

// launchFailed takes back launches that came to nothing.
func (c *Controller) launchFailed(e *Event, out []Command) []Command {
	if e.Pool < 0 || int(e.Pool) >= len(c.cfg.Pools) {
		c.counts.Unknown++
		return out
	}
	c.counts.LaunchFailed += uint64(max(e.N, 0))
	c.fleet.answered(e.Pool, int(e.N))
	c.cameToNothing(e.Pool)
	return out
}

// mayLaunch says whether this gateway may add a worker to a pool.
// Only the leader of several gateways launches; the others wait for what it launches.
func (c *Controller) mayLaunch(p PoolID) bool {
	if !c.cfg.Leader || int(p) >= len(c.cfg.Pools) || c.launchDied {
		return false
	}
	n := &c.fleet.pools[p]
	return n.Size() < n.most(&c.cfg.Pools[p])
}
