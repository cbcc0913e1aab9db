package trace

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// chooseSizes decides where the work of arrivals comes from that have none
// recorded: where durations may be taken for work, from the arrival's own, else
// from the quantiles of its class; then from the size of the options.
func (r *recording) chooseSizes(s *survey) error {
	if s.works == s.records {
		return nil
	}
	r.sizes = make([]workloads.Size, len(r.classes))
	for i := range r.classes {
		c := s.class(i)
		missing := c.records - c.works
		if r.o.WorkFrom != "" {
			missing -= c.walls
		}
		switch {
		case c.works == c.records:
		case r.o.WorkFrom == "" && r.o.Size == nil:
			return ErrNoWork
		case r.byQuantiles(i):
			r.sizes[i] = newRecordedDuration(r.classes[i].durations)
		case r.o.Size != nil:
			r.sizes[i] = r.o.Size
		case c.works+c.walls < c.records:
			return fmt.Errorf("class %q: %d of %d requests have no duration either: %w",
				r.classes[i].Name, c.records-c.works-c.walls, c.records, ErrNoWork)
		}
		r.drawn = r.drawn || missing > 0 && varies(r.sizes[i])
	}
	return nil
}

// byQuantiles says whether work of class i is drawn from its recorded durations.
func (r *recording) byQuantiles(i int) bool {
	return r.o.WorkFrom != "" && r.classes[i].durations != nil
}

// timed is how many arrivals without recorded work have it from durations.
func (r *recording) timed(s *survey) (n int64) {
	for i := range r.classes {
		switch c := s.class(i); {
		case r.byQuantiles(i):
			n += c.records - c.works
		case r.o.WorkFrom != "":
			n += c.walls
		}
	}
	return n
}

// varies says whether a size is not always the same: of some draws, two differ.
func varies(s workloads.Size) bool {
	first := s.Draw(policy.NewRand(1, "varies", 0))
	for id := range uint64(100) {
		if s.Draw(policy.NewRand(1, "varies", 0).At(id)) != first {
			return true
		}
	}
	return false
}

// work sets the work of an arrival that has none recorded. Work that is drawn
// is that of no computation in particular, so the key goes: equal keys mean
// equal work. It is an error if the trace had no such arrivals when it was
// opened.
func (r *recording) work(a *workloads.Arrival, id uint64, rng *policy.Rand) error {
	switch {
	case a.Work >= 0:
	case r.sizes == nil:
		return r.changed()
	case r.o.WorkFrom != "" && a.Wall >= 0:
		a.Work = a.Wall
	case r.sizes[a.Class] == nil:
		return r.changed()
	default:
		a.Work = microseconds(r.sizes[a.Class].Draw(rng.At(id)))
		a.Key = 0
	}
	return nil
}

func (r *recording) changed() error {
	return fmt.Errorf("%s: the file was changed while it was read", r.path)
}

// microseconds turns seconds into a Duration, rounded to the microsecond and at
// most maxMicros.
func microseconds(s float64) time.Duration {
	return micros(int64(math.Round(min(max(s, 0)*1e6, maxMicros))))
}

// classWork is the work of all arrivals of class i, CPU-seconds; of what is
// drawn, the mean.
func (r *recording) classWork(i int, s *survey) float64 {
	c := s.class(i)
	work, missing := c.work, c.records-c.works
	if r.o.WorkFrom != "" {
		work += c.wall
		missing -= c.walls
	}
	if missing > 0 {
		work += float64(missing) * r.sizes[i].Mean()
	}
	return work
}
