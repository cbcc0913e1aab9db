package order

import (
	"fmt"
	"slices"
	"time"

	"cnv/policy"
)

// Priority serves classes one after the other: those of First in that order, then all others,
// each first come, first served. With Step a request of a class counts as if it had come Step
// later for each class before its own, so that none waits for ever: after Step in line it is
// before what arrives then of the class before. O(log of the requests that wait).
//
// Strict priority in one M/G/1 line, nothing preempted: class k waits W0 / ((1-σ(k-1)) (1-σ(k)))
// on average, W0 being λE[S²]/2 of all classes and σ(k) the load of the first k (Cobham,
// Operations Research 2(1), 1954).
type Priority struct {
	First []string      `toml:"first" doc:"classes, the most urgent first; those not named come last"`
	Step  time.Duration `toml:"step" doc:"time in line that makes up for one class; 0s: nothing does" range:"1s:10m" set:"yes"`

	ranks []int // by class
}

// Validate checks the parameters.
func (p *Priority) Validate() error {
	for i, name := range p.First {
		if slices.Contains(p.First[:i], name) {
			return fmt.Errorf("first = %q is given twice", name)
		}
	}
	if p.Step < 0 {
		return fmt.Errorf("step = %v, must not be negative", p.Step)
	}
	return nil
}

// Start implements policy.Starter.
func (p *Priority) Start(e policy.Env) error {
	var names []string
	p.ranks = p.ranks[:0]
	for _, c := range e.Classes {
		names = append(names, c.Name)
		rank := slices.Index(p.First, c.Name)
		if rank < 0 {
			rank = len(p.First)
		}
		p.ranks = append(p.ranks, rank)
	}
	for _, name := range p.First {
		if !slices.Contains(names, name) {
			return fmt.Errorf("first: no class is called %q, but %q", name, names)
		}
	}
	return nil
}

// Key implements policy.Order.
func (p *Priority) Key(_ *policy.View, r *policy.Request) float64 {
	if p.Step == 0 {
		return float64(p.ranks[r.Class]) // ties are in order of arrival
	}
	return r.Arrived.Seconds() + p.Step.Seconds()*float64(p.ranks[r.Class])
}
