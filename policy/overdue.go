package policy

import "time"

// overdue is the work per second of the requests that demand counts no more, but
// which are not answered: those that wait for a core, and those that outlive their
// prediction, but none of which nothing is known, or which counts until it ends. Each counts what is left of it per window, one core at most.
// O(requests in flight).
func (c *Controller) overdue(window time.Duration) float64 {
	sum := 0.0
	w, bias := inSeconds(window), c.demand.bias()
	c.table.Each(func(s int32) {
		r := c.table.At(s)
		if r.state == finished || c.unknown(r) || c.demand.countsAsCore(r, window) {
			return
		}
		work := bias * r.Work
		if r.long[0] > 0 {
			work = r.Work
		}
		if inSeconds(c.now-r.Arrived) > max(w, work/c.demand.speed) {
			sum += min(c.workToDo(r, work), w*c.demand.speed)
		}
	})
	return sum / w
}

// workToDo is what is left of the predicted work of a request; as much again as it
// has had where it has outlived that.
func (c *Controller) workToDo(r *request, work float64) float64 {
	if r.nlive == 0 {
		return work
	}
	a := &c.fleet.attempts.all[r.live[0]]
	if a.worker == NoWorker {
		return left(work, inSeconds(c.now-a.sent)*c.cfg.Functions.Share)
	}
	w := &c.fleet.workers[a.worker]
	c.fleet.advance(c.now, w)
	if a.begun < 0 {
		return work
	}
	return left(work, w.jobs.clock-a.begun)
}
