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
	order    []int // bins of the trace, in the order of replay; nil as recorded
	per      int   // bins per window of the bootstrap
	bin      int   // of the replay
	bins     int
	ready    []uint64 // arrivals of the bin: instant within it in microseconds, class in the low 16 bits
	start    int64    // of the bin, microseconds
	i        int
	instants []int64
	place    *policy.Rand
	thin     *policy.Rand
	keep     float64
	n        uint64
}

func (r *recording) placed(seed uint64, s sized) workloads.Source {
	p := &placed{sized: s, place: policy.NewRand(seed, "placement", 0), keep: 1, per: 1}
	p.bins = int(r.header.bins())
	switch r.o.Replicate {
	case Thin:
		p.keep, p.thin = r.o.Thin, policy.NewRand(seed, "thin", 0)
	case Blocks:
		p.per = int(r.block() / micros(r.header.BinUS))
		p.order = drawWindows(seed, r.windows())
		p.bins = p.per * len(p.order)
	}
	return p
}

// Next implements workloads.Source.
func (p *placed) Next(a *workloads.Arrival) bool {
	for {
		for p.i == len(p.ready) {
			if p.bin == p.bins {
				return false
			}
			p.fill()
		}
		q := p.ready[p.i]
		p.i++
		p.n++
		if p.thin != nil && p.thin.At(p.n-1).Float64() >= p.keep {
			continue
		}
		*a = workloads.Arrival{
			At: micros(p.start + int64(q>>16)), Class: policy.ClassID(q), Work: workloads.Unknown, Wall: workloads.Unknown,
			Memory: workloads.Unknown, BytesIn: workloads.Unknown, BytesOut: workloads.Unknown, Status: workloads.Unknown,
		}
		return p.finish(a)
	}
}

// fill places the arrivals of the next bin of the replay.
func (p *placed) fill() {
	r, width := p.r, p.r.header.BinUS
	recorded := p.bin
	if p.order != nil {
		recorded = p.order[p.bin/p.per]*p.per + p.bin%p.per
	}
	p.ready, p.i = p.ready[:0], 0
	first, _ := slices.BinarySearchFunc(r.bins, recorded, func(b bin, i int) int { return cmp.Compare(int(b.index), i) })
	for _, b := range r.bins[first:] {
		if int(b.index) != recorded {
			break
		}
		rule := r.rules[b.class]
		p.place.At(uint64(p.bin)<<16 | uint64(b.class))
		p.instants = rule.place(p.instants[:0], int(b.count), width, p.place, rule.phase)
		for _, t := range p.instants {
			p.ready = append(p.ready, uint64(min(t, width-1))<<16|uint64(b.class))
		}
	}
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
