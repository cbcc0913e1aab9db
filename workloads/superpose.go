package workloads

import (
	"errors"
	"time"

	"cnv/policy"
)

// superposed is several sources as one, in order of time; ties in the order of
// the sources.
type superposed struct {
	all   []Source
	next  policy.Heap[time.Duration, Arrival] // of each source, whose number is the Tie
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
				s.next.Push(policy.Entry[time.Duration, Arrival]{Value: b, Key: b.At, Tie: uint64(i)})
			}
		}
	}
	if len(s.next) == 0 {
		return false
	}
	first := &s.next[0]
	*a = first.Value
	if s.all[first.Tie].Next(&first.Value) {
		first.Key = first.Value.At
		s.next.Fix()
	} else {
		s.next.Pop()
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
