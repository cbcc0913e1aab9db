package workloads

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// Flash is a flash crowd: a steady Rate that climbs from At on within Rise to
// Peak, stays there for Hold, and falls back within Fall. The climb and the
// fall are linear. It is a Poisson process of rate 1 mapped through the inverse
// of the integrated rate, so a higher peak only pulls the same arrivals closer
// together.
type Flash struct {
	Rate     float64       `toml:"rate" doc:"before and after, requests/s" range:"0.1:1000"`
	Peak     float64       `toml:"peak" doc:"highest rate, requests/s, >= rate" range:"0.1:10000"`
	At       time.Duration `toml:"at" doc:"when the climb begins"`
	Rise     time.Duration `toml:"rise" doc:"how long the climb takes; 0s is a jump"`
	Hold     time.Duration `toml:"hold" doc:"how long the peak lasts"`
	Fall     time.Duration `toml:"fall" doc:"how long the way back takes; 0s is a jump"`
	Duration time.Duration `toml:"duration" doc:"stop after so long (default 1h, unless requests is given)"`
	Requests int           `toml:"requests" doc:"stop after so many requests (0: no limit)"`
}

// Validate implements [Generator].
func (g *Flash) Validate() error {
	errs := rateErrors("peak", g.Peak, false)
	if errs == nil && g.Peak < g.Rate {
		errs = []error{fmt.Errorf("peak = %v: must be at least rate = %v", g.Peak, g.Rate)}
	}
	return joined(rateErrors("rate", g.Rate, false), errs, sinceErrors("at", g.At), sinceErrors("rise", g.Rise),
		sinceErrors("hold", g.Hold), sinceErrors("fall", g.Fall), g.length().validate())
}

// Workload implements [Generator].
func (g *Flash) Workload(name string, m Mix) (*Workload, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	p := *g
	ramps := p.ramps()
	return recipe{
		name: name, gen: p, mix: m, length: p.length(),
		expected: func(t float64) float64 { return integral(ramps, t*1e9) },
		process:  func(r *policy.Rand) process { return &flash{rand: r, ramps: ramps} },
	}.workload(), nil
}

// String holds all parameters.
func (g Flash) String() string {
	return fmt.Sprintf("flash rate=%v peak=%v at=%v rise=%v hold=%v fall=%v duration=%v requests=%d",
		g.Rate, g.Peak, g.At, g.Rise, g.Hold, g.Fall, g.Duration, g.Requests)
}

func (g *Flash) length() length { return length{g.Duration, g.Requests} }

// A ramp is a stretch of time over which the rate changes linearly.
type ramp struct {
	length   float64 // nanoseconds, +Inf for the last
	from, to float64 // arrivals per nanosecond
}

// arrivals is the integral of the rate over the first x nanoseconds.
func (r ramp) arrivals(x float64) float64 { return x * (r.from + r.slope()*x/2) }

// after is the inverse of arrivals, in a form that holds for a slope of 0 too.
func (r ramp) after(n float64) float64 {
	return 2 * n / (r.from + math.Sqrt(max(r.from*r.from+2*r.slope()*n, 0)))
}

func (r ramp) slope() float64 { return (r.to - r.from) / r.length }

// ramps are the stretches of the crowd in order, those of length 0 left out.
func (g *Flash) ramps() []ramp {
	low, high := g.Rate/1e9, g.Peak/1e9
	var out []ramp
	for _, r := range []ramp{
		{float64(g.At), low, low}, {float64(g.Rise), low, high}, {float64(g.Hold), high, high},
		{float64(g.Fall), high, low}, {math.Inf(1), low, low},
	} {
		if r.length > 0 {
			out = append(out, r)
		}
	}
	return out
}

// integral is the expected number of arrivals within t nanoseconds.
func integral(ramps []ramp, t float64) float64 {
	n := 0.0
	for _, r := range ramps {
		x := min(t, r.length)
		n += r.arrivals(x)
		if t -= x; t <= 0 {
			break
		}
	}
	return n
}

// flash walks through the ramps.
type flash struct {
	rand  *policy.Rand
	ramps []ramp  // the current one first
	start float64 // of the current ramp, nanoseconds
	done  float64 // expected arrivals since the start of the current ramp
}

func (p *flash) next() float64 {
	p.done += p.rand.ExpFloat64()
	for len(p.ramps) > 1 {
		whole := p.ramps[0].arrivals(p.ramps[0].length)
		if p.done < whole {
			break
		}
		p.done -= whole
		p.start += p.ramps[0].length
		p.ramps = p.ramps[1:]
	}
	return p.start + min(p.ramps[0].after(p.done), p.ramps[0].length)
}
