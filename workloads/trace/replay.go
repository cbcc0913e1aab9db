package trace

import (
	"cnv/policy"
	"cnv/workloads"
)

// source opens the trace for one replication.
func (r *recording) source(seed uint64) (workloads.Source, error) { return r.share(seed, 0, 1) }

// asRecorded opens the trace as it is, each arrival kept with a probability; what was
// not recorded is drawn under the seed all the same.
func (r *recording) asRecorded(seed uint64, keep float64) (workloads.Source, error) {
	return r.open(seed, 0, keep*r.kept(), None)
}

// kept is the share of arrivals that replications have of the recording's.
func (r *recording) kept() float64 {
	if r.o.Replicate == Thin {
		return r.o.Thin
	}
	return 1
}

// share opens a version of the trace of which each arrival is kept with a
// probability. Versions are numbered from 0, the replication itself, and
// independent of each other; further ones are resamples whatever that is.
func (r *recording) share(seed uint64, version int, keep float64) (workloads.Source, error) {
	how := r.o.Replicate
	if how == Thin || version > 0 && how != Blocks {
		how = Local // copies of one recording, however thin, would not be independent of each other
	}
	return r.open(seed, version, keep*r.kept(), how)
}

// open opens a version of the trace.
func (r *recording) open(seed uint64, version int, keep float64, how string) (workloads.Source, error) {
	sized := sized{r: r, rng: policy.NewRand(seed, "size", version)}
	if r.header.Kind == Counts {
		return r.placed(seed, version, keep, how, sized), nil
	}
	src, err := r.replayed(seed, version, how, sized)
	if err != nil {
		return nil, err
	}
	if src = r.spread(src, seed, version); keep < 1 {
		src = &thinned{Source: src, keep: keep, rng: policy.NewRand(seed, "thin", version)}
	}
	return src, nil
}

// replayed opens events.
func (r *recording) replayed(seed uint64, version int, how string, s sized) (workloads.Source, error) {
	switch how {
	case Blocks, Local:
		h, err := r.hold()
		if err != nil {
			return nil, err
		}
		if how == Local {
			return &localSource{sized: s, draw: r.local().draw(seed, version), h: h, span: micros(r.header.SpanUS)}, nil
		}
		return &resampled{sized: s, h: h, block: r.block(), order: drawWindows(seed, version, len(h.windows)-1), window: -1}, nil
	}
	e, err := r.events()
	if err != nil {
		return nil, err
	}
	return &streamed{sized: s, e: e}, nil
}

// A thinned source keeps each arrival with a probability; what is kept is kept
// with any higher one.
type thinned struct {
	workloads.Source
	keep float64
	rng  *policy.Rand
	n    uint64 // arrivals read
}

// Next implements workloads.Source.
func (s *thinned) Next(a *workloads.Arrival) bool {
	for s.Source.Next(a) {
		s.n++
		if s.rng.At(s.n-1).Float64() < s.keep {
			return true
		}
	}
	return false
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
	if s.r.asIs {
		return true
	}
	s.err = s.r.work(a, s.id, s.rng)
	s.id++
	return s.err == nil
}

// A streamed source reads the file as it goes: its memory does not grow.
type streamed struct {
	sized
	e *eventReader
}

// Next implements workloads.Source.
func (s *streamed) Next(a *workloads.Arrival) bool {
	if s.e == nil {
		return false
	}
	ok, err := s.e.next(a)
	if err != nil || !ok {
		s.err = err
		s.e.l.close()
		s.e = nil
		return false
	}
	return s.finish(a)
}
