package policy

import "math"

// fitShare is the share of a class that must fit the time-out of functions for a request
// of unknown work to be sent there: it is then at least as likely to be answered as not.
const fitShare = 0.5

// fitFewest is how many requests of a class must have ended before their share decides:
// with fewer not even a share of 0 is two standard errors below a half.
const fitFewest = 5

// A fitting is the share of a class's requests that a function answers within its
// time-out: of all that ended up to a thousand, of about the last thousand from there on.
// Unlike a mean it is not censored: a time-out tells for certain that a request did not fit.
type fitting struct {
	share float64
	n     float64
}

func (f *fitting) learn(fits bool) {
	f.n = min(f.n+1, 1000)
	x := 0.0
	if fits {
		x = 1
	}
	f.share += (x - f.share) / f.n
}

// decides says whether the share says more than the predicted work.
func (f *fitting) decides() bool { return f.n >= fitFewest }

// enough says whether a request of the class may be sent to a function: the share is not
// below a half by more than two of its standard errors, so that chance among the first few
// requests keeps nobody from functions.
func (f *fitting) enough() bool { return f.share+1/math.Sqrt(f.n) >= fitShare }

// withinTimeout says whether work of a class is done within the time-out of its function.
// There are functions.
func (c *Controller) withinTimeout(class ClassID, work float64) bool {
	f := c.function(class)
	return f.Timeout == 0 || f.Floor+seconds(work/f.Share) <= f.Timeout
}

// FunctionTooLong says whether the time-out of functions keeps a request from them. What
// the Estimator has said of the request itself is compared with the time-out. Where it has
// said nothing, the mean of a class says little of one request: it is too long if less than
// half of the class's requests so far fitted, by more than two standard errors of that
// share. Until five have ended, the predicted work is compared. False where there are no functions. O(1).
func (v *View) FunctionTooLong(r *Request) bool {
	if v.c.cfg.Functions == nil {
		return false
	}
	if fit := &v.c.fits[r.Class]; !r.Known && fit.decides() {
		return !fit.enough()
	}
	return !v.c.withinTimeout(r.Class, r.Work)
}

// FittingShare is the share of a class's requests so far that a function would have
// answered within its time-out; false: too few have ended to say.
func (v *View) FittingShare(class ClassID) (share float64, ok bool) {
	fit := &v.c.fits[class]
	return fit.share, fit.decides()
}

// spills asks the Spill, and counts a request that the time-out of functions keeps from
// them, once.
func (c *Controller) spills(p *placer, r *request, d decision) Choice {
	c.view.tooLong = false
	choice := p.spill.Decide(&c.view, &r.Request, d.worker, d.named())
	if c.view.tooLong && choice != ToFunction && p == &c.main && !r.tooLong {
		r.tooLong = true
		c.counts.TooLong++
	}
	return choice
}

// learnFit learns whether a request of a class fits the time-out. What waits is asked
// about again where that opens functions to the class, or closes them, and where the share
// takes the place of the predicted work.
func (c *Controller) learnFit(class ClassID, fits bool) {
	fit := &c.fits[class]
	decided, was := fit.decides(), fit.enough()
	if fit.learn(fits); fit.decides() && (!decided || fit.enough() != was) {
		c.askAgain()
	}
}

// learnTimeout learns from a request that stays without an answer because the time-out of
// functions has ended its last call: that it takes at least so long. The time comes from
// the configuration, so that it is the same in the simulator and live.
func (c *Controller) learnTimeout(class ClassID) {
	if c.cfg.Functions == nil {
		return
	}
	f := c.function(class)
	if f.Timeout == 0 {
		return
	}
	least := max(0, inSeconds(f.Timeout-f.Floor)*f.Share)
	c.learnAtLeast(class, least)
	c.learnFit(class, false)
}

// learnAtLeast learns from a request that stays without an answer that it takes more than
// what it has had of work, CPU-seconds.
func (c *Controller) learnAtLeast(class ClassID, had float64) {
	if had <= 0 {
		return
	}
	if c.unmeasured > 0 {
		c.overall.atLeast(had)
	}
	c.means[class].atLeast(had)
}

// learnFromFailure learns from a request that failed for good; timedOut says that the
// time-out of functions has ended its last call.
func (c *Controller) learnFromFailure(r *request, timedOut bool) {
	if timedOut {
		c.learnTimeout(r.Class)
		return
	}
	c.learnAtLeast(r.Class, r.had)
}

// learnFromLeaving learns from a request whose client has left once its last attempt has
// ended, unless one was faster than its cancel and has taught how long it took.
func (c *Controller) learnFromLeaving(r *request) { c.learnAtLeast(r.Class, r.had) }

// attainAll notes what the attempts in flight have had of work that is given up.
func (c *Controller) attainAll(r *request) {
	for _, i := range r.live[:r.nlive] {
		c.attain(i)
	}
}

// attain notes what an attempt has had of work that is given up.
func (c *Controller) attain(i int32) {
	r := c.table.At(c.fleet.attempts.all[i].request)
	r.had = max(r.had, c.attained(i))
}

// attained is the work that an attempt in flight has had, as far as the gateway can tell,
// CPU-seconds: on a function, of which the gateway does not see whether it began cold, no
// more than that.
func (c *Controller) attained(i int32) float64 {
	a := &c.fleet.attempts.all[i]
	if a.worker == NoWorker {
		f := c.function(c.table.At(a.request).Class)
		return inSeconds(c.now-a.sent-f.Floor-f.Cold) * f.Share
	}
	if a.begun < 0 {
		return 0
	}
	return c.fleet.workers[a.worker].clockAt(c.now) - a.begun
}
