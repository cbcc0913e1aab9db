package trace

import (
	"fmt"
	"math"
	"time"

	"cnv/workloads"
)

// A local is a plan of the local block bootstrap (Paparoditis, Politis 2002,
// doi:10.1080/10485250211392; donors by likeness as Lall, Sharma 1996,
// doi:10.1029/95WR02966): a resample is blocks of the trace, each in the place of
// one that is near it in time and in rate. So trend, edges and daily shape stay,
// and within blocks all that successive arrivals have to do with each other.
// Replications share it.
type local struct {
	width  int64  // of a block, microseconds
	donors []pool // by block: those that it is drawn from
	joints joints
	single bool  // there is one arrival, or none: nothing can be drawn in its place
	lasts  int64 // what the rate does by chance, microseconds; 0: nothing lasts
	span   int64
}

const (
	// perCorrelation is how many times as long as what is correlated a block is:
	// joints cut then little of it apart.
	perCorrelation = 8
	// leastBlocks are enough to differ, where correlation would make longer ones.
	leastBlocks = 40
	// enough is how many times as long as what is correlated a recording must be for
	// as many blocks as long as they should be.
	enough = perCorrelation * leastBlocks
	// Blocks of a trace whose rate stays the same all along, so that they are drawn
	// from a flatPools-th of it at least, are longer than a cell: there is no edge to keep.
	flatPools   = 10
	flatBlocks  = 400
	longestFlat = 60 // seconds
)

// newLocal plans from counts in cells of a width. block is what was asked for, or 0.
func newLocal(cells []int32, width, span int64, block time.Duration) *local {
	p := prefixOf(cells)
	d := noiseOf(p)
	per := 1
	switch lasts := d.correlated(); {
	case block > 0:
		per = int(max(int64(block/time.Microsecond)/width, 1))
	case lasts > 0:
		per = even(len(cells), max(min(perCorrelation*lasts, len(cells)/leastBlocks), 1))
	default:
		l := localOf(cells, width, span, per, d)
		if l.windows() < len(cells)/flatPools {
			return l
		}
		per = even(len(cells), max(min(len(cells)/flatBlocks, int(longestFlat*1e6/width)), 1))
	}
	return localOf(cells, width, span, per, d)
}

// even is a length from per to a quarter more such that the last of n cells are left
// over as seldom as can be: they are drawn from nowhere.
func even(n, per int) int {
	best := per
	for q := per; q <= per+per/4; q++ {
		if n%q < n%best {
			best = q
		}
	}
	return best
}

// localOf plans with blocks of so many cells.
func localOf(cells []int32, width, span int64, per int, d noise) *local {
	l := &local{width: width * int64(per), lasts: width * int64(d.correlated()), span: span}
	complete := max(int(span/l.width), 1)
	complete = min(complete, (len(cells)+per-1)/per)
	p := prefixOf(coarser(cells, per))
	if l.single = p.sum(0, p.cells()) < 2; l.single {
		l.donors = alone(p.cells())
	} else {
		l.donors = pools(p, d, per, complete)
	}
	l.joints = jointsOf(prefixOf(cells), per, d)
	return l
}

// windows is from how many blocks one is drawn: the harmonic mean, as a variance
// is too small by that part.
func (l *local) windows() int {
	sum := 0.0
	for i := range l.donors {
		sum += 1 / float64(l.donors[i].len())
	}
	return int(float64(len(l.donors)) / sum)
}

// alone is how many blocks are drawn from nothing but one.
func (l *local) alone() (n int) {
	for i := range l.donors {
		if l.donors[i].len() == 1 {
			n++
		}
	}
	return n
}

// note says how replications come about, and what their intervals cannot tell.
func (l *local) note() string {
	if l.single {
		return l.noneNote()
	}
	n := l.windows()
	out := fmt.Sprintf("replications are local block bootstraps: blocks of %v, each from %d near it in time and in rate on average, so that trend, edges and daily shape stay",
		micros(l.width), n)
	if n < len(l.donors)/4 { // a pool of a rate that stays the same is some 0.4 of them
		out += "; intervals are about chance around the recorded course of the rate, which is taken as given: another day may have another"
	}
	if alone := l.alone(); alone > 0 {
		out += fmt.Sprintf("; %d of %d blocks have no other near them and are the same in every resample: what happens in them is in no interval", alone, len(l.donors))
	}
	if l.lasts > 0 && l.span < enough*l.lasts {
		out += fmt.Sprintf("; bursts of some %v were found, and the recording is only %d times as long: intervals may be too narrow, %v are enough",
			micros(l.lasts), l.span/l.lasts, micros(enough*l.lasts))
	}
	return out
}

// noneNote says why there are no resamples.
func (l *local) noneNote() string {
	if l.single {
		return "there are no resamples: the recording has fewer than two arrivals"
	}
	return fmt.Sprintf("there are no resamples: of %d blocks of %v nearly all have none near them in time and in rate; shorter blocks (block) or a longer recording have some",
		len(l.donors), micros(l.width))
}

// trendNote warns of windows in any order where the rate has a trend: their counts
// differ by more than chance within the trace lets them.
func (r *recording) trendNote() string {
	d, p := noiseOf(prefixOf(r.cells)), prefixOf(r.cells)
	per := int(r.block() / micros(r.cellUS))
	n := 0
	if per > 0 {
		n = p.cells() / per
	}
	if n < 2 {
		return ""
	}
	mean, square := p.sum(0, n*per)/float64(n), 0.0
	for i := range n {
		square += (p.count(i, per) - mean) * (p.count(i, per) - mean)
	}
	free := float64(n - 1)
	times := square / (d.of(per) * mean) / free
	if times <= 1+differs*math.Sqrt(2/free) {
		return ""
	}
	return fmt.Sprintf("the rate has a trend: counts in windows of %v vary %.2g times as much as chance lets them, and replicate = \"blocks\" puts them in any order; \"local\" keeps their place",
		r.block(), times)
}

// noise is how much the number of arrivals varies by chance.
func (r *recording) noise() float64 {
	d := noiseOf(prefixOf(r.cells))
	return d[len(d)-1]
}

// local is the plan of the recording.
func (r *recording) local() *local {
	r.plan.Do(func() { r.planned = newLocal(r.cells, r.cellUS, r.header.SpanUS, r.o.Block) })
	return r.planned
}

// count keeps how many arrivals there are in each cell, of what was surveyed.
func (r *recording) count(s *survey) {
	span, unit := r.header.SpanUS, r.header.BinUS
	counted := s.cells
	if r.header.Kind == Counts {
		counted = &cellCounter{width: unit, n: make([]int32, r.header.bins())}
		for _, b := range r.bins {
			counted.n[b.index] += b.count
		}
	} else {
		unit = max(counted.width, r.grid.width)
	}
	r.cellUS = cellWidth(span, unit)
	r.cells = coarser(counted.n, int(r.cellUS/counted.width))
	n := int((span + r.cellUS - 1) / r.cellUS)
	r.cells = append(r.cells, make([]int32, max(n-len(r.cells), 0))...)[:n]
}

// A localSource is a resample of events. It shares the events with all others.
type localSource struct {
	sized
	draw
	h      *held
	span   time.Duration
	block  int // next
	i, end int // arrivals of the current block
	shift  time.Duration
}

// Next implements workloads.Source.
func (s *localSource) Next(a *workloads.Arrival) bool {
	for {
		for s.i >= s.end {
			if s.block == len(s.l.donors) {
				return false
			}
			w := s.donor(s.block)
			s.i, s.end = s.h.windows[w], s.h.windows[w+1]
			s.shift = micros(int64(s.block-w) * s.l.width)
			s.block++
		}
		s.h.get(s.i, a)
		s.i++
		if a.At += s.shift; a.At < s.span {
			return s.finish(a)
		}
		s.i = s.end // the last block is short
	}
}
