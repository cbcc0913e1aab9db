package policy

// A queue is the requests that wait at the gateway: a ring where they are
// served first come, first served, a heap by (key, ID) under an Order.
// Requests that left meanwhile are skipped when they come up.
type queue struct {
	ordered bool
	fifo    Ring[queued]
	heap    []queued
	gone    int // entries of requests that left
}

// A queued is one entry.
type queued struct {
	key  float64
	id   RequestID
	slot int32
}

func (q *queue) len() int { return q.fifo.Len() + len(q.heap) - q.gone }

func (q *queue) push(e queued) {
	if !q.ordered {
		q.fifo.Push(e)
		return
	}
	h := append(q.heap, e)
	for i := len(h) - 1; i > 0 && h[i].less(h[(i-1)/2]); i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
	q.heap = h
}

// front is the entry that comes up next; the queue must not be empty.
func (q *queue) front() queued {
	if q.ordered {
		return q.heap[0]
	}
	return *q.fifo.Front()
}

// empty says whether there is no entry, not even of a request that left.
func (q *queue) empty() bool { return q.fifo.Len() == 0 && len(q.heap) == 0 }

func (q *queue) pop() {
	if !q.ordered {
		q.fifo.Pop()
		return
	}
	n := len(q.heap) - 1
	q.heap[0] = q.heap[n]
	h := q.heap[:n]
	q.heap = h
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			return
		}
		if c+1 < n && h[c+1].less(h[c]) {
			c++
		}
		if !h[c].less(h[i]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

func (e queued) less(f queued) bool { return e.key < f.key || e.key == f.key && e.id < f.id }
