package calibrate

import (
	"cmp"
	"math"
	"slices"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// shiftShare is by how much of the span, either way, a copy of the arrivals is moved.
const shiftShare = 0.02

// A rated is arrivals that were read before.
type rated struct {
	all  []workloads.Arrival
	next int
	err  error
}

// Next implements workloads.Source.
func (s *rated) Next(a *workloads.Arrival) bool {
	if s.next == len(s.all) {
		return false
	}
	*a = s.all[s.next]
	s.next++
	return true
}

// Err implements workloads.Source.
func (s *rated) Err() error { return s.err }

// Rated are so many arrivals for each of a source: of less than one each is kept with that
// probability; of more there are copies of all, each moved in time as a whole by up to 2 %
// of the span either way, around its end, so that the shape of the load is kept and no two
// requests arrive together for that reason. It reads the source at once.
func Rated(src workloads.Source, rate float64, r *policy.Rand) workloads.Source {
	var once []workloads.Arrival
	var a workloads.Arrival
	for src.Next(&a) {
		once = append(once, a)
	}
	out := &rated{err: src.Err()}
	if len(once) == 0 {
		return out
	}
	span := once[len(once)-1].At + 1
	for k := 0; float64(k) < rate; k++ {
		keep := min(1, rate-float64(k))
		var by time.Duration
		if k > 0 {
			by = time.Duration(math.Round((2*r.Float64() - 1) * shiftShare * float64(span)))
		}
		for _, a := range once {
			if keep == 1 || r.Float64() < keep {
				a.At = (a.At + by + span) % span
				out.all = append(out.all, a)
			}
		}
	}
	slices.SortStableFunc(out.all, func(a, b workloads.Arrival) int { return cmp.Compare(a.At, b.At) })
	return out
}
