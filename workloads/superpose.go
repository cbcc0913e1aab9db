package workloads

import (
	"cmp"
	"container/heap"
	"errors"
)

// superposed is several sources as one, in order of time; ties in the order of
// the sources.
type superposed struct {
	all   []Source
	next  nextArrivals
	begun bool
}

// superpose puts sources together.
func superpose(all []Source) Source { return &superposed{all: all} }

// Next implements Source.
func (s *superposed) Next(a *Arrival) bool {
	if !s.begun {
		s.begun = true
		for i := range s.all {
			var b Arrival
			if s.all[i].Next(&b) {
				s.next = append(s.next, nextArrival{b, i})
			}
		}
		heap.Init(&s.next)
	}
	if len(s.next) == 0 {
		return false
	}
	first := &s.next[0]
	*a = first.Arrival
	if s.all[first.source].Next(&first.Arrival) {
		heap.Fix(&s.next, 0)
	} else {
		heap.Pop(&s.next)
	}
	return true
}

// Err implements Source.
func (s *superposed) Err() error {
	var errs []error
	for i := range s.all {
		errs = append(errs, s.all[i].Err())
	}
	return errors.Join(errs...)
}

// A nextArrival is what a source gives next.
type nextArrival struct {
	Arrival
	source int
}

// nextArrivals is a heap by (instant, source).
type nextArrivals []nextArrival

func (h nextArrivals) Len() int { return len(h) }
func (h nextArrivals) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].At, h[j].At), cmp.Compare(h[i].source, h[j].source)) < 0
}
func (h nextArrivals) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *nextArrivals) Push(x any)   { *h = append(*h, x.(nextArrival)) }
func (h *nextArrivals) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
