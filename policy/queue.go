package policy

import (
	"math"
	"math/bits"
)

// A queue is the requests that wait at the gateway. They stand in lanes by
// what they have declined, so that a place that comes free is offered without
// looking at those who do not want it. Each lane is in order of (key, tie):
// the request that comes first of all fronts is offered the place first.
// Requests that left meanwhile are skipped when they come up.
//
// One heap for all would have to be searched for somebody who wants what is free: O(n) for each
// place. With a lane for each of the 16 sets of vacancies it is O(log n).
type queue struct {
	ordered  bool // under an Order: by (key, request); otherwise by request: first come, first served
	lanes    [lanes]lane
	used     uint32  // Invariant: the lanes that have entries, a bit each
	n        int     // requests that wait. Invariant: the entries that count
	work     float64 // what they count
	asking   bool    // about one that waits; before is then what those count that wait before it
	before   float64
	last     uint64 // number of the last entry made
	scratch  []queued
	classes  []int      // requests that wait, by class
	declines []declined // scratch
}

// lanes is one for each set of vacancies that a request may have declined.
const lanes = 1 << (bothFree - 1)

// A lane is the requests that have declined the same vacancies: a heap.
// Requests enter the first lane, of those that declined nothing, in order,
// unless there is an Order or they had a place before (the service has refused
// them, or an attempt has failed): those that come in order are in a ring.
type lane struct {
	fifo Ring[queued] // Invariant: in order
	heap Heap[float64, ticket]
}

// A queued is one entry. Its Tie is the request: they are numbered in order of arrival.
type queued = Entry[float64, ticket]

// A ticket says whose entry it is. It counts as long as its request's waits is its number.
type ticket struct {
	number uint64
	slot   int32
}

// A vacancy says what is free: 3 if a function is, plus 2 if a worker has a
// free slot, 1 if none has but some take any number of requests.
type vacancy uint8

const (
	lineFree     vacancy = 1 // only in the line of a worker
	slotFree     vacancy = 2
	functionFree vacancy = 3
	bothFree     vacancy = functionFree + slotFree
)

// A declined is a set of vacancies that a request was offered in vain. Where
// a slot and a function are free it always takes one of them.
type declined uint8

// No vacancy leaves nothing to decline; nobody declines both.
func (d declined) with(v vacancy) declined {
	if v == 0 || v == bothFree {
		return d
	}
	return d | 1<<(v-1)
}

func (d declined) has(v vacancy) bool { return v != bothFree && d&(1<<(v-1)) != 0 }

// push adds an entry to the lane of what its request has declined.
// O(1) for requests that come in order without an Order, else O(log n).
func (q *queue) push(e queued, d declined) {
	l := &q.lanes[d]
	q.used |= 1 << d
	if n := l.fifo.Len(); d == 0 && !q.ordered && (n == 0 || l.fifo.At(n-1).Tie < e.Tie) {
		l.fifo.Push(e)
		return
	}
	l.heap.Push(e)
}

// front is the first entry of a lane in use.
func (q *queue) front(d declined) *queued {
	l := &q.lanes[d]
	if l.inRing() {
		return l.fifo.Front()
	}
	return &l.heap[0]
}

// pop takes the first entry out of a lane in use.
func (q *queue) pop(d declined) queued {
	l := &q.lanes[d]
	var e queued
	if l.inRing() {
		e = l.fifo.Pop()
	} else {
		e = l.heap.Pop()
	}
	if l.fifo.Len()+len(l.heap) == 0 {
		q.used &^= 1 << d
	}
	return e
}

// inRing says whether the first entry of a lane in use is in its ring.
func (l *lane) inRing() bool {
	return l.fifo.Len() > 0 && (len(l.heap) == 0 || l.fifo.Front().Before(&l.heap[0]))
}

// tidy drops what left from the front of a lane. It says whether anything is
// left there.
func (c *Controller) tidy(d declined) bool {
	for c.queue.used&(1<<d) != 0 {
		if e := c.queue.front(d); c.table.At(e.Value.slot).waits == e.Value.number {
			return true
		}
		c.queue.pop(d)
	}
	return false
}

// next takes the first entry out of the queue among those that have not
// declined a vacancy.
// The entry still counts as waiting: the caller sends the request, or puts the entry back.
func (c *Controller) next(v vacancy) (e queued, d declined, ok bool) {
	var best *queued
	for used := c.queue.used; used != 0; used &= used - 1 {
		l := declined(bits.TrailingZeros32(used))
		if l.has(v) || !c.tidy(l) {
			continue
		}
		if f := c.queue.front(l); best == nil || f.Before(best) {
			best, d = f, l
		}
	}
	if best == nil {
		return queued{}, 0, false
	}
	return c.queue.pop(d), d, true
}

// wait puts a request into the gateway's queue: it has declined what is free
// now.
// An Order's key is asked for once, here: nothing moves up by waiting. A key that is no number puts the
// request last.
func (c *Controller) wait(s int32, v vacancy) {
	r := c.table.At(s)
	q := &c.queue
	q.last++
	q.n++
	q.work += counted(&r.Request)
	q.count(r.Class, 1)
	r.state, r.waits = waiting, q.last
	e := queued{Value: ticket{q.last, s}, Tie: uint64(r.ID)}
	if q.ordered {
		if e.Key = c.cfg.Order.Key(&c.view, &r.Request); math.IsNaN(e.Key) {
			e.Key = math.Inf(1)
		}
	}
	d := declined(0).with(v)
	c.tidy(d)
	q.push(e, d)
	if q.ordered {
		c.sweep(d)
	}
}

// sweep drops what left from all of a lane, once that is more than half of it: under an
// Order it may stand behind what comes first for ever. O(1) for each entry, amortised.
func (c *Controller) sweep(d declined) {
	h := &c.queue.lanes[d].heap
	if len(*h) <= 2*c.queue.n+sweepFrom {
		return
	}
	kept := (*h)[:0]
	for _, e := range *h {
		if c.table.At(e.Value.slot).waits == e.Value.number {
			kept = append(kept, e)
		}
	}
	*h = kept
	h.Init()
}

// sweepFrom is how many entries a lane may have beside those of twice the requests that wait.
const sweepFrom = 64

// count adds to the requests of a class that wait.
func (q *queue) count(class ClassID, n int) {
	for len(q.classes) <= int(class) {
		q.classes = append(q.classes, 0)
	}
	q.classes[class] += n
}

// leave takes a request that waits out of the gateway's queue.
// Its entry stays in its lane and counts no more, as its number is not the request's: to find it would
// take O(n).
func (c *Controller) leave(r *request) {
	r.waits = 0
	c.queue.n--
	c.queue.work -= counted(&r.Request)
	c.queue.count(r.Class, -1)
	if c.queue.n == 0 {
		c.queue.work = 0 // a running sum drifts
	}
}

// line is what the requests count that wait at the gateway before the one that is being
// asked about, CPU-seconds: all that wait, where that one has just come.
func (c *Controller) line() float64 {
	if c.queue.asking {
		return c.queue.before
	}
	return c.queue.work
}
