package route

import (
	"math"

	"cnv/policy"
)

// A weigher gives workers raw values; more is better.
type weigher interface {
	weigh(v *policy.View, hosts []host) // sets the raw value of each
	name() string
	unit() string // of the raw value
}

// weighed is a weigher at work.
type weighed struct {
	weigher
	multiplier float64
	bounds     bounds
}

// bounds are the least and the most that raw values are clamped to and
// normalised by; NaN is not declared.
type bounds struct{ lo, hi float64 }

var undeclared = bounds{math.NaN(), math.NaN()}

// enabledWeighers is the weighers with a multiplier other than 0. Their fixed
// bounds reach as far as a difference still matters: a minute of work, 32
// requests, the whole processor, ten failures.
func (p *Nova) enabledWeighers() []weighed {
	all := [...]weighed{
		{workWeigher{}, p.Work, bounds{-60, 0}},
		{inFlightWeigher{}, p.InFlight, bounds{-32, 0}},
		{cpuWeigher{}, p.CPU, bounds{0, 1}},
		{failuresWeigher{}, p.Failures, bounds{-10, 0}},
	}
	var ws []weighed
	for _, w := range all {
		if w.multiplier == 0 {
			continue
		}
		if p.Bounds != FixedBounds {
			w.bounds = undeclared
		}
		ws = append(ws, w)
	}
	return ws
}

// extremes clamps the raw values to the declared bounds, and returns what they are
// normalised by: the declared bounds, else their own extremes.
func extremes(hosts []host, b bounds) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for i := range hosts {
		raw := &hosts[i].raw
		if *raw < b.lo {
			*raw = b.lo
		}
		if *raw > b.hi {
			*raw = b.hi
		}
		lo, hi = min(lo, *raw), max(hi, *raw)
	}
	if !math.IsNaN(b.lo) {
		lo = b.lo
	}
	if !math.IsNaN(b.hi) {
		hi = b.hi
	}
	return lo, hi
}

// normalize maps the raw values to [0, 1] by extremes; all become 0 where those are equal.
// It is OpenStack's weigh_objects and normalize.
func normalize(hosts []host, b bounds) {
	lo, hi := extremes(hosts, b)
	for i := range hosts {
		if lo == hi {
			hosts[i].raw = 0
		} else {
			hosts[i].raw = (hosts[i].raw - lo) / (hi - lo)
		}
	}
}

// score adds what a weigher gives to the scores: multiplier × normalised raw value.
func (w *weighed) score(hosts []host) {
	lo, hi := extremes(hosts, w.bounds)
	if lo == hi {
		return
	}
	for i := range hosts {
		hosts[i].score += w.multiplier * ((hosts[i].raw - lo) / (hi - lo))
	}
}

// workWeigher is the predicted time until a worker's work is done, negated, seconds.
type workWeigher struct{}

func (workWeigher) weigh(v *policy.View, hosts []host) {
	for i := range hosts {
		w := v.Worker(hosts[i].id)
		hosts[i].raw = -v.WorkLeft(w.ID) / (float64(w.Cores) * w.Speed)
	}
}

// inFlightWeigher is the number of requests in flight, negated.
type inFlightWeigher struct{}

func (inFlightWeigher) weigh(v *policy.View, hosts []host) {
	for i := range hosts {
		hosts[i].raw = -float64(v.Worker(hosts[i].id).InFlight)
	}
}

// cpuWeigher is the free share of the processor as last reported, whatever
// its age. A worker without a report counts as half busy, as in the original
// system's scaler.
type cpuWeigher struct{}

func (cpuWeigher) weigh(v *policy.View, hosts []host) {
	for i := range hosts {
		hosts[i].raw = 0.5
		if w := v.Worker(hosts[i].id); w.AsOf >= 0 {
			hosts[i].raw = 1 - w.CPU
		}
	}
}

// failuresWeigher is the failures since the last success, negated
// (OpenStack: BuildFailureWeigher, with the sign moved from the multiplier).
type failuresWeigher struct{}

func (failuresWeigher) weigh(v *policy.View, hosts []host) {
	for i := range hosts {
		hosts[i].raw = -float64(v.Worker(hosts[i].id).Failures)
	}
}

func (workWeigher) name() string { return "work" }
func (workWeigher) unit() string { return "s" }

func (inFlightWeigher) name() string { return "in flight" }
func (inFlightWeigher) unit() string { return "requests" }

func (cpuWeigher) name() string { return "cpu" }
func (cpuWeigher) unit() string { return "free share" }

func (failuresWeigher) name() string { return "failures" }
func (failuresWeigher) unit() string { return "failures" }
