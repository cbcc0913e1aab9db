package policy

import (
	"math"
	"time"
)

// A jobList is the attempts in flight at one worker in order of dispatch,
// with what is needed to tell the predicted work left. The first `serving`
// of them are believed to be in service, the rest to wait.
//
// It is a belief: the gateway knows when it has sent what, and the speed, and infers the rest. Another
// gateway's requests at the same worker are not in it.
//
// Invariant: serving <= Pool.servers; waiting is 0 where waitHead is -1.
type jobList struct {
	head, tail int32 // attempts; -1 none
	waitHead   int32 // the first that waits; -1 none
	serving    int32
	waiting    float64 // predicted work of those that wait, CPU-seconds
	clock      float64 // work each one in service has had since the worker came, CPU-seconds
	at         time.Duration
}

// An attempt is one try of a request on a worker or a function.
//
// Invariant: failed, timedOut and cancelled are set once and never taken back; begun is -1 in line.
type attempt struct {
	request    int32    // slot of the request; -1 free
	n          uint8    // attempt number of the request
	failed     bool     // given up: it ends as failed whatever its last status
	timedOut   bool     // cancelled because it took too long
	cancelled  bool     // a cancel is on its way
	worker     WorkerID // NoWorker: a function
	prev, next int32    // neighbours at the worker; next also links free ones
	work       float64  // predicted, CPU-seconds
	begun      float64  // the worker's clock when service is believed to have begun
	sent       time.Duration
	due        time.Duration // when it is given up, as the time-out was when it was sent; 0: never
}

// attempts is a pool of attempts with a free list.
type attempts struct {
	all  []attempt
	free int32
}

// alloc returns the index of an unused attempt.
func (p *attempts) alloc() int32 {
	if p.free < 0 {
		p.all = append(p.all, attempt{})
		return int32(len(p.all) - 1)
	}
	i := p.free
	p.free = p.all[i].next
	return i
}

// release gives an attempt back.
func (p *attempts) release(i int32) {
	p.all[i].request = -1
	p.all[i].next = p.free
	p.free = i
}

// advance brings the worker's clock of attained service to now. Under
// processor sharing the requests in service share the cores; first come,
// first served, each has a core of its own.
// It has to be called before what is in service changes, since the rate changes with it.
func (f *fleet) advance(now time.Duration, w *Worker) {
	w.jobs.clock = w.clockAt(now)
	w.jobs.at = now
}

// clockAt is the worker's clock at an instant. It changes nothing, so that who only
// looks, as a Witness does, decides nothing: a sum in more parts is another number.
func (w *Worker) clockAt(now time.Duration) float64 {
	j := &w.jobs
	d := inSeconds(now - j.at)
	if d <= 0 || j.serving == 0 {
		return j.clock
	}
	rate := w.Speed // as serves says, which does not fit into what is inlined on every request's path
	if n := float64(j.serving); n > float64(w.Cores) {
		rate *= float64(w.Cores) / n
	}
	return j.clock + rate*d
}

// serves is the work per second that each request in service at a worker has.
// In (0, Speed]: a request uses one core at most.
func (w *Worker) serves() float64 {
	rate := w.Speed
	if n := float64(w.jobs.serving); n > float64(w.Cores) {
		rate *= float64(w.Cores) / n
	}
	return rate
}

// servers is how many requests a worker of the pool serves at once.
// Processor sharing without slots has no bound.
func (p *Pool) servers(ps bool) int32 {
	switch {
	case p.Slots > 0:
		return int32(p.Slots)
	case ps:
		return math.MaxInt32
	}
	return int32(p.Cores)
}

// atOnce is how many requests a worker serves at once of those that the gateway lets it have.
func (p *Pool) atOnce(ps bool) int32 {
	if p.Limit > 0 {
		return min(p.servers(ps), int32(p.Limit))
	}
	return p.servers(ps)
}

// rate is the work per second that a worker of the pool does for requests of one core each.
func (p *Pool) rate(ps bool) float64 {
	return float64(min(p.atOnce(ps), int32(p.Cores))) * p.Speed
}

// book counts attempt i to its worker.
// The caller has set the attempt's worker and work; it joins the end of the line.
func (f *fleet) book(now time.Duration, i int32) {
	a := &f.attempts.all[i]
	w := &f.workers[a.worker]
	f.advance(now, w)
	j := &w.jobs
	a.prev, a.next = j.tail, -1
	if j.tail >= 0 {
		f.attempts.all[j.tail].next = i
	} else {
		j.head = i
	}
	j.tail = i
	if j.serving < f.cfg[w.Pool].servers(f.ps) {
		j.serving++
		a.begun = j.clock
	} else {
		j.waiting += a.work
		if j.waitHead < 0 {
			j.waitHead = i
		}
		a.begun = -1
	}
	w.Own++
	if f.sight.of != SeesOwn {
		f.send(now, w)
		return
	}
	w.InFlight++
	f.changed(now, w, w.InFlight-1, a.work)
}

// unbook takes attempt i from its worker; the first that waits moves up, and is returned: -1
// there is none.
// Attempts may end in any order: under first come, first served, too, as cancelled ones leave the line.
func (f *fleet) unbook(now time.Duration, i int32) (began int32) {
	began = -1
	all := f.attempts.all
	a := &all[i]
	w := &f.workers[a.worker]
	f.advance(now, w)
	j := &w.jobs
	left := a.left(j.clock)
	if j.waitHead == i {
		j.waitHead = a.next
	}
	if a.begun >= 0 {
		j.serving--
	} else {
		j.waiting -= a.work
	}
	if a.prev >= 0 {
		all[a.prev].next = a.next
	} else {
		j.head = a.next
	}
	if a.next >= 0 {
		all[a.next].prev = a.prev
	} else {
		j.tail = a.prev
	}
	if a.begun >= 0 && j.waitHead >= 0 {
		began = j.waitHead
		n := &all[began]
		n.begun = j.clock
		j.waiting -= n.work
		j.serving++
		j.waitHead = n.next
	}
	if j.waitHead < 0 {
		j.waiting = 0 // a running sum drifts; an empty queue is the truth
	}
	if j.head < 0 {
		j.clock = 0
	}
	w.Own--
	if f.sight.of != SeesOwn {
		f.recount(now, w)
		return began
	}
	w.InFlight--
	f.changed(now, w, w.InFlight+1, -left)
	return began
}

// revalue gives attempt i another predicted work. reorder has to follow.
func (f *fleet) revalue(now time.Duration, i int32, work float64) {
	a := &f.attempts.all[i]
	if a.worker != NoWorker {
		w := &f.workers[a.worker]
		f.advance(now, w)
		if a.begun < 0 {
			w.jobs.waiting += work - a.work
		}
	}
	a.work = work
}

// workLeft is View.WorkLeft.
// A sum over those in service, not a running one: the residual rule changes each of them with time.
func (f *fleet) workLeft(now time.Duration, id WorkerID) float64 {
	w := &f.workers[id]
	clock := w.clockAt(now)
	left := w.jobs.waiting
	for i := w.jobs.head; i != w.jobs.waitHead; i = f.attempts.all[i].next {
		left += f.attempts.all[i].left(clock)
	}
	return left
}

// outlives is View.Outlives.
func (f *fleet) outlives(now time.Duration, id WorkerID) (time.Duration, bool) {
	w := &f.workers[id]
	clock, least := w.clockAt(now), math.Inf(1)
	for i := w.jobs.head; i != w.jobs.waitHead; i = f.attempts.all[i].next {
		a := &f.attempts.all[i]
		if todo := a.work - (clock - a.begun); todo > 0 {
			least = min(least, todo)
		}
	}
	return seconds(least / w.serves()), !math.IsInf(least, 1)
}

// left is the predicted work left of an attempt, by the worker's clock.
func (a *attempt) left(clock float64) float64 {
	if a.begun < 0 {
		return a.work
	}
	return left(a.work, clock-a.begun)
}

// left is the work expected to be left of a request that has had some: as much
// again where it has outlived its prediction (the residual rule).
// For a Pareto law of shape 2 that is the mean residual life. A rule that says 0 would make a worker
// look idle that is held by one long request.
func left(work, had float64) float64 {
	if had >= work {
		return had
	}
	return work - had
}

// everRan says whether an attempt that ends was served for a while. One that was
// cancelled at a worker may have been in line there.
func (a *attempt) everRan(e *Event) bool {
	if e.Unstarted || e.Status == Throttled {
		return false
	}
	return e.Status == OK || a.worker == NoWorker || a.begun >= 0
}
