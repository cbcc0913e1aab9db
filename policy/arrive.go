package policy

import "time"

// HTTP statuses the Controller answers with itself.
const (
	statusTooMany     = 429
	statusBadGateway  = 502
	statusUnavailable = 503
	statusTimeout     = 504
)

// status is what the Controller answers for a reason.
func (r Reason) status() int32 {
	switch r {
	case ReasonAdmission, ReasonThrottled:
		return statusTooMany
	case ReasonFunctionTimeout, ReasonAttemptTimeout:
		return statusTimeout
	case ReasonCapacity:
		return statusUnavailable
	}
	return statusBadGateway
}

// retryBurst is how many retries the budget can save up.
// Ten retries carry a gateway with few requests over a short failure, and are nothing beside the load
// of one with many.
const retryBurst = 10

// arrive takes in a new request: admit, estimate, place.
// Demand counts it before Admission is asked: what is turned away is load that a Scaler has to see.
func (c *Controller) arrive(e *Event, out []Command) []Command {
	if e.Request < c.table.Next() {
		c.counts.Duplicate++
		return out
	}
	if int(e.Class) >= len(c.cfg.Classes) {
		c.counts.Unknown++
		c.table.Skip(e.Request)
		return append(out, Command{Kind: Reject, Request: e.Request, N: statusBadGateway, Reason: ReasonError})
	}
	c.counts.Arrivals++
	c.budget = min(c.budget+c.cfg.Retry.Budget, retryBurst)
	c.recount()
	s := c.table.Add(e.Request)
	r := c.table.At(s)
	*r = request{tried: [2]WorkerID{NoWorker, NoWorker}, live: [2]int32{-1, -1}}
	r.ID, r.Class, r.Key, r.Arrived, r.Deadline = e.Request, e.Class, e.Key, c.now, e.At
	r.Idempotent, r.Streamed, r.Bytes, r.Features = e.Idempotent, e.Streamed, e.Bytes, e.Features
	r.Work, r.Known = c.predict(r, e.Truth)
	if c.hooks.recaller != nil && r.Key != 0 {
		out = c.recall(r, out)
	}
	r.long[0] = c.demand.arrive(c.now, r.Work, c.unknown(r))
	if c.cfg.Admission != nil {
		if ok, after := c.cfg.Admission.Admit(&c.view, &r.Request); !ok {
			return c.reject(s, ReasonAdmission, after, out)
		}
	}
	out = c.place(s, out)
	for i := range c.hooks.actors {
		out = c.act(i, 0, out)
	}
	return out
}

// recorded takes in what the store says. A measurement teaches the class mean
// and the estimator; the answer to a lookup is one that was learnt before, so
// it only reminds them of what equal requests have taken.
// A record from a gateway whose clock is ahead counts as measured now.
func (c *Controller) recorded(e *Event) {
	if e.Work == 0 || !plausible(e.Work) || int(e.Class) >= len(c.cfg.Classes) {
		return
	}
	at := min(e.At, c.now)
	if e.Kind == Observed {
		c.stored = Request{Class: e.Class, Key: e.Key, Features: e.Features}
		c.learn(at, &c.stored, c.seen(e.Class, c.measured(e), true))
	} else if c.hooks.recaller != nil {
		c.hooks.recaller.Recall(at, e.Key, c.seen(e.Class, c.measured(e), false))
	}
}

// measured is what a record of the store says of a request.
func (c *Controller) measured(e *Event) *Measured {
	c.measurement = Measured{e.Work, e.Executed, e.Pool}
	return &c.measurement
}

// reject answers a request without any attempt in flight and forgets it.
func (c *Controller) reject(s int32, why Reason, after time.Duration, out []Command) []Command {
	r := c.table.At(s)
	c.counts.Rejected++
	c.demand.reject(c.now, r)
	out = append(out, Command{Kind: Reject, Request: r.ID, N: why.status(), At: after, Reason: why})
	c.remove(s)
	return out
}

// remove forgets a request that is over, with all its attempts.
func (c *Controller) remove(s int32) {
	if r := c.table.At(s); r.isLong() {
		c.demand.leave(c.now, r)
	}
	c.recount()
	c.table.Remove(s)
}
