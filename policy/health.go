package policy

import (
	"slices"
	"time"
)

// A Health takes workers out of service for a while by how attempts there ended. An ejected
// worker gets no new request, finishes what it has, and comes back by itself.
type Health interface {
	// Judge is told how an attempt at a worker in service ended, unless the gateway cancelled
	// it, and says for how long that worker is ejected from now on; 0: it is not.
	Judge(v *View, o *Outcome) time.Duration
	// Panic is the share of workers in [0, 1] that has to be in service. While fewer are, or
	// none, the ejected ones get requests too, as the others could not take them all.
	Panic() float64
}

// A Tester is a Health that tests a worker whose ejection is over: it takes one request at a
// time until Tests of them have ended well. While there are too few workers in service (Panic)
// it takes more. A failure is judged; where that does not eject, the worker goes on being tested.
type Tester interface {
	Tests() int
}

// A standing is what a Health has made of a worker.
type standing uint8

// The standings of a worker.
const (
	inService standing = iota
	ejected            // until Worker.back
	onTest             // has no request or one, until Worker.tests have ended well
)

// Outliers is the workers that a Health has ejected or tests, by ascending ID. Under the
// panic threshold they may be in Ready all the same.
func (v *View) Outliers() []WorkerID { return v.f.outliers }

// InService is how many workers requests may be sent to by their state, those that a Health
// has ejected or tests left out. O(Outliers).
func (v *View) InService() int { return len(v.f.ready) + v.f.closedOutliers() - len(v.f.outliers) }

// Takes says whether requests may be sent to a worker: whether it is in Ready.
func (v *View) Takes(id WorkerID) bool { return v.f.usable(id) }

// Standing is "ejected" or "tested" of a worker that a Health has taken out of service, else "".
func (v *View) Standing(id WorkerID) string {
	return [...]string{inService: "", ejected: "ejected", onTest: "tested"}[v.f.workers[id].standing]
}

// Tested says whether a Health tests a worker.
func (v *View) Tested(id WorkerID) bool { return v.f.workers[id].standing == onTest }

// judge asks the Health about a worker at which an attempt has ended.
func (c *Controller) judge(w *Worker, o *Outcome) {
	if w.State > StateReady || w.standing == ejected {
		return
	}
	if o.Status != Cancelled {
		if rest := c.cfg.Health.Judge(&c.view, o); rest > 0 {
			c.eject(w, rest)
			return
		}
	}
	if w.standing != onTest {
		return
	}
	if o.Status == OK {
		if w.tests--; w.tests <= 0 {
			c.restore(w)
			return
		}
	}
	c.fleet.stand(c.now, w)
	c.assess()
}

// eject takes a worker out of service for so long.
func (c *Controller) eject(w *Worker, rest time.Duration) {
	c.counts.Ejections++
	c.fleet.setStanding(w, ejected)
	w.back = c.now + rest
	c.timers.at(w.back, ownEject, uint64(w.ID))
	c.fleet.stand(c.now, w)
	c.assess()
	c.workerChanged(w.ID)
}

// back ends an ejection.
func (c *Controller) back(w *Worker) {
	if c.hooks.tests > 0 {
		c.fleet.setStanding(w, onTest)
		w.tests = int32(c.hooks.tests)
		c.fleet.stand(c.now, w)
		c.assess()
		c.workerChanged(w.ID)
		return
	}
	c.restore(w)
}

// restore puts a worker back in service.
func (c *Controller) restore(w *Worker) {
	c.fleet.setStanding(w, inService)
	c.fleet.stand(c.now, w)
	c.assess()
	c.workerChanged(w.ID)
}

// assess says whether there are so few workers in service that outliers get requests, and
// follows. It does nothing where the workers that take requests are those of its last call.
// O(Outliers).
func (c *Controller) assess() {
	f := &c.fleet
	if f.assessed == f.changes {
		return
	}
	if n := len(f.outliers); n > 0 {
		all := len(f.ready) + f.closedOutliers()
		f.panics = all == n || float64(all-n) < c.cfg.Health.Panic()*float64(all)
		for _, id := range f.outliers {
			f.stand(c.now, &f.workers[id])
		}
	}
	f.assessed = f.changes
}

// setStanding sets the standing of a worker.
func (f *fleet) setStanding(w *Worker, to standing) {
	i, there := slices.BinarySearch(f.outliers, w.ID)
	switch {
	case to == inService && there:
		f.outliers = slices.Delete(f.outliers, i, i+1)
	case to != inService && !there:
		f.outliers = slices.Insert(f.outliers, i, w.ID)
	}
	w.standing = to
	f.changes++
}

// stand has a worker take requests or not, as its standing wants.
func (f *fleet) stand(now time.Duration, w *Worker) {
	takes := f.panics || w.standing == inService || w.standing == onTest && w.Own == 0
	switch open := w.bucket >= 0; {
	case takes && !open:
		f.open(now, w)
	case !takes && open:
		f.shut(w)
	}
}

// closedOutliers is how many outliers take no requests.
func (f *fleet) closedOutliers() (n int) {
	for _, id := range f.outliers {
		if f.workers[id].bucket < 0 {
			n++
		}
	}
	return n
}

// allReady is ready with the outliers that take no requests, by ascending ID; it is valid
// until the next call.
func (f *fleet) allReady() []WorkerID {
	if f.closedOutliers() == 0 {
		return f.ready
	}
	all := append(f.all[:0], f.ready...)
	for _, id := range f.outliers {
		if f.workers[id].bucket < 0 {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	f.all = all
	return all
}
