package trace

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
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
}

const (
	// perCorrelation is how many times as long as what is correlated a block is:
	// joints cut then little of it apart.
	perCorrelation = 8
	// leastBlocks are enough to differ, where correlation would make longer ones.
	leastBlocks = 40
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
	l := &local{width: width * int64(per)}
	complete := max(int(span/l.width), 1)
	complete = min(complete, (len(cells)+per-1)/per)
	l.donors = pools(prefixOf(coarser(cells, per)), d, per, complete)
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

// note says how replications come about.
func (l *local) note() string {
	return fmt.Sprintf("replications are local block bootstraps: blocks of %v, each from %d near it in time and in rate on average, so that trend, edges and daily shape stay",
		micros(l.width), l.windows())
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

// A draw is which blocks a replication has. The n-th has as many draws as it
// needs, all different.
type draw struct {
	l   *local
	rng *policy.Rand
}

func (l *local) draw(seed uint64, copy int) draw { return draw{l, policy.NewRand(seed, "local", copy)} }

// donor is the block in the place of block k.
func (d *draw) donor(k int) int {
	s := &d.l.donors[k]
	return s.at(d.rng.At(uint64(k)).IntN(s.len()))
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
