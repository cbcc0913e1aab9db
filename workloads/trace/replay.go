package trace

import (
	"cnv/policy"
	"cnv/workloads"
)

// source opens the trace for one replication.
func (r *recording) source(seed uint64) (workloads.Source, error) {
	sized := sized{r: r, rng: policy.NewRand(seed, "size", 0)}
	switch {
	case r.header.Kind == Counts:
		return r.placed(seed, sized), nil
	case r.o.Replicate == Blocks:
		return r.resampled(seed, sized)
	}
	e, err := r.events()
	if err != nil {
		return nil, err
	}
	s := &streamed{sized: sized, e: e}
	if r.o.Replicate == Thin {
		s.keep, s.thin = r.o.Thin, policy.NewRand(seed, "thin", 0)
	}
	return s, nil
}

// sized gives arrivals their work; all sources of traces embed it.
type sized struct {
	r   *recording
	rng *policy.Rand
	id  uint64 // of the next arrival
	err error
}

// Err implements workloads.Source.
func (s *sized) Err() error { return s.err }

// finish completes an arrival; false if it cannot.
func (s *sized) finish(a *workloads.Arrival) bool {
	s.err = s.r.work(a, s.id, s.rng)
	s.id++
	return s.err == nil
}

// A streamed source reads the file as it goes: its memory does not grow.
type streamed struct {
	sized
	e    *eventReader
	keep float64
	thin *policy.Rand
	n    uint64 // arrivals read
}

// Next implements workloads.Source.
func (s *streamed) Next(a *workloads.Arrival) bool {
	if s.e == nil {
		return false
	}
	for {
		ok, err := s.e.next(a)
		if err != nil || !ok {
			s.err = err
			s.e.l.close()
			s.e = nil
			return false
		}
		s.n++
		if s.thin == nil || s.thin.At(s.n-1).Float64() < s.keep {
			return s.finish(a)
		}
	}
}
