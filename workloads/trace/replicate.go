package trace

import (
	"slices"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// defaultBlocks is how many windows a trace is cut into where nobody says how
// long they are. A block bootstrap needs several to differ (10 at least), and
// windows long enough to keep what is correlated together.
const defaultBlocks = 20

// block is the length of a window of the bootstrap: whole microseconds, and
// whole bins of counts. Windows cover the whole trace, so their number is near
// what was asked for and such that the last is short by as little as can be.
func (r *recording) block() time.Duration {
	unit := time.Microsecond
	if r.header.Kind == Counts {
		unit = micros(r.header.BinUS)
	} else if r.o.Spread == SpreadUniform {
		unit = micros(r.grid.width)
	}
	units := int64((micros(r.header.SpanUS) + unit - 1) / unit) // a rest is no window of its own, which would be drawn as often as a whole one
	want := int64(defaultBlocks)
	if r.o.Block > 0 {
		b := max(int64(r.o.Block/unit), 1)
		if lacks := (units+b-1)/b*b - units; lacks*4 <= b && b <= units {
			return time.Duration(b) * unit // the last window is nearly whole
		}
		want = (units + b/2) / b
	}
	want = min(max(want, 1), units)
	best := want
	short := func(n int64) int64 { return n*((units+n-1)/n) - units } // units that the last window lacks
	for d := int64(1); d <= want/4 && short(best) > 0; d++ {
		for _, n := range [2]int64{want - d, want + d} {
			if n >= 2 && n <= units && short(n) < short(best) {
				best = n
			}
		}
	}
	return time.Duration((units+best-1)/best) * unit
}

// windows is how many windows the trace has.
func (r *recording) windows() int {
	b := r.block()
	return int((micros(r.header.SpanUS) + b - 1) / b)
}

// drawWindows draws n of n windows with replacement.
func drawWindows(seed uint64, version, n int) []int {
	rng := policy.NewRand(seed, "blocks", version)
	order := make([]int, n)
	for i := range order {
		order[i] = rng.IntN(n)
	}
	return order
}

// hold reads all events into memory, once for all replications.
func (r *recording) hold() (*held, error) {
	r.load.Do(func() { r.held, r.err = r.readAll() })
	return r.held, r.err
}

func (r *recording) readAll() (*held, error) {
	e, err := r.events()
	if err != nil {
		return nil, err
	}
	defer e.l.close()
	h := newHeld(r.records, r.classes)
	err = e.each(func(a *workloads.Arrival) {
		h.add(a)
		if r.asIs {
			h.attr = append(h.attr, string(e.attrText))
		}
	})
	if err != nil {
		return nil, err
	}
	block, n := int64(r.block()/time.Microsecond), r.windows()
	if r.o.Replicate != Blocks {
		block, n = r.local().width, len(r.local().donors)
	}
	for w := range n + 1 {
		i, _ := slices.BinarySearch(h.at, int64(w)*block)
		h.windows = append(h.windows, i)
	}
	return h, nil
}

// A resampled source is a block bootstrap: whole windows of the trace, drawn
// with replacement, one after another.
type resampled struct {
	sized
	h      *held
	block  time.Duration
	order  []int // windows
	window int   // of order
	i, end int   // arrivals of the current window
}

// Next implements workloads.Source.
func (s *resampled) Next(a *workloads.Arrival) bool {
	for s.i == s.end {
		if s.window++; s.window >= len(s.order) {
			s.window = len(s.order)
			return false
		}
		w := s.order[s.window]
		s.i, s.end = s.h.windows[w], s.h.windows[w+1]
	}
	s.h.get(s.i, a)
	a.At += time.Duration(s.window-s.order[s.window]) * s.block
	s.i++
	return s.finish(a)
}
