package policy

import "math/rand/v2"

// A Rand is a seeded stream of random numbers (PCG) that can be re-seeded
// per id without allocating, so that the draw for request 17 is the same
// whatever was drawn before it.
type Rand struct {
	*rand.Rand
	pcg  rand.PCG
	base uint64
}

// NewRand returns the stream for a purpose ("arrivals", "boot", "router") of
// a gateway under a run's seed, positioned at id 0.
func NewRand(seed uint64, purpose string, gateway int) *Rand {
	s := &Rand{base: mix(mix(seed^fnv1a(purpose)) + uint64(gateway))}
	s.Rand = rand.New(&s.pcg)
	s.At(0)
	return s
}

// At re-seeds the stream for one id and returns it: common random numbers
// for everything that is drawn per request or per launch.
func (s *Rand) At(id uint64) *Rand {
	k := mix(s.base + id*0x9e3779b97f4a7c15)
	s.pcg.Seed(k, s.base)
	return s
}

// mix is the output function of SplitMix64 (Steele, Lea, Flood 2014,
// doi:10.1145/2660193.2660195).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// fnv1a is the 64-bit FNV-1a hash of s.
func fnv1a(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
