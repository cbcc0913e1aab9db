package policy

import (
	"math"
	"time"
)

// UnknownWork is what a request counts wherever predicted work is added up or
// compared while nothing is known of any work: CPU-seconds, the same for all, so
// that work left counts requests, and a bound that is a multiple of the service
// time is a bound on how many share a worker. It ends with the first measurement.
const UnknownWork = 1.0

// recall asks the store what equal requests have taken, where the Estimator, which can
// remember it, does not.
func (c *Controller) recall(r *request, out []Command) []Command {
	c.counts.Keyed++
	if r.Repeat {
		c.counts.Recognised++
	} else if c.cfg.Store {
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
	if c.hooks.estimator != nil {
		if w, ok := c.hooks.estimator.Estimate(c.now, &r.Request); ok && plausible(w) {
			return w, true
		}
	}
	return c.expected(r.Class), false
}

// plausible says whether a number can be an amount of work.
func plausible(work float64) bool { return work >= 0 && !math.IsInf(work, 0) }

// PriorWeight is how many measurements the prior of a class counts for in its mean: few
// enough for a wrong one to be outvoted soon, and so many that one short request, which is
// measured first, does not take its place.
const PriorWeight = 5

// expected is the work that a request of a class is expected to be: the mean of
// the prior of the class and what was measured of it, else the mean of
// what was measured of all classes; 0 while nothing was.
//
// Note: the first means without a prior are too small. Of requests that begin together the
// short ones are measured first, so that a mean of few measurements is one of short
// requests.
func (c *Controller) expected(class ClassID) float64 {
	if m := &c.means[class]; m.n > 0 {
		return m.mean
	}
	return c.overall.mean
}

// priors are the means that classes begin with.
func priors(classes []Class) []classMean {
	means := make([]classMean, len(classes))
	for i := range classes {
		if prior := classes[i].Prior; prior > 0 {
			means[i] = classMean{mean: prior, n: PriorWeight}
		}
	}
	return means
}

// unknown says whether nothing is known of a request's work.
func (c *Controller) unknown(r *request) bool { return r.Work == 0 && !r.Known }

// counted is what a request counts among others, CPU-seconds.
func counted(r *Request) float64 {
	if r.Work == 0 && !r.Known {
		return UnknownWork
	}
	return r.Work
}

// A classMean is the running mean work of a class: of all measurements up to
// a thousand, a prior counted in as PriorWeight of them, of about the last thousand from
// there on. A request that a time-out has
// ended adds its time and no measurement: the mean is all time seen per measurement, the
// maximum-likelihood estimate for exponential work with censoring on the right, so that
// the short ones, which alone end within the time-out, do not make it too small.
// Source: Lawless, Statistical Models and Methods for Lifetime Data, 2nd ed. (2003), 4.1.
type classMean struct {
	mean  float64
	n     float64
	early float64 // time of those that a time-out ended before there was a mean

	measured bool // something was measured, so that the mean is not the prior alone
}

func (m *classMean) learn(work float64) {
	m.n = min(m.n+1, 1000)
	m.mean += (work + m.early - m.mean) / m.n
	m.early, m.measured = 0, true
}

// atLeast learns that a request took at least so long.
func (m *classMean) atLeast(work float64) {
	if m.n == 0 {
		m.early += work
		return
	}
	m.mean += work / m.n
}

// learn feeds work that was measured at an instant to the class mean and the
// estimator.
func (c *Controller) learn(at time.Duration, r *Request, work float64) {
	first := c.overall.n == 0
	m := &c.means[r.Class]
	if c.unmeasured > 0 {
		c.overall.learn(work)
		if !m.measured {
			c.unmeasured--
		}
	}
	m.learn(work)
	if c.cfg.Functions != nil {
		c.learnFit(r.Class, c.withinTimeout(r.Class, work))
	}
	if c.hooks.estimator != nil {
		c.hooks.estimator.Learn(at, r, work)
	}
	if first {
		c.foresee()
	}
}

// foresee gives the first measurement to all that came before it: what is in
// flight, and the demand of those whose work nobody knew. It happens once.
func (c *Controller) foresee() {
	c.table.Each(func(s int32) {
		r := c.table.At(s)
		if !c.unknown(r) {
			return
		}
		r.Work = c.expected(r.Class)
		if r.waits != 0 {
			c.queue.work += r.Work - UnknownWork
		}
		for _, i := range r.live[:r.nlive] {
			c.fleet.revalue(c.now, i, r.Work)
		}
		c.demand.reveal(r)
	})
	c.askAgain()
	c.fleet.reorder(c.now)
	c.demand.foresee(c.overall.mean)
}
