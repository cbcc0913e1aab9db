package trace

import "cnv/policy"

const (
	// mostInstants are sampled: of so many, 99 of 100 are told from fewer.
	mostInstants = 4096
	// leastDistinct is from how many instants on a multiple is told: that 20 of them are
	// even by chance happens once in a million.
	leastDistinct = 20
	// mostSteps is the largest multiple that is looked for.
	mostSteps = 100
)

// instants are a sample of instants that differ, microseconds since the first one: each
// with the same probability, whatever its number, as every fourth of a timer may be a whole
// second.
type instants struct {
	at   []int64
	n    int
	rare int // each is taken with probability 2^-rare
	rng  *policy.Rand
}

// add takes an instant.
func (s *instants) add(us int64) {
	if s.rng == nil {
		s.rng = policy.NewRand(0, "instants", 0)
	}
	if s.n++; !s.taken(s.n) {
		return
	}
	if s.at = append(s.at, us); len(s.at) < mostInstants {
		return
	}
	s.rare++
	kept := s.at[:0]
	for i, us := range s.at {
		if s.rng.At(uint64(s.n)<<16|uint64(i)).Float64() < 0.5 {
			kept = append(kept, us)
		}
	}
	s.at = kept
}

// taken says whether the nth instant is in the sample.
func (s *instants) taken(n int) bool {
	return s.rare == 0 || s.rng.At(uint64(n)<<16|mostInstants).Float64() < 1/float64(uint64(1)<<s.rare)
}

// stepsOf is the largest multiple of a width, at most the longest, that the instants are
// whole multiples of, and the share of them that are; 1 is none.
func (s *instants) stepsOf(width, longest int64) (steps int64, share float64) {
	if len(s.at) < leastDistinct {
		return 1, 1
	}
	for m := min(mostSteps, longest/width); m > 1; m-- {
		on := 0
		for _, us := range s.at {
			if us%(m*width) == 0 {
				on++
			}
		}
		if share := float64(on) / float64(len(s.at)); share >= onGrid {
			return m, share
		}
	}
	return 1, 1
}
