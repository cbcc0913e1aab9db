package policy

import (
	"math"
	"time"
)

// affordable says whether the retry rule has an attempt left for a request.
func (c *Controller) affordable(r *request) bool {
	return int(r.Attempts)-int(r.unsent) <= c.cfg.Retry.Max && c.budget >= 1
}

// pause is how long the next attempt of a request is put off: backoff × 2^doublings,
// drawn from half of it to all.
func (c *Controller) pause(r *request, backoff time.Duration, doublings uint8) time.Duration {
	most := backoff << doublings
	c.backoff.At(uint64(r.ID)<<8 | uint64(r.Attempts))
	return most/2 + time.Duration(c.backoff.Float64()*float64(most/2))
}

// retry decides whether a failed request is tried again, and after how long.
func (c *Controller) retry(r *request, o *Outcome, e *Event) (bool, time.Duration) {
	unsent := e.Unstarted || o.Status == Throttled
	if r.Streamed && !unsent { // part of the body is gone, whatever the policy wants
		return false, 0
	}
	if c.hooks.retrier != nil {
		again, after := c.hooks.retrier.Retry(&c.view, o)
		if o.Status == Throttled {
			after = max(after, refusedBackoff)
		}
		return again, after
	}
	switch {
	case r.Attempts == math.MaxUint8 || o.Status == Throttled && c.cfg.Retry.PassRefusals:
		return false, 0
	case e.Unstarted && o.Status != Throttled && int(r.unsent) < c.cfg.Retry.Unsent:
		return true, c.elsewhere(r)
	case !(unsent || r.Idempotent) || !c.affordable(r):
		return false, 0
	}
	c.budget--
	backoff := c.cfg.Retry.Backoff
	if o.Status == Throttled {
		backoff = max(backoff, refusedBackoff)
	}
	if backoff == 0 {
		return true, 0
	}
	return true, c.pause(r, backoff, min(r.Attempts-1, 20))
}

// unsentAtOnce is how many attempts of a request that never ran are repeated without a
// pause: as many as HAProxy repeats (its "retries").
const unsentAtOnce = 3

// elsewhere is how long a request waits after an attempt that never ran: not at all while
// there is a worker that it did not fail on.
func (c *Controller) elsewhere(r *request) time.Duration {
	r.unsent++
	if last := r.tried[0]; r.unsent <= unsentAtOnce && last != NoWorker && c.untried(r, last) != last {
		return 0
	}
	return c.pause(r, max(c.cfg.Retry.Backoff, refusedBackoff), min(r.unsent-1, 20))
}
