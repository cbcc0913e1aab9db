package workloads

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Scale multiplies the rate.
func (g *Poisson) Scale(load float64) { g.Rate *= load }

// Scale multiplies the rate; its swing stays.
func (g *Diurnal) Scale(load float64) { g.Rate *= load }

// Scale multiplies both rates.
func (g *Flash) Scale(load float64) { g.Rate, g.Peak = g.Rate*load, g.Peak*load }

// Scale multiplies both rates; bursts last as long and come as often.
func (g *OnOff) Scale(load float64) { g.High, g.Low = g.High*load, g.Low*load }

// Scale multiplies the number of clients, rounded; one stays at least.
func (g *Clients) Scale(load float64) { g.Clients = max(1, int(math.Round(float64(g.Clients)*load))) }

// MostLoad bounds by how much a load can be multiplied.
const MostLoad = 1000

// AtLoad is a recorded workload with so many users for each one, in (0,
// MostLoad]. Each user is as those of the recording, independent of all others:
// above 1, further versions of the recording, which differ in what they draw, come
// on top, the last of them thinned; below, each arrival is kept with this
// probability, and what is kept at a load is kept at any higher one. So Poisson
// arrivals stay Poisson.
func (w *Workload) AtLoad(load float64) *Workload {
	if load == 1 {
		return w
	}
	out := w.times(load, "users")
	how, first := "each arrival is kept with this probability", 0
	out.AsRecorded = nil
	if load < 1 && w.AsRecorded != nil {
		how += ", once for the recording itself"
		out.AsRecorded = func(seed uint64, keep float64) (Source, error) { return w.AsRecorded(seed, keep*load) }
	}
	if load > 1 {
		how = "independent resamples of the recording come on top of each other"
		if w.Replicates != "local" && w.Replicates != "blocks" {
			out.Replicates, first = "local", 1 // version 0 is none
		}
	}
	out.Assumed = append(out.Assumed, fmt.Sprintf("load %v of what was recorded, as from so many times the users: %s", load, how))
	if out.Replicates == "none" || out.Replicates == "draws" {
		out.Replicates = "load" // which arrivals are kept
	}
	sum := func(seed uint64) (Source, error) {
		var all []Source
		for rest := load; rest > 0; rest-- {
			src, err := w.Share(seed, first+len(all), min(rest, 1))
			if err != nil {
				return nil, err
			}
			all = append(all, src)
		}
		if len(all) == 1 {
			return all[0], nil
		}
		return superpose(all), nil
	}
	out.Open, out.Share = sum, nil
	if out.Beyond = Beyond(load, w.Noise); w.Beyond > 0 {
		out.Beyond *= w.Beyond
	}
	return out
}

// Beyond is, of the number of arrivals of a recording at so many times its load, the variance
// of what the recording is off by, over that between replications: whole resamples on top of
// each other, which differ independently of each other while what the recording is off by
// is in all of them, and a thinned one. noise is the variance of the recording over its
// mean, 0 for 1: of Poisson arrivals Beyond is the load.
func Beyond(load, noise float64) float64 {
	noise = max(noise, 1)
	whole, part := math.Modf(load)
	between := whole*noise + part*part*noise + part*(1-part)
	return load * load * noise / between
}

// Whole starts the recording as it is, or else the workload under a seed.
func (w *Workload) Whole(seed uint64) (Source, error) {
	if w.AsRecorded != nil {
		return w.AsRecorded(seed, 1)
	}
	return w.Open(seed)
}

// AtPace is a recorded workload whose time goes so many times as fast, in (0,
// MostLoad]: the same arrivals, nearer to each other. Bursts become sharper and
// a day shorter, while machines boot as slowly as ever.
func (w *Workload) AtPace(pace float64) *Workload {
	if pace == 1 {
		return w
	}
	out := w.times(pace, "time")
	out.Span = scaled(w.Span, pace)
	out.Bin = scaled(w.Bin, pace)
	out.Assumed = append(out.Assumed, fmt.Sprintf("load %v of what was recorded, as from the same users in less time: instants are divided by it, delays of the system are not", pace))
	faster := func(open func(seed uint64) (Source, error)) func(seed uint64) (Source, error) {
		if open == nil {
			return nil
		}
		return func(seed uint64) (Source, error) {
			src, err := open(seed)
			return &paced{src, pace}, err
		}
	}
	out.Open, out.Share = faster(w.Open), nil
	if w.AsRecorded != nil {
		out.AsRecorded = func(seed uint64, keep float64) (Source, error) {
			src, err := w.AsRecorded(seed, keep)
			return &paced{src, pace}, err
		}
	}
	return out
}

// times is the workload with other numbers. by is what makes it more.
func (w *Workload) times(load float64, by string) *Workload {
	out := *w
	out.Rate, out.Load = load*w.Rate, load*w.Load
	out.Digest = fmt.Sprintf("%s at load %v by %s", w.Digest, load, by)
	out.Notes, out.Assumed = slices.Clone(w.Notes), slices.Clone(w.Assumed)
	return &out
}

// scaled is a duration of a workload at another pace.
func scaled(d time.Duration, pace float64) time.Duration { return time.Duration(float64(d) / pace) }

// A paced source is one whose time goes faster.
type paced struct {
	Source
	pace float64
}

// Next implements Source.
func (p *paced) Next(a *Arrival) bool {
	ok := p.Source.Next(a)
	a.At = scaled(a.At, p.pace)
	return ok
}
