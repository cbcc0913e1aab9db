package policy

import "time"

// overdue is the work per second of the requests that demand counts no more, but
// which are not answered: those that wait for a core, and those that outlive their
// prediction, but none that counts until it ends. Each counts what is left of it per
// window, one core at most. Those of which nothing is known are counted by what is seen
// of them: see unforeseen.
// O(requests in flight).
func (c *Controller) overdue(window time.Duration) float64 {
	sum := 0.0
	w, bias := inSeconds(window), c.demand.bias()
	unknown, most := 0, 0.0
	c.table.Each(func(s int32) {
		r := c.table.At(s)
		switch {
		case r.state == finished || c.demand.countsAsCore(r, window):
			return
		case c.unknown(r):
			unknown++
			most = max(most, c.had(r))
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
	return sum/w + c.demand.unforeseen(unknown, most)
}

// unforeseen is the work per second of n requests in flight of which nothing is known
// but that one of them has had so much work and is not done, which is then taken for
// the least that each of them takes. So one that waits counts, too; a core each at most,
// once one has taken a bin. While none has run they count nothing.
func (d *demand) unforeseen(n int, had float64) float64 {
	bin := inSeconds(demandBin)
	return float64(n) * min(had, bin*d.speed) / bin
}

// had is the work that the first attempt of a request in flight has had so far, as the
// gateway can tell; 0: it does not run.
func (c *Controller) had(r *request) float64 {
	if r.nlive == 0 {
		return 0
	}
	a := &c.fleet.attempts.all[r.live[0]]
	if a.worker == NoWorker {
		return inSeconds(c.now-a.sent) * c.function(r.Class).Share
	}
	w := &c.fleet.workers[a.worker]
	c.fleet.advance(c.now, w)
	if a.begun < 0 {
		return 0
	}
	return w.jobs.clock - a.begun
}

// workToDo is what is left of the predicted work of a request; as much again as it
// has had where it has outlived that.
func (c *Controller) workToDo(r *request, work float64) float64 {
	return left(work, c.had(r))
}
