package trace

import (
	"cmp"
	"slices"
	"time"

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
	e, err := newEventReader(r.path, r.classes)
	if err != nil {
		return nil, err
	}
	s := &streamed{sized: sized, e: e}
	if r.o.Replicate == Thin {
		s.keep, s.thin = r.o.Thin, policy.NewRand(seed, "thin", 0)
	}
	return s, nil
}

// sized gives arrivals their work.
type sized struct {
	r   *recording
	rng *policy.Rand
	id  uint64
}

func (s *sized) finish(a *workloads.Arrival) {
	s.r.work(a, s.id, s.rng)
	s.id++
}

// A streamed source reads the file as it goes: its memory does not grow.
type streamed struct {
	sized
	e    *eventReader
	keep float64
	thin *policy.Rand
	n    uint64 // arrivals read
	err  error
}

func (s *streamed) Err() error { return s.err }

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
			s.finish(a)
			return true
		}
	}
}

// block is the length of a window of the bootstrap: whole bins of counts.
func (r *recording) block() time.Duration {
	b := r.o.Block
	if b == 0 {
		b = max(micros(r.spanUS())/20, time.Microsecond)
	}
	if r.header.Kind == Counts {
		bin := micros(r.header.BinUS)
		b = max(b/bin, 1) * bin
	}
	return min(b, micros(r.spanUS()))
}

func (r *recording) spanUS() int64 { return r.header.SpanUS }

// windows is how many whole windows the trace has.
func (r *recording) windows(span time.Duration) int { return max(int(span/r.block()), 1) }

// held is the events of a trace in memory: 26 bytes an arrival, and its
// features where some have any.
type held struct {
	at, work, wall []int64 // ns; Unknown
	class          []policy.ClassID
	bytes          []int64
	key            []policy.Key
	features       [][policy.MaxFeatures]float64
	windows        []int // index of the first arrival of each window, and the end
}

// hold reads all events once.
func (r *recording) hold() (*held, error) {
	r.load.Do(func() { r.err = r.readAll() })
	return &r.held, r.err
}

func (r *recording) readAll() error {
	e, err := newEventReader(r.path, r.classes)
	if err != nil {
		return err
	}
	defer e.l.close()
	h := &r.held
	var a workloads.Arrival
	for {
		ok, err := e.next(&a)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		h.at = append(h.at, int64(a.At))
		h.work = append(h.work, int64(a.Work))
		h.wall = append(h.wall, int64(a.Wall))
		h.class = append(h.class, a.Class)
		if e.attr >= 0 {
			h.bytes = append(h.bytes, a.BytesIn)
			h.key = append(h.key, a.Key)
			h.features = append(h.features, a.Features)
		}
	}
	b := int64(r.block())
	for w := range r.windows(micros(r.spanUS())) + 1 {
		i, _ := slices.BinarySearch(h.at, int64(w)*b)
		h.windows = append(h.windows, i)
	}
	return nil
}

// A resampled source is a block bootstrap: whole windows of the trace, drawn
// with replacement, one after another.
type resampled struct {
	sized
	h      *held
	block  int64
	order  []int // windows
	window int   // of order
	i, end int   // arrivals of the current window
}

func (r *recording) resampled(seed uint64, s sized) (workloads.Source, error) {
	h, err := r.hold()
	if err != nil {
		return nil, err
	}
	return &resampled{sized: s, h: h, block: int64(r.block()), order: drawWindows(seed, len(h.windows)-1), window: -1}, nil
}

// drawWindows draws n of n windows with replacement.
func drawWindows(seed uint64, n int) []int {
	rng := policy.NewRand(seed, "blocks", 0)
	order := make([]int, n)
	for i := range order {
		order[i] = rng.IntN(n)
	}
	return order
}

func (s *resampled) Err() error { return nil }

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
	h, i := s.h, s.i
	*a = workloads.Arrival{
		At:    time.Duration(h.at[i] + int64(s.window-s.order[s.window])*s.block),
		Class: h.class[i], Work: time.Duration(h.work[i]), Wall: time.Duration(h.wall[i]),
		Memory: workloads.Unknown, BytesIn: workloads.Unknown, BytesOut: workloads.Unknown, Status: workloads.Unknown,
	}
	if h.key != nil {
		a.BytesIn, a.Key, a.Features = h.bytes[i], h.key[i], h.features[i]
	}
	s.i++
	s.finish(a)
	return true
}

// A placed source makes arrivals of counts, one bin at a time.
type placed struct {
	sized
	order    []int // bins of the trace, in the order of replay; nil as recorded
	per      int   // bins per window of the bootstrap
	bin      int   // of the replay
	bins     int
	next     int // of r.bins, as recorded
	ready    []placedArrival
	i        int
	instants []int64
	place    *policy.Rand
	thin     *policy.Rand
	keep     float64
	n        uint64
}

type placedArrival struct {
	at    int64 // microseconds
	class policy.ClassID
}

func (r *recording) placed(seed uint64, s sized) workloads.Source {
	p := &placed{sized: s, place: policy.NewRand(seed, "placement", 0), keep: 1, per: 1}
	p.bins = int((r.spanUS() + r.header.BinUS - 1) / r.header.BinUS)
	switch r.o.Replicate {
	case Thin:
		p.keep, p.thin = r.o.Thin, policy.NewRand(seed, "thin", 0)
	case Blocks:
		p.per = int(int64(r.block()/time.Microsecond) / r.header.BinUS)
		p.order = drawWindows(seed, r.windows(micros(r.spanUS())))
		p.bins = p.per * len(p.order)
	}
	return p
}

func (p *placed) Err() error { return nil }

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
			At: micros(q.at), Class: q.class, Work: workloads.Unknown, Wall: workloads.Unknown,
			Memory: workloads.Unknown, BytesIn: workloads.Unknown, BytesOut: workloads.Unknown, Status: workloads.Unknown,
		}
		p.finish(a)
		return true
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
		rule, phase := r.rule(b.class)
		p.place.At(uint64(p.bin)<<16 | uint64(b.class))
		p.instants = rule.place(p.instants[:0], int(b.count), width, p.place, phase)
		for _, t := range p.instants {
			p.ready = append(p.ready, placedArrival{int64(p.bin)*width + min(t, width-1), b.class})
		}
	}
	slices.SortStableFunc(p.ready, func(a, b placedArrival) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.class, b.class)) })
	p.bin++
}

// rule is the placement of a class, and its phase.
func (r *recording) rule(c policy.ClassID) (Placement, float64) {
	p := r.o.Placement
	if p == "" {
		p = Uniform
		if r.classes[c].Trigger == "timer" {
			p = TimerPhase
		}
	}
	if p != TimerPhase {
		return p, 0
	}
	return p, policy.NewRand(1, "phase", int(c)).Float64()
}
