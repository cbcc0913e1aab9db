package route

import (
	"time"

	"cnv/policy"
)

// A book is what NovaOriginal counts as load: the requests in flight at each
// worker with their units. The original booked when it forwarded, which its
// router does not see here: the Spill may decide otherwise, and requests
// without a host end up somewhere too. So a decision stays open until the
// next one, and is booked where the gateway's count of requests in flight
// shows that it went.
type book struct {
	jobs [][]booking // by worker
	last booking     // the open decision
	aim  policy.WorkerID
	open bool
}

// A booking is one request in flight.
type booking struct {
	id      policy.RequestID
	units   float64
	visible time.Duration // counted from here on
}

// decide opens a decision: the worker it aims at, or NoWorker.
func (b *book) decide(j booking, aim policy.WorkerID) {
	b.last, b.aim, b.open = j, aim, true
}

// settle books the open decision at the worker that has one request more in
// flight than the book says. If there is none it went to a function, waits,
// was rejected, or has ended.
func (b *book) settle(v *policy.View) {
	if !b.open {
		return
	}
	b.open = false
	if b.aim != policy.NoWorker && b.surplus(v, b.aim) {
		return
	}
	for _, id := range v.Ready() {
		if b.surplus(v, id) {
			return
		}
	}
}

// surplus books the open decision at a worker if that explains its count.
func (b *book) surplus(v *policy.View, id policy.WorkerID) bool {
	if int(id) < len(b.jobs) && int(v.Worker(id).InFlight) <= len(b.jobs[id]) || v.Worker(id).InFlight == 0 {
		return false
	}
	b.add(id, b.last)
	return true
}

// add books a request at a worker.
func (b *book) add(id policy.WorkerID, j booking) {
	for int(id) >= len(b.jobs) {
		b.jobs = append(b.jobs, nil)
	}
	b.jobs[id] = append(b.jobs[id], j)
}

// load is the units at a worker that are visible, summed again each time so
// that rounding does not pile up.
func (b *book) load(id policy.WorkerID, now time.Duration) float64 {
	if int(id) >= len(b.jobs) {
		return 0
	}
	sum := 0.0
	for i := range b.jobs[id] {
		if j := &b.jobs[id][i]; j.visible <= now {
			sum += j.units
		}
	}
	return sum
}

// changes is the next instant at which a load changes by time alone, the open decision
// aside; 0: none does.
func (b *book) changes(now time.Duration) (next time.Duration) {
	for _, jobs := range b.jobs {
		for i := range jobs {
			if at := jobs[i].visible; at > now && (next == 0 || at < next) {
				next = at
			}
		}
	}
	return next
}

// end forgets a request at a worker, NoWorker for a function.
func (b *book) end(r policy.RequestID, id policy.WorkerID) {
	if id < 0 || int(id) >= len(b.jobs) {
		return
	}
	jobs := b.jobs[id]
	for i := range jobs {
		if jobs[i].id == r {
			jobs[i] = jobs[len(jobs)-1]
			b.jobs[id] = jobs[:len(jobs)-1]
			return
		}
	}
}
