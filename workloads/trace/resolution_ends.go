package trace

import (
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// An endSpreader is a source of arrivals that are ends less durations, where ends
// were cut to whole steps: each arrival is later, by a uniform part of a step. It
// holds the arrivals of one step.
type endSpreader struct {
	workloads.Source
	step  time.Duration
	span  time.Duration
	rng   *policy.Rand
	n     uint64 // arrivals read
	later policy.Heap[time.Duration, workloads.Arrival]
	ahead workloads.Arrival // next of the source
	begun bool
	more  bool
}

// Next implements workloads.Source.
func (s *endSpreader) Next(a *workloads.Arrival) bool {
	if !s.begun {
		s.begun, s.more = true, s.Source.Next(&s.ahead)
	}
	for s.more && (len(s.later) == 0 || s.ahead.At <= s.later[0].Key) {
		at := s.ahead.At
		by := time.Duration(s.rng.At(s.n).Float64() * float64(s.step/time.Microsecond))
		s.ahead.At = min(at+by*time.Microsecond, max(s.span-1, at))
		s.later.Push(policy.Entry[time.Duration, workloads.Arrival]{Value: s.ahead, Key: s.ahead.At, Tie: s.n})
		s.n++
		s.more = s.Source.Next(&s.ahead)
	}
	if len(s.later) == 0 {
		return false
	}
	*a = s.later[0].Value
	s.later.Pop()
	return true
}
