package workloads

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// Diurnal makes arrivals at a rate that swings like a sine around its mean,
// from the lowest at the start (night) to the highest half a period later:
//
//	rate(t) = Rate · (1 − a·cos(2π·t/Period)),  a = (Ratio − 1)/(Ratio + 1)
//
// so the lowest rate is 2·Rate/(1 + Ratio) and the highest Ratio times that.
// It is a Poisson process thinned to the rate of the instant (Lewis, Shedler
// 1979, doi:10.1002/nav.3800260304).
type Diurnal struct {
	Rate     float64       `toml:"rate" doc:"mean over a period, requests/s" range:"0.1:1000"`
	Ratio    float64       `toml:"ratio" doc:"highest rate / lowest rate (9 is a swing of 1:9)" range:"1:50"`
	Period   time.Duration `toml:"period" doc:"from one lowest rate to the next"`
	Duration time.Duration `toml:"duration" doc:"stop after so long (default 1h, unless requests is given)"`
	Requests int           `toml:"requests" doc:"stop after so many requests (0: no limit)"`
}

// Validate implements [Generator].
func (g *Diurnal) Validate() error {
	return joined(rateErrors("rate", g.Rate, false), atLeast("ratio", g.Ratio, 1),
		lastingErrors("period", g.Period), g.length().validate())
}

// Workload implements [Generator].
func (g *Diurnal) Workload(name string, m Mix) (*Workload, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	p := *g
	return recipe{
		name: name, gen: p, mix: m, length: p.length(),
		expected: p.expected,
		process: func(r *policy.Rand) process {
			peak := p.Rate * (1 + p.swing())
			return &diurnal{
				poisson: poisson{r, 1e9 / peak, 0},
				low:     1 / (1 + p.swing()),
				depth:   p.swing() / (1 + p.swing()),
				turn:    2 * math.Pi / float64(p.Period),
			}
		},
	}.workload(), nil
}

// String holds all parameters.
func (g Diurnal) String() string {
	return fmt.Sprintf("diurnal rate=%v ratio=%v period=%v duration=%v requests=%d", g.Rate, g.Ratio, g.Period, g.Duration, g.Requests)
}

func (g *Diurnal) length() length { return length{g.Duration, g.Requests} }

// swing is the amplitude of the rate relative to its mean, [0, 1).
func (g *Diurnal) swing() float64 { return (g.Ratio - 1) / (g.Ratio + 1) }

// expected is the integral of the rate over [0, t].
func (g *Diurnal) expected(t float64) float64 {
	turn := 2 * math.Pi / g.Period.Seconds()
	return g.Rate * (t - g.swing()*math.Sin(turn*t)/turn)
}

// diurnal thins a Poisson process of the highest rate.
type diurnal struct {
	poisson
	low, depth float64 // rate(t)/highest = low − depth·cos(turn·t)
	turn       float64 // radians per nanosecond
}

func (p *diurnal) next() float64 {
	for {
		at := p.poisson.next()
		if p.rand.Float64() < p.low-p.depth*math.Cos(p.turn*at) {
			return at
		}
	}
}
