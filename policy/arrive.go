package policy

import (
	"math"
	"time"
)

// HTTP statuses the Controller answers with itself.
const (
	statusTooMany     = 429
	statusBadGateway  = 502
	statusUnavailable = 503
	statusTimeout     = 504
)

// retryBurst is how many retries the budget can save up.
const retryBurst = 10

// arrive takes in a new request: admit, estimate, place.
func (c *Controller) arrive(e *Event, out []Command) []Command {
	if e.Request < c.table.Next() {
		c.counts.Duplicate++
		return out
	}
	if int(e.Class) >= len(c.cfg.Classes) {
		c.counts.Unknown++
		c.table.Skip(e.Request)
		return append(out, Command{Kind: Reject, Request: e.Request, N: statusBadGateway})
	}
	c.counts.Arrivals++
	c.budget = min(c.budget+c.cfg.Retry.Budget, retryBurst)
	s := c.table.Add(e.Request)
	r := c.table.At(s)
	*r = request{tried: [2]WorkerID{NoWorker, NoWorker}, live: [2]int32{-1, -1}}
	r.ID, r.Class, r.Key, r.Arrived, r.Deadline = e.Request, e.Class, e.Key, c.now, e.At
	r.Idempotent, r.Streamed, r.Bytes, r.Features = e.Idempotent, e.Streamed, e.Bytes, e.Features
	out = c.estimate(r, e.Truth, out)
	c.demand.arrive(c.now, r.Work)
	if c.cfg.Admission != nil {
		if ok, after := c.cfg.Admission.Admit(&c.view, &r.Request); !ok {
			return c.reject(s, statusTooMany, after, out)
		}
	}
	out = c.pull(c.place(s, out))
	for i := range c.hooks.actors {
		out = c.act(i, 0, out)
	}
	return out
}

// estimate sets the predicted work of a request. What equal requests have
// taken is asked of the store where an estimator can remember it and does not.
func (c *Controller) estimate(r *request, truth float64, out []Command) []Command {
	r.Work, r.Known = c.predict(r, truth)
	if c.cfg.Store && c.hooks.recaller != nil && r.Key != 0 && !r.Repeat {
		out = append(out, Command{Kind: Lookup, Request: r.ID, Key: r.Key})
	}
	return out
}

// predict is the predicted work of a request, and whether the Estimator has
// said so.
func (c *Controller) predict(r *request, truth float64) (work float64, known bool) {
	if c.hooks.exact && plausible(truth) {
		return truth, true
	}
	if c.cfg.Estimator != nil {
		if w, ok := c.cfg.Estimator.Estimate(c.now, &r.Request); ok && plausible(w) {
			return w, true
		}
	}
	return c.means[r.Class].value(c.cfg.Classes[r.Class].Prior), false
}

// plausible says whether a number can be an amount of work.
func plausible(work float64) bool { return work >= 0 && !math.IsInf(work, 0) }

// A classMean is the running mean work of a class: of all measurements up to
// a thousand, of about the last thousand from there on.
type classMean struct {
	mean float64
	n    float64
}

func (m *classMean) learn(work float64) {
	m.n = min(m.n+1, 1000)
	m.mean += (work - m.mean) / m.n
}

func (m *classMean) value(prior float64) float64 {
	if m.n == 0 {
		return prior
	}
	return m.mean
}

// learn feeds work that was measured at an instant to the class mean and the
// estimator.
func (c *Controller) learn(at time.Duration, r *Request, work float64) {
	c.means[r.Class].learn(work)
	if c.cfg.Estimator != nil {
		c.cfg.Estimator.Learn(at, r, work)
	}
}

// recorded takes in what the store says. A measurement teaches the class mean
// and the estimator; the answer to a lookup is one that was learnt before, so
// it only reminds them of what equal requests have taken.
func (c *Controller) recorded(e *Event) {
	if e.Work == 0 || !plausible(e.Work) || int(e.Class) >= len(c.cfg.Classes) {
		return
	}
	at := min(e.At, c.now)
	if e.Kind == Observed {
		c.stored = Request{Class: e.Class, Key: e.Key, Features: e.Features}
		c.learn(at, &c.stored, e.Work)
	} else if c.hooks.recaller != nil {
		c.hooks.recaller.Recall(at, e.Key, e.Work)
	}
}

// reject answers a request without any attempt in flight and forgets it.
func (c *Controller) reject(s int32, status int32, after time.Duration, out []Command) []Command {
	r := c.table.At(s)
	c.counts.Rejected++
	c.demand.add(c.now, rejectedWork, r.Work)
	out = append(out, Command{Kind: Reject, Request: r.ID, N: status, At: after})
	c.table.Remove(s)
	return out
}
