package policy

import "time"

// Replacement says what becomes of a pool that has lost a worker.
type Replacement uint8

const (
	// ReplaceByRouter is ReplaceLost, unless the Router is Neglectful.
	ReplaceByRouter Replacement = iota
	// ReplaceLost has a worker launched for each one that is lost, or of which
	// there is notice, at once and whatever the cooldown, up to the size that the
	// pool was last given: by the Scaler, by an operator, or at the start.
	ReplaceLost
	// ReplaceNever leaves the pool smaller, until the Scaler wants more.
	ReplaceNever
)

// A Neglectful router is that of a system which does not replace what it has lost,
// if it says so.
type Neglectful interface {
	NeverReplaces() bool
}

// What could not be launched is tried again after firstRelaunch, then after twice
// as long each time, mostRelaunch at most. A worker lost before it was ready is
// such a launch, so that an image that does not boot is not launched in a loop.
const (
	firstRelaunch = 5 * time.Second
	mostRelaunch  = 2 * time.Minute
)

// A relaunch is the state of the launches that failed in a pool.
type relaunch struct {
	failures int           // one after the other, without a worker that became ready
	at       time.Duration // no replacement before
	timer    time.Duration // the last that was set
}

// replaces says whether lost workers of a pool are replaced.
func (c *Controller) replaces(p PoolID) bool {
	if r := c.cfg.Pools[p].Replace; r != ReplaceByRouter {
		return r == ReplaceLost
	}
	return !c.hooks.neglects
}

// replenish launches what pools have lost. A pool whose losses are not replaced
// has become smaller.
func (c *Controller) replenish(out []Command) []Command {
	c.fleet.short = false
	for i := range c.cfg.Pools {
		p, n := PoolID(i), &c.fleet.pools[i]
		if !c.replaces(p) {
			n.Desired = min(n.Desired, n.Size())
			continue
		}
		missing := min(n.Desired, n.most(&c.cfg.Pools[i])) - n.Size()
		if missing <= 0 || !c.cfg.Leader || c.paused {
			continue
		}
		r, at := &c.relaunch[i], c.relaunch[c.source(p)].at
		if c.now >= at {
			out = c.launch(p, missing, out)
		} else if r.timer != at {
			r.timer = at
			c.timers.at(at, ownRelaunch, uint64(p))
		}
	}
	return out
}

// cameToNothing notes that launches in a pool failed. Those that fail while
// nothing is launched are of the same attempt.
func (c *Controller) cameToNothing(p PoolID) {
	c.fleet.short = true
	r := &c.relaunch[p]
	if c.now < r.at {
		return
	}
	r.at = c.now + min(firstRelaunch<<min(r.failures, 10), mostRelaunch)
	r.failures++
}

// cameToLife notes that a launch in a pool did not fail.
func (c *Controller) cameToLife(p PoolID) {
	r := &c.relaunch[p]
	if r.failures > 0 {
		r.failures, r.at = 0, 0
		c.fleet.short = true
	}
}
