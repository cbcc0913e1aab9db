package policy

import (
	"slices"
	"time"
)

// OnNotice says what a worker does from the notice that it will be taken away to its end.
type OnNotice uint8

const (
	// NoticeDrains: it finishes what it has and gets no more, even if requests wait.
	NoticeDrains OnNotice = iota
	// NoticeServes: beside that it takes requests that nothing else is free for, if they
	// are predicted to be answered before its end. It counts as gone all the same: another
	// is launched in its place, and routers and scalers do not see it.
	NoticeServes
)

// reclaimGrace is how much later than it was told a worker may be taken away. One
// that is still there is terminated, or it would cost money for ever.
const reclaimGrace = time.Minute

// drainOnNotice drains a worker that will be taken away, or that another one replaces.
func (c *Controller) drainOnNotice(w *Worker, at time.Duration, out []Command) []Command {
	c.awaitReclaim(w, at)
	w.leaving = w.reclaim > 0 && w.State == StateReady && w.standing == inService && c.cfg.Pools[w.Pool].OnNotice == NoticeServes
	out = c.drain(w, out)
	if w.leaving {
		c.fleet.leaving = append(c.fleet.leaving, w.ID)
	}
	return out
}

// awaitReclaim leaves the end of a worker to the provider, also where its time has come:
// EC2 does not bill a Linux spot instance that it reclaims in its first hour, but does
// one that its user terminates, if only a second before. Nobody takes away one whose
// instant is negative.
func (c *Controller) awaitReclaim(w *Worker, at time.Duration) {
	if at < 0 {
		return
	}
	w.reclaim = max(at, c.now, 1)
	c.timers.at(w.reclaim+reclaimGrace, ownReclaim, uint64(w.ID))
}

// idle terminates a worker that is drained, unless it will be taken away.
func (w *Worker) idle(out []Command) []Command {
	if w.reclaim > 0 {
		return out
	}
	return append(out, Command{Kind: Terminate, Worker: w.ID})
}

// notTaken terminates a worker that was not taken away when it was to be, once it is idle.
// One that has served since it was drained is told to drain again.
func (c *Controller) notTaken(id WorkerID, out []Command) []Command {
	w := &c.fleet.workers[id]
	served := w.leaving
	w.reclaim = 0
	c.fleet.stopsServing(w)
	switch {
	case w.State != StateDraining:
		return out
	case w.InFlight == 0:
		return w.idle(out)
	case served:
		return append(out, Command{Kind: Drain, Worker: id})
	}
	return out
}

// stopsServing takes a worker out of those that serve on notice, if it is one.
func (f *fleet) stopsServing(w *Worker) {
	if w.leaving {
		w.leaving = false
		f.leaving = slices.DeleteFunc(f.leaving, func(id WorkerID) bool { return id == w.ID })
	}
}

// noticeMargin is how many times the predicted response must fit into what is left of a
// notice where the Estimator knows nothing of the request itself: the end then cuts one of
// twenty of those whose work is exponential (e^-3), and fewer of those that vary less.
const noticeMargin = 3

// inTime says whether a worker on notice has a slot free for a request that is predicted
// to be answered before its end.
func (c *Controller) inTime(w *Worker, r *Request) bool {
	if !c.open(w) {
		return false
	}
	left := w.reclaim - c.now
	if !r.Known {
		left /= noticeMargin
	}
	return c.view.Response(w.ID, r) <= left
}

// leaver is a worker on notice for a request that nothing else is free for, the one with
// the latest end, ties to the first that had notice; NoWorker if none will do.
func (c *Controller) leaver(r *request) WorkerID {
	best := NoWorker
	for _, id := range c.fleet.leaving {
		w := &c.fleet.workers[id]
		if (best == NoWorker || w.reclaim > c.fleet.workers[best].reclaim) && id != r.tried[0] && id != r.tried[1] && c.inTime(w, &r.Request) {
			best = id
		}
	}
	return best
}

// open says whether a worker on notice has a free slot, and time left.
func (c *Controller) open(w *Worker) bool { return w.InFlight < w.busyAt && w.reclaim > c.now }

// anyLeaver says whether a worker on notice has a free slot.
func (c *Controller) anyLeaver() bool {
	for _, id := range c.fleet.leaving {
		if c.open(&c.fleet.workers[id]) {
			return true
		}
	}
	return false
}

// lastResort is resolve where nothing is free but, perhaps, a worker on notice.
func (c *Controller) lastResort(r *request, d decision) (decision, bool) {
	w := c.leaver(r)
	if w == NoWorker {
		return d, false
	}
	if d.worker = w; d.choice != LaunchBeside {
		d.choice = ToWorker
	}
	return d, true
}
