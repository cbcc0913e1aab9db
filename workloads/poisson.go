package workloads

import (
	"fmt"
	"time"

	"cnv/policy"
)

// Poisson makes arrivals that know nothing of each other: the gaps are
// exponential, and the index of dispersion of counts is 1 at every scale.
type Poisson struct {
	Rate     float64       `toml:"rate" doc:"requests/s" range:"0.1:1000"`
	Duration time.Duration `toml:"duration" doc:"stop after so long (default 1h, unless requests is given)"`
	Requests int           `toml:"requests" doc:"stop after so many requests (0: no limit)"`
}

// Validate implements [Generator].
func (g *Poisson) Validate() error {
	return joined(rateErrors("rate", g.Rate, false), g.length().validate())
}

// Workload implements [Generator].
func (g *Poisson) Workload(name string, m Mix) (*Workload, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	p := *g
	return recipe{
		name: name, gen: p, mix: m, length: p.length(),
		expected: func(t float64) float64 { return p.Rate * t },
		process:  func(r *policy.Rand) process { return &poisson{r, 1e9 / p.Rate, 0} },
	}.workload(), nil
}

// String holds all parameters.
func (g Poisson) String() string {
	return fmt.Sprintf("poisson rate=%v duration=%v requests=%d", g.Rate, g.Duration, g.Requests)
}

func (g *Poisson) length() length { return length{g.Duration, g.Requests} }

// poisson is a Poisson process.
type poisson struct {
	rand *policy.Rand
	gap  float64 // mean, nanoseconds
	at   float64 // of the last arrival, nanoseconds
}

func (p *poisson) next() float64 {
	p.at += p.gap * p.rand.ExpFloat64()
	return p.at
}
