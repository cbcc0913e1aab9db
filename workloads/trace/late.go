package trace

import (
	"container/heap"

	"cnv/workloads"
)

// A lateArrival waits until the arrivals before it are written.
type lateArrival struct {
	a    workloads.Arrival
	attr string
	n    uint64
}

// A lateHeap orders by (instant, order of making).
type lateHeap []lateArrival

func (h lateHeap) Len() int      { return len(h) }
func (h lateHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h lateHeap) Less(i, j int) bool {
	return h[i].a.At < h[j].a.At || h[i].a.At == h[j].a.At && h[i].n < h[j].n
}
func (h *lateHeap) Push(v any) { *h = append(*h, v.(lateArrival)) }
func (h *lateHeap) Pop() any {
	last := len(*h) - 1
	v := (*h)[last]
	*h = (*h)[:last]
	return v
}

// flush writes what is due at an instant, microseconds.
func (h *lateHeap) flush(w *writer, us int64) {
	for h.Len() > 0 && (*h)[0].a.At <= micros(us) {
		c := heap.Pop(h).(lateArrival)
		w.event(&c.a, []byte(c.attr))
	}
}
