package trace

import (
	"math"
	"slices"
	"time"

	"cnv/workloads"
)

// A Profile is what has to be known of a trace to plan an experiment with it.
type Profile struct {
	Header   Header
	Records  int64
	Works    int64    // arrivals with recorded work
	Walls    int64    // arrivals with a recorded duration
	Timed    bool     // all classes have quantiles of durations, or all arrivals durations
	Features []string // that all classes have
	Epoch    string   // the instant 0; "" unknown
	Span     time.Duration
	Peak     int64 // arrivals in the busiest second; of counts, in the busiest bin

	walls tally
	sq    float64 // sum of squares of durations, s2
	cells *cellCounter
}

// Profiled reads a trace, a folder or a bare CSV file, once.
func Profiled(path string) (*Profile, error) {
	r, err := open(path)
	if err != nil {
		return nil, err
	}
	p := &Profile{Header: r.header, cells: newCellCounter()}
	if r.header.Kind == Counts {
		err = p.counts(r)
	} else {
		err = p.events(r)
	}
	if err != nil {
		return nil, err
	}
	for i := range r.classes {
		if f := r.classes[i].Features; i == 0 {
			p.Features = slices.Clone(f)
		} else {
			p.Features = slices.DeleteFunc(p.Features, func(name string) bool { return !slices.Contains(f, name) })
		}
	}
	if r.header.Epoch != nil {
		p.Epoch = *r.header.Epoch
	}
	p.Timed = p.Timed || p.Walls == p.Records
	return p, nil
}

// counts looks at bins.
func (p *Profile) counts(r *recording) error {
	s, err := r.surveyCounts()
	if err != nil {
		return err
	}
	p.Records, p.Span, p.Timed = s.records, s.span, true
	bin, here := int32(-1), int64(0)
	for _, b := range r.bins {
		if b.index != bin {
			bin, here = b.index, 0
		}
		here += int64(b.count)
		p.Peak = max(p.Peak, here)
		p.cells.add(int64(b.index)*r.header.BinUS, b.count)
	}
	for i := range r.classes {
		p.Timed = p.Timed && r.classes[i].durations != nil
	}
	return nil
}

// events looks at arrivals.
func (p *Profile) events(r *recording) error {
	e, err := r.events()
	if err != nil {
		return err
	}
	defer e.l.close()
	second, here := time.Duration(-1), int64(0)
	err = e.each(func(a *workloads.Arrival) {
		p.Records++
		if a.Work >= 0 {
			p.Works++
		}
		if a.Wall >= 0 {
			p.Walls++
			p.walls.add(a.Wall)
			p.sq += a.Wall.Seconds() * a.Wall.Seconds()
		}
		if s := a.At / time.Second; s != second {
			second, here = s, 0
		}
		here++
		p.Peak = max(p.Peak, here)
		p.cells.add(int64(a.At/time.Microsecond), 1)
	})
	if err != nil {
		return err
	}
	r.classes = e.classes
	p.Span = max(e.span(), micros(r.header.SpanUS))
	return nil
}

// LeastDuration is what durations below it, such as 0, count as in Profile.Duration.
const LeastDuration = time.Microsecond

// Duration is a quantile of the recorded durations, at least LeastDuration; 0 if there
// are none.
func (p *Profile) Duration(q float64) time.Duration {
	if p.walls.n == 0 {
		return 0
	}
	return micros(p.walls.hist.ValueAtQuantile(100 * q))
}

// Durations are mean and squared coefficient of variation of the recorded
// durations; 0 if there are none, or they do not vary.
func (p *Profile) Durations() (mean time.Duration, cv2 float64) {
	if p.walls.n == 0 || p.walls.sum == 0 {
		return 0, 0
	}
	m := p.walls.sum / float64(p.walls.n)
	return p.walls.mean(), math.Max(p.sq/float64(p.walls.n)/(m*m)-1, 0)
}

// leastWindow is the length of a part below which it is not about scaling any more:
// machines take some half a minute to boot.
const leastWindow = 10 * time.Minute

// windows are how long a part of a trace may be that stands for it.
var windows = []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, 12 * time.Hour, 6 * time.Hour, 3 * time.Hour, time.Hour, 30 * time.Minute, 10 * time.Minute, 5 * time.Minute, time.Minute, 10 * time.Second}

// Busiest is the part of the trace with most arrivals, of the greatest usual length
// (a week to 10 s) at which they are no more than most, but of 10 minutes or a sixth
// of the trace at least; from 0 to 0 where the whole trace is no more.
func (p *Profile) Busiest(most int64) (from, to time.Duration) {
	if p.Records <= most {
		return 0, 0
	}
	cell, least := micros(p.cells.width), min(leastWindow, p.Span/6)
	for _, length := range windows {
		n := int(length / cell)
		if n < 1 || length >= p.Span || length < least && to > 0 {
			continue
		}
		at, sum := p.busiest(n)
		from = time.Duration(at) * cell
		if to = min(from+length, p.Span); sum <= most {
			break
		}
	}
	return from, to
}

// busiest is where n cells have most arrivals, and how many: the middle of the first
// run of such places, so that what makes them the busiest has a before and an after.
func (p *Profile) busiest(n int) (at int, most int64) {
	first, last, sum := 0, 0, int64(0)
	for i, c := range p.cells.n {
		if sum += int64(c); i >= n {
			sum -= int64(p.cells.n[i-n])
		}
		if here := max(i-n+1, 0); sum > most {
			first, last, most = here, here, sum
		} else if sum == most && here == last+1 {
			last = here
		}
	}
	return (first + last) / 2, most
}
