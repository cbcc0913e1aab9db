package workloads

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// OnOff makes bursts: a Poisson process whose rate jumps between High and Low,
// staying for exponential times with the means HighFor and LowFor (a Markov-
// modulated Poisson process with two states, MMPP-2). It starts in a state
// drawn from the stationary distribution. [OnOff.Dispersion] says how bursty
// it is.
type OnOff struct {
	High     float64       `toml:"high" doc:"rate within a burst, requests/s" range:"0.1:10000"`
	Low      float64       `toml:"low" doc:"rate between bursts, requests/s; 0 is silence" range:"0:1000"`
	HighFor  time.Duration `toml:"high_for" doc:"mean length of a burst"`
	LowFor   time.Duration `toml:"low_for" doc:"mean time between bursts"`
	Duration time.Duration `toml:"duration" doc:"stop after so long (default 1h, unless requests is given)"`
	Requests int           `toml:"requests" doc:"stop after so many requests (0: no limit)"`
}

// Validate implements [Generator].
func (g *OnOff) Validate() error {
	errs := rateErrors("low", g.Low, true)
	if errs == nil && g.Low > g.High {
		errs = []error{fmt.Errorf("low = %v: must be at most high = %v", g.Low, g.High)}
	}
	return joined(rateErrors("high", g.High, false), errs,
		phaseErrors("high_for", g.HighFor), phaseErrors("low_for", g.LowFor), g.length().validate())
}

// phaseErrors refuses phases so short that there would be nothing but switches.
func phaseErrors(name string, d time.Duration) []error {
	if d >= time.Millisecond {
		return nil
	}
	return []error{fmt.Errorf("%s = %v: must be at least 1ms", name, d)}
}

// Workload implements [Generator].
func (g *OnOff) Workload(name string, m Mix) (*Workload, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	p := *g
	return recipe{
		name: name, gen: p, mix: m, length: p.length(),
		expected: func(t float64) float64 { return p.Mean() * t },
		process:  p.open,
	}.workload(), nil
}

// String holds all parameters.
func (g OnOff) String() string {
	return fmt.Sprintf("onoff high=%v low=%v high_for=%v low_for=%v duration=%v requests=%d",
		g.High, g.Low, g.HighFor, g.LowFor, g.Duration, g.Requests)
}

func (g *OnOff) length() length { return length{g.Duration, g.Requests} }

// Mean is the mean rate, requests/s.
func (g *OnOff) Mean() float64 {
	on := g.share()
	return g.High*on + g.Low*(1-on)
}

// share is the fraction of time within bursts.
func (g *OnOff) share() float64 {
	return g.HighFor.Seconds() / (g.HighFor.Seconds() + g.LowFor.Seconds())
}

// Dispersion is the index of dispersion of counts over a window t: variance /
// mean of the number of arrivals within it. With p the share of time within
// bursts, m the mean rate and s = 1/HighFor + 1/LowFor,
//
//	IDC(t) = 1 + 2·p·(1−p)·(High−Low)²/(m·s) · (1 − (1 − e^(−s·t))/(s·t))
//
// (Fischer, Meier-Hellstern 1993, doi:10.1016/0166-5316(93)90035-S, section 2.4).
func (g *OnOff) Dispersion(window time.Duration) float64 {
	p := g.share()
	s := 1/g.HighFor.Seconds() + 1/g.LowFor.Seconds()
	st := s * window.Seconds()
	step := g.High - g.Low
	return 1 + 2*p*(1-p)*step*step/(g.Mean()*s)*(1+math.Expm1(-st)/st)
}

// open starts in a random state.
func (g *OnOff) open(r *policy.Rand) process {
	p := &onoff{rand: r,
		rate: [2]float64{g.Low / 1e9, g.High / 1e9},
		stay: [2]float64{float64(g.LowFor), float64(g.HighFor)}}
	if r.Float64() < g.share() {
		p.state = 1
	}
	p.leave = p.stay[p.state] * r.ExpFloat64()
	return p
}

// onoff is the process in one of its states, 0 low and 1 high.
type onoff struct {
	rand  *policy.Rand
	rate  [2]float64 // arrivals per nanosecond
	stay  [2]float64 // mean, nanoseconds
	state int
	at    float64 // of the last arrival or change of state, nanoseconds
	leave float64 // instant of the next change of state, nanoseconds
}

// next draws a gap in the current state; one that reaches beyond the change of
// state is drawn again from there, as the process has no memory.
func (p *onoff) next() float64 {
	for {
		at := p.at + p.rand.ExpFloat64()/p.rate[p.state]
		if at < p.leave {
			p.at = at
			return at
		}
		p.at = p.leave
		p.state = 1 - p.state
		p.leave = p.at + p.stay[p.state]*p.rand.ExpFloat64()
	}
}
