package trace

import (
	"cmp"
	"slices"

	"cnv/policy"
	"cnv/workloads"
)

// A placed source makes arrivals of counts, one bin at a time: it holds no
// more than the arrivals of a bin.
type placed struct {
	sized
	order    []int // windows of the trace, in the order of replay; nil: not in windows
	blocks   *draw // blocks of the local bootstrap; nil: not in blocks
	per      int   // bins per window or block
	bin      int   // of the replay
	bins     int
	ready    []uint64 // arrivals of the bin: instant within it in microseconds, class in the low 16 bits
	start    int64    // of the bin, microseconds
	i        int
	instants []int64
	place    *policy.Rand
	thin     *policy.Rand
	keep     float64 // each arrival, with this probability
}

// placed opens a version of counts.
func (r *recording) placed(seed uint64, version int, keep float64, how string, s sized) workloads.Source {
	p := &placed{
		sized: s, place: policy.NewRand(seed, "placement", version), thin: policy.NewRand(seed, "thin", version),
		keep: keep, per: 1, bins: int(r.header.bins()),
	}
	switch how {
	case Local:
		d := r.local().draw(seed, version)
		p.blocks, p.per = &d, int(d.l.width/r.header.BinUS)
	case Blocks:
		p.per = int(r.block() / micros(r.header.BinUS))
		p.order = drawWindows(seed, version, r.windows())
		p.bins = p.per * len(p.order)
	}
	return p
}

// Next implements workloads.Source.
func (p *placed) Next(a *workloads.Arrival) bool {
	for p.i == len(p.ready) {
		if p.bin == p.bins {
			return false
		}
		p.fill()
	}
	q := p.ready[p.i]
	p.i++
	*a = workloads.Arrival{
		At: micros(p.start + int64(q>>16)), Class: policy.ClassID(q), Work: workloads.Unknown, Wall: workloads.Unknown,
		Memory: workloads.Unknown, BytesIn: workloads.Unknown, BytesOut: workloads.Unknown, Status: workloads.Unknown,
	}
	return p.finish(a)
}

// counts gives the counts of a bin of the replay, of each class that has any.
func (p *placed) counts(at int, give func(b bin, n int)) {
	recorded := at
	switch k := at / p.per; {
	case p.order != nil:
		recorded = p.order[k]*p.per + at%p.per
	case p.blocks != nil:
		recorded = p.blocks.donor(k)*p.per + at%p.per
	}
	bins := p.r.bins
	first, _ := slices.BinarySearchFunc(bins, recorded, func(b bin, i int) int { return cmp.Compare(int(b.index), i) })
	for _, b := range bins[first:] {
		if int(b.index) != recorded {
			break
		}
		n := int(b.count)
		if p.keep < 1 {
			n = binomial(n, p.keep, p.thin.At(uint64(at)<<16|uint64(b.class)))
		}
		give(b, n)
	}
}

// fill places the arrivals of the next bin of the replay.
func (p *placed) fill() {
	width := p.r.header.BinUS
	p.ready, p.i = p.ready[:0], 0
	p.counts(p.bin, func(b bin, n int) {
		rule := p.r.rules[b.class]
		p.instants = rule.place(p.instants[:0], n, width, p.place.At(uint64(p.bin)<<16|uint64(b.class)), rule.phase)
		for _, t := range p.instants {
			p.ready = append(p.ready, uint64(min(t, width-1))<<16|uint64(b.class))
		}
	})
	slices.Sort(p.ready) // by instant, ties by class; arrivals alike in both are the same
	p.start = int64(p.bin) * width
	p.bin++
}

// A rule is where within a bin the arrivals of a class are.
type rule struct {
	Placement
	phase float64 // in [0, 1), of timer-phase
}

// chooseRules decides the rule of every class. A timer keeps its phase in all
// replications: it is the class's own.
func (r *recording) chooseRules() []rule {
	out := make([]rule, len(r.classes))
	for i := range r.classes {
		p := r.o.Placement
		if p == "" {
			p = Uniform
			if r.classes[i].Trigger == "timer" {
				p = TimerPhase
			}
		}
		out[i] = rule{p, policy.NewRand(1, "phase", i).Float64()}
	}
	return out
}
