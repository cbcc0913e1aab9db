package policy

import (
	"slices"
	"time"
)

// owner says whose timer is due. Timers due at the same instant run in the
// order of (owner, tag).
type owner uint8

const (
	ownScaler   owner = iota
	ownRelaunch       // tag: pool
	ownReclaim        // tag: worker
	ownLook           // tag: worker
	ownRetry          // tag: request
	ownHedge          // tag: request
	ownTimeout        // tag: request<<8 | attempt
	ownSpace          // tag: 0
	ownAsk            // tag: 0
	ownEject          // tag: worker
	ownActor          // tag: the actor's own; an owner for each actor, from here on
)

// A timer is one thing due at an instant.
type timer struct {
	at    time.Duration
	tag   uint64
	owner owner
}

// Not the order of setting: two runs that set the same timers by other ways wake alike.
func (t timer) before(u timer) bool {
	if t.at != u.at {
		return t.at < u.at
	}
	if t.owner != u.owner {
		return t.owner < u.owner
	}
	return t.tag < u.tag
}

// ownerShift leaves room for tags below 2^56 in the Tie of an entry; those beyond it
// come, at one instant, in the order of what they are modulo 2^56.
const ownerShift = 56

// entry is a timer as the heap holds it.
func (t timer) entry() Entry[time.Duration, uint64] {
	return Entry[time.Duration, uint64]{Value: t.tag, Key: t.at, Tie: uint64(t.owner)<<ownerShift | t.tag&(1<<ownerShift-1)}
}

// timerOf is the timer of an entry.
func timerOf(e *Entry[time.Duration, uint64]) timer {
	return timer{e.Key, e.Value, owner(e.Tie >> ownerShift)}
}

// timers is the pending timers of a Controller: a heap, and for constant
// delays, which come due in the order in which they are set, a ring each.
type timers struct {
	heap  Heap[time.Duration, uint64] // values: tags
	sweep Sweep                       // of the heap
	rings []delayRing
}

// A delayRing holds timers of one constant delay.
type delayRing struct {
	delay time.Duration
	q     Ring[timer] // Invariant: in order
	sweep Sweep
}

// A Sweep says when to look through what is kept for what is over: when it is twice
// as much as after the last look. So it goes with what is not over, at O(1) each,
// amortised. The zero value is ready to use.
type Sweep struct{ left int }

// leastSweep is how much is kept without a look.
const leastSweep = 1 << 12

// Due says whether to look through n that are kept.
func (s *Sweep) Due(n int) bool { return n > max(leastSweep, 2*s.left) }

// Over notes that n were left.
func (s *Sweep) Over(n int) { s.left = n }

// after sets a timer of a request a constant delay from now.
// Nearly all timers are time-outs of one constant delay that never come due: a ring takes and drops them
// in O(1), a heap in O(log n).
func (c *Controller) after(delay time.Duration, o owner, tag uint64) {
	d := c.timers.ring(delay)
	if d == nil {
		c.at(c.now+delay, o, tag)
		return
	}
	if d.push(timer{c.now + delay, tag, o}); d.sweep.Due(d.q.Len()) {
		d.purge(c.stale)
	}
}

// at sets a timer of a request for an instant.
func (c *Controller) at(at time.Duration, o owner, tag uint64) {
	t := &c.timers
	if t.at(at, o, tag); t.sweep.Due(len(t.heap)) {
		t.purge(c.stale)
	}
}

// purge takes out of a ring those for which nothing is left to be done.
func (d *delayRing) purge(stale func(timer) bool) {
	for n := d.q.Len(); n > 0; n-- {
		if t := d.q.Pop(); !stale(t) {
			d.q.Push(t)
		}
	}
	d.sweep.Over(d.q.Len())
}

// purge does it to the heap.
func (t *timers) purge(stale func(timer) bool) {
	t.heap = slices.DeleteFunc(t.heap, func(e Entry[time.Duration, uint64]) bool { return stale(timerOf(&e)) })
	t.heap.Init()
	t.sweep.Over(len(t.heap))
}

// maxRings bounds the constant delays with a ring; more go to the heap.
const maxRings = 4

// ring is the ring of a constant delay; nil: there is none, so the heap has it.
func (t *timers) ring(delay time.Duration) *delayRing {
	i := 0
	for i < len(t.rings) && t.rings[i].delay != delay {
		i++
	}
	if i == maxRings {
		return nil
	}
	if i == len(t.rings) {
		t.rings = append(t.rings, delayRing{delay: delay})
	}
	return &t.rings[i]
}

// push appends a timer; only among those of the same instant it may have to
// move forward.
func (d *delayRing) push(t timer) {
	d.q.Push(t)
	for i := d.q.Len() - 1; i > 0 && d.q.At(i).before(*d.q.At(i - 1)); i-- {
		a, b := d.q.At(i-1), d.q.At(i)
		*a, *b = *b, *a
	}
}

// at sets a timer for an instant.
func (t *timers) at(at time.Duration, o owner, tag uint64) {
	t.heap.Push(timer{at, tag, o}.entry())
}

// none says whether no timer is due before an instant.
func (t *timers) none(before time.Duration) bool {
	if len(t.heap) > 0 && t.heap[0].Key < before {
		return false
	}
	for i := range t.rings {
		if q := &t.rings[i].q; q.Len() > 0 && q.Front().at < before {
			return false
		}
	}
	return true
}

// first returns the earliest timer and where it is: -1 the heap, else a ring.
func (t *timers) first() (timer, int, bool) {
	var best timer
	where, ok := -1, len(t.heap) > 0
	if ok {
		best = timerOf(&t.heap[0])
	}
	for i := range t.rings {
		if q := &t.rings[i].q; q.Len() > 0 && (!ok || q.Front().before(best)) {
			best, where, ok = *q.Front(), i, true
		}
	}
	return best, where, ok
}

// drop removes the timer that first found.
func (t *timers) drop(where int) {
	if where >= 0 {
		t.rings[where].q.Pop()
		return
	}
	t.heap.Pop()
}
