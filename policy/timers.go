package policy

import "time"

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
	ownActor          // tag: actor<<32 | the actor's own tag; owners from here on
)

// A timer is one thing due at an instant.
type timer struct {
	at    time.Duration
	tag   uint64
	owner owner
}

func (t timer) before(u timer) bool {
	if t.at != u.at {
		return t.at < u.at
	}
	if t.owner != u.owner {
		return t.owner < u.owner
	}
	return t.tag < u.tag
}

// timers is the pending timers of a Controller: a heap, and for constant
// delays, which come due in the order in which they are set, a ring each.
type timers struct {
	heap  []timer
	rings []delayRing
}

// A delayRing holds timers of one constant delay.
type delayRing struct {
	delay time.Duration
	q     Ring[timer]
	left  int // timers after the last sweep
}

// leastSweep is the number of timers in a ring below which none is looked through.
const leastSweep = 1 << 12

// crowded says whether a ring has twice the timers that it had after the last sweep.
func (d *delayRing) crowded() bool { return d.q.Len() > max(leastSweep, 2*d.left) }

// sweep drops the timers for which nothing is left to be done, so that their number
// goes with the attempts in flight. O(1) a timer, amortised.
func (c *Controller) sweep(d *delayRing) {
	for n := d.q.Len(); n > 0; n-- {
		if t := d.q.Pop(); !c.stale(t) {
			d.q.Push(t)
		}
	}
	d.left = d.q.Len()
}

// maxRings bounds the constant delays with a ring; more go to the heap.
const maxRings = 4

// after sets a timer a constant delay from now and returns the ring it is in, nil if
// it is in the heap.
func (t *timers) after(now, delay time.Duration, o owner, tag uint64) *delayRing {
	i := 0
	for i < len(t.rings) && t.rings[i].delay != delay {
		i++
	}
	if i == maxRings {
		t.at(now+delay, o, tag)
		return nil
	}
	if i == len(t.rings) {
		t.rings = append(t.rings, delayRing{delay: delay})
	}
	t.rings[i].push(timer{now + delay, tag, o})
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
	h := append(t.heap, timer{at, tag, o})
	for i := len(h) - 1; i > 0 && h[i].before(h[(i-1)/2]); i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
	t.heap = h
}

// first returns the earliest timer and where it is: -1 the heap, else a ring.
func (t *timers) first() (timer, int, bool) {
	var best timer
	where, ok := -1, len(t.heap) > 0
	if ok {
		best = t.heap[0]
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
	h := t.heap
	n := len(h) - 1
	h[0] = h[n]
	h = h[:n]
	t.heap = h
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			return
		}
		if c+1 < n && h[c+1].before(h[c]) {
			c++
		}
		if !h[c].before(h[i]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}
