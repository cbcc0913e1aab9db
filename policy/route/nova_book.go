package route

import (
	"math"
	"time"

	"cnv/policy"
)

// A book is what NovaOriginal counts as load: the requests in flight at each
// worker with their units. The original booked when it forwarded, which its
// router does not see here: the Spill may decide otherwise, and requests
// without a host end up somewhere too. So a decision stays open until the
// next one, and is booked where the gateway says that it went.
type book struct {
	jobs   [][]booking          // by worker
	loads  []float64            // by worker: see upTo; NaN: to be summed again
	places map[entry]int32      // where in jobs
	twice  []bool               // by worker: a request was booked twice at once, so places may be wrong
	hidden policy.Ring[booking] // not visible yet, or not since the last look. Invariant: in order of visible
	last   booking              // the open decision
	aim    policy.WorkerID
	open   bool
}

// A booking is one request in flight.
type booking struct {
	id      policy.RequestID
	worker  policy.WorkerID
	units   float64
	visible time.Duration // counted from here on
}

// An entry names a booking.
type entry struct {
	id     policy.RequestID
	worker policy.WorkerID
}

// decide opens a decision: the worker it aims at, or NoWorker.
func (b *book) decide(j booking, aim policy.WorkerID) {
	b.last, b.aim, b.open = j, aim, true
}

// settle books the open decision at the worker it aimed at, or else where its request is,
// if that worker has more requests in flight than the book says. If not the request went
// to a function, waits, was rejected, or has ended. O(1).
func (b *book) settle(v *policy.View) {
	if !b.open {
		return
	}
	b.open = false
	if b.aim != policy.NoWorker && b.surplus(v, b.aim) {
		return
	}
	if id := v.At(b.last.id); id != policy.NoWorker && v.Takes(id) {
		b.surplus(v, id)
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
	b.cover(id)
	if b.places == nil {
		b.places = map[entry]int32{}
	}
	j.worker = id
	e := entry{j.id, id}
	if _, ok := b.places[e]; ok {
		b.twice[id] = true
	} else {
		b.places[e] = int32(len(b.jobs[id]))
	}
	b.jobs[id] = append(b.jobs[id], j)
	b.loads[id] = math.NaN()
	b.hidden.Push(j)
}

// cover makes room for the workers up to one.
func (b *book) cover(id policy.WorkerID) {
	for int(id) >= len(b.jobs) {
		b.jobs, b.loads, b.twice = append(b.jobs, nil), append(b.loads, 0), append(b.twice, false)
	}
}

// load is the units at a worker that are visible, summed again each time so
// that rounding does not pile up.
func (b *book) load(id policy.WorkerID, now time.Duration) float64 {
	return b.sum(id, now, math.Inf(1))
}

// upTo is load, or some number above most where that is above. It is summed again only
// where something has changed; reveal has to come first. O(1), amortised over changes, of
// which each costs the requests that make up most.
func (b *book) upTo(most float64, id policy.WorkerID, now time.Duration) float64 {
	if math.IsNaN(b.loads[id]) {
		b.loads[id] = b.sum(id, now, most)
	}
	return b.loads[id]
}

// sum adds up what is visible at a worker in the order of the book, until it is above most:
// more terms make it no less, as none is negative.
func (b *book) sum(id policy.WorkerID, now time.Duration, most float64) float64 {
	if int(id) >= len(b.jobs) {
		return 0
	}
	sum := 0.0
	for i := range b.jobs[id] {
		if j := &b.jobs[id][i]; j.visible <= now {
			if sum += j.units; sum > most {
				break
			}
		}
	}
	return sum
}

// reveal takes in which bookings have become visible.
func (b *book) reveal(now time.Duration) {
	for b.hidden.Len() > 0 && b.hidden.Front().visible <= now {
		b.loads[b.hidden.Pop().worker] = math.NaN()
	}
}

// changes is the next instant at which a load changes by time alone, the open decision
// aside; 0: none does. O(1), amortised.
func (b *book) changes(now time.Duration) time.Duration {
	for b.reveal(now); b.hidden.Len() > 0; b.hidden.Drop() {
		j := b.hidden.Front()
		if i := b.find(j.id, j.worker); i >= 0 && b.jobs[j.worker][i].visible == j.visible {
			return j.visible
		}
	}
	return 0
}

// find is where in jobs of a worker a request is, the first if it is there twice; -1: it is not.
func (b *book) find(r policy.RequestID, id policy.WorkerID) int {
	if b.twice[id] {
		for i := range b.jobs[id] {
			if b.jobs[id][i].id == r {
				return i
			}
		}
		return -1
	}
	if i, ok := b.places[entry{r, id}]; ok {
		return int(i)
	}
	return -1
}

// end forgets a request at a worker, NoWorker for a function. O(1).
func (b *book) end(r policy.RequestID, id policy.WorkerID) {
	if id < 0 || int(id) >= len(b.jobs) {
		return
	}
	i := b.find(r, id)
	if i < 0 {
		return
	}
	jobs := b.jobs[id]
	last := len(jobs) - 1
	delete(b.places, entry{r, id})
	if i < last {
		jobs[i] = jobs[last]
		b.places[entry{jobs[i].id, id}] = int32(i)
	}
	b.jobs[id] = jobs[:last]
	b.loads[id] = math.NaN()
}
