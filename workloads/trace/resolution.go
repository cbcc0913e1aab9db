package trace

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// grids are the resolutions that recorders mostly have, microseconds; see stepsOf for
// their multiples.
var grids = [...]int64{60e6, 10e6, 1e6, 100e3, 10e3, 1e3, 100, 10}

const (
	// onGrid is the part of the instants that are on the grid of a resolution at
	// least. By chance, few would be on one that is ten times finer than the next.
	onGrid = 0.99
	// leastInstants is from how many on the resolution is told.
	leastInstants = 100
	// leastTies is the part of the arrivals that have the instant of the one before,
	// from which on it is the recorder that moved them.
	leastTies = 0.02
)

// A resolution is what a recorder did to instants: they are whole multiples of
// Width from Phase on.
type resolution struct {
	width, phase int64   // microseconds; width 0: none is known
	share        float64 // of the instants that are on the grid
	ties         float64 // arrivals at the instant of the one before
	ends         bool    // of ends, of which arrivals are so much earlier as requests took
}

// A resolutionCounter looks for the resolution of instants.
type resolutionCounter struct {
	first, last int64
	n, ties     int64
	on          [len(grids)]int64
	some        instants
}

// add takes an instant, microseconds; they do not decrease.
func (c *resolutionCounter) add(us int64) {
	if c.n++; c.n == 1 {
		c.first, c.last = us, us
		return
	}
	if us == c.last {
		c.ties++
	}
	if us > c.last {
		c.some.add(us - c.first)
	}
	c.last = us
	for i, g := range grids {
		if (us-c.first)%g == 0 {
			for ; i < len(grids); i++ { // all finer ones divide it
				c.on[i]++
			}
			return
		}
	}
}

// result is the coarsest grid that the instants are on.
func (c *resolutionCounter) result() resolution {
	if c.n < leastInstants {
		return resolution{}
	}
	n := float64(c.n - 1)
	for i, g := range grids {
		if share := float64(c.on[i]) / n; share >= onGrid && c.last-c.first >= 10*g {
			if m, of := c.some.stepsOf(g, (c.last-c.first)/10); m > 1 {
				g, share = m*g, of
			}
			return resolution{width: g, phase: c.first % g, share: share, ties: float64(c.ties) / n}
		}
	}
	return resolution{}
}

// ofEnds is the resolution of n arrivals that are known by their ends alone.
func (h *Header) ofEnds(n int64) (r resolution, ok bool) {
	if h.EndStepUS == 0 || h.SpanUS < 10*h.EndStepUS {
		return resolution{}, false
	}
	return resolution{width: h.EndStepUS, share: 1, ties: min(float64(n)*float64(h.EndStepUS)/float64(h.SpanUS), 1), ends: true}, true
}

// coarse says whether the resolution decides which requests meet: several have
// the same instant.
func (r resolution) coarse() bool { return r.width > 0 && r.ties >= leastTies }

// told says what was found, and what comes of it.
func (r resolution) told() string {
	if r.ends {
		text := fmt.Sprintf("ends are logged in whole multiples of %v, so that arrivals are known no closer", micros(r.width))
		if r.coarse() {
			return text + ": a replay spreads them within it (spread)"
		}
		return text
	}
	text := fmt.Sprintf("instants are whole multiples of %v (%.4g %% of them)", micros(r.width), 100*r.share)
	if r.coarse() {
		return text + fmt.Sprintf(", %.3g %% are the same as the one before: a replay spreads them within it (spread)", 100*r.ties)
	}
	return text
}

// The rules for instants within the resolution of the recorder.
const (
	SpreadUniform = "uniform" // independently, uniformly, in the order of the recording
	SpreadNone    = "none"    // as recorded
)

// chooseSpread decides how instants are spread.
func (r *recording) chooseSpread() {
	switch {
	case r.header.Kind == Counts || r.grid.width == 0:
		r.o.Spread = SpreadNone
	case r.o.Spread == "" && r.grid.coarse():
		r.o.Spread = SpreadUniform
	case r.o.Spread == "":
		r.o.Spread = SpreadNone
	}
}

// spreadNote says what is done about the resolution.
func (r *recording) spreadNote() string {
	switch w := micros(r.grid.width); {
	case r.grid.ends && r.o.Spread == SpreadUniform:
		return fmt.Sprintf("ends were logged in whole multiples of %v: arrivals are spread uniformly within it (spread = %q: ends as logged, less durations)", w, SpreadNone)
	case r.grid.ends && r.grid.coarse():
		return fmt.Sprintf("ends were logged in whole multiples of %v: arrivals of one such step lie closer together than they were", w)
	case !r.grid.coarse() && r.o.Spread == SpreadNone:
		return ""
	case r.o.Spread == SpreadUniform:
		return fmt.Sprintf("instants were recorded in whole multiples of %v: they are spread uniformly within it (spread = %q: as recorded)", w, SpreadNone)
	default:
		return fmt.Sprintf("instants were recorded in whole multiples of %v and are taken as they are: arrivals that were up to %v apart come at once", w, w)
	}
}

// A spreader is a source whose instants are spread within the resolution. It holds
// the arrivals of one instant.
type spreader struct {
	workloads.Source
	resolution
	rng     *policy.Rand
	ready   []workloads.Arrival
	i       int
	offsets []float64
	ahead   workloads.Arrival
	has     bool
	span    time.Duration
}

// spread spreads a source where the recording wants it.
func (r *recording) spread(s workloads.Source, seed uint64, copy int) workloads.Source {
	if r.o.Spread != SpreadUniform {
		return s
	}
	if r.grid.ends {
		return &endSpreader{Source: s, step: micros(r.grid.width), rng: policy.NewRand(seed, "spread", copy), span: micros(r.header.SpanUS)}
	}
	return &spreader{Source: s, resolution: r.grid, rng: policy.NewRand(seed, "spread", copy), span: micros(r.header.SpanUS)}
}

// Next implements workloads.Source.
func (s *spreader) Next(a *workloads.Arrival) bool {
	if s.i == len(s.ready) && !s.fill() {
		return false
	}
	*a = s.ready[s.i]
	s.i++
	return true
}

// fill spreads the arrivals of the next instant of the grid; false at the end.
func (s *spreader) fill() bool {
	if !s.has && !s.Source.Next(&s.ahead) {
		return false
	}
	s.ready, s.i = s.ready[:0], 0
	cell := s.cell(&s.ahead)
	on := 0
	for s.has = true; s.has && s.cell(&s.ahead) == cell; s.has = s.Source.Next(&s.ahead) {
		s.ready = append(s.ready, s.ahead)
		if s.isOn(&s.ahead) {
			on++
		}
	}
	rng := s.rng.At(uint64(cell))
	s.offsets = s.offsets[:0]
	for range on {
		s.offsets = append(s.offsets, rng.Float64())
	}
	slices.Sort(s.offsets)
	on = 0
	for i := range s.ready {
		if a := &s.ready[i]; s.isOn(a) {
			a.At = min(a.At+time.Duration(s.offsets[on]*float64(s.width))*time.Microsecond, max(s.span-1, a.At))
			on++
		}
	}
	if on < len(s.ready) { // some were recorded more finely
		slices.SortStableFunc(s.ready, func(a, b workloads.Arrival) int { return cmp.Compare(a.At, b.At) })
	}
	return true
}

func (s *spreader) cell(a *workloads.Arrival) int64 {
	return int64(math.Floor(float64(int64(a.At/time.Microsecond)-s.phase) / float64(s.width)))
}

func (s *spreader) isOn(a *workloads.Arrival) bool {
	return (int64(a.At/time.Microsecond)-s.phase)%s.width == 0
}
