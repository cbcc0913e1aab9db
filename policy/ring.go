package policy

// A Ring is a first-in, first-out queue that reuses its memory. The zero
// value is empty and ready to use.
type Ring[T any] struct {
	buf  []T // Invariant: its length is a power of two, or 0
	head int
	n    int // Invariant: at most the length of buf
}

// Len is the number of values in the queue.
func (q *Ring[T]) Len() int { return q.n }

// Front is the oldest value; the queue must not be empty.
func (q *Ring[T]) Front() *T { return &q.buf[q.head] }

// Push appends a value.
func (q *Ring[T]) Push(v T) { *q.Extend() = v }

// Extend appends a place, holding whatever was there before, and returns it
// to be filled. The pointer is valid until the next Push or Extend.
func (q *Ring[T]) Extend() *T {
	if q.n == len(q.buf) {
		q.grow()
	}
	v := &q.buf[(q.head+q.n)&(len(q.buf)-1)]
	q.n++
	return v
}

func (q *Ring[T]) grow() {
	b := make([]T, max(16, 2*len(q.buf)))
	for i := range q.n {
		b[i] = q.buf[(q.head+i)&(len(q.buf)-1)]
	}
	q.buf, q.head = b, 0
}

// Pop removes and returns the oldest value; the queue must not be empty.
func (q *Ring[T]) Pop() T {
	v := q.buf[q.head]
	q.Drop()
	return v
}

// Drop removes the oldest value; the queue must not be empty.
func (q *Ring[T]) Drop() {
	q.head = (q.head + 1) & (len(q.buf) - 1)
	q.n--
}

// At is the i-th oldest value, 0 <= i < Len().
func (q *Ring[T]) At(i int) *T { return &q.buf[(q.head+i)&(len(q.buf)-1)] }
