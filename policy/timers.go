package policy

import "time"

// owner says whose timer is due. Timers due at the same instant run in the
// order of (owner, tag).
type owner uint8

const (
	ownScaler  owner = iota
	ownRetry         // tag: request
	ownHedge         // tag: request
	ownTimeout       // tag: request<<8 | attempt
	ownActor         // tag: actor<<32 | the actor's own tag; owners from here on
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
	q     ring[timer]
}

// maxRings bounds the constant delays with a ring; more go to the heap.
const maxRings = 4

// after sets a timer a constant delay from now.
func (t *timers) after(now, delay time.Duration, o owner, tag uint64) {
	for i := range t.rings {
		if t.rings[i].delay == delay {
			t.rings[i].q.push(timer{now + delay, tag, o})
			return
		}
	}
	if len(t.rings) < maxRings {
		t.rings = append(t.rings, delayRing{delay: delay})
		t.rings[len(t.rings)-1].q.push(timer{now + delay, tag, o})
		return
	}
	t.at(now+delay, o, tag)
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
		if q := &t.rings[i].q; q.len() > 0 && (!ok || q.front().before(best)) {
			best, where, ok = *q.front(), i, true
		}
	}
	return best, where, ok
}

// drop removes the timer that first found.
func (t *timers) drop(where int) {
	if where >= 0 {
		t.rings[where].q.pop()
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

// A ring is a first-in, first-out queue that reuses its memory.
type ring[T any] struct {
	buf  []T // length a power of two, or 0
	head int
	n    int
}

func (q *ring[T]) len() int  { return q.n }
func (q *ring[T]) front() *T { return &q.buf[q.head] }

func (q *ring[T]) push(v T) {
	if q.n == len(q.buf) {
		b := make([]T, max(16, 2*len(q.buf)))
		for i := range q.n {
			b[i] = q.buf[(q.head+i)&(len(q.buf)-1)]
		}
		q.buf, q.head = b, 0
	}
	q.buf[(q.head+q.n)&(len(q.buf)-1)] = v
	q.n++
}

func (q *ring[T]) pop() T {
	v := q.buf[q.head]
	q.head = (q.head + 1) & (len(q.buf) - 1)
	q.n--
	return v
}
