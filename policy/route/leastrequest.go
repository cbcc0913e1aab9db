package route

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// LeastRequest is Envoy's least-request balancing, in its two forms.
//
// Where all workers weigh the same, Choices of them are drawn with replacement, and the one
// with the fewest requests in flight is taken, ties to the one drawn first; Choices = 0
// looks at all, ties at random (Envoy's FULL_SCAN). With two workers and two choices the
// one with more is taken in a quarter of all cases. O(Choices).
//
// Where they differ, or one is in slow start, it is weighted round robin by earliest
// deadline: each pick of a worker puts its next turn off by (requests in flight + 1)^Bias /
// weight. Bias = 0 is plain weighted round robin. It adapts slower than the first form, and
// never leaves a worker out. O(log n).
//
// A weight is a worker's cores times its speed; within SlowStart of becoming ready it grows
// from a tenth to all of it. Unlike in Envoy, a change of the fleet leaves the turns of the
// others as they are.
//
// Source: Envoy, least_request.proto and load_balancers.rst (choice_count 2,
// active_request_bias 1.0).
type LeastRequest struct {
	Choices   int           `toml:"choices" doc:"workers drawn per decision where all weigh the same, 0 to 16; 0: all are looked at" range:"2:16" set:"yes"`
	Bias      float64       `toml:"bias" doc:"how much requests in flight count where weights differ, 0 to 10; 0: not at all" range:"0:4" set:"yes"`
	SlowStart time.Duration `toml:"slow_start" doc:"time over which a new worker's weight grows to all of it; 0s: at once" range:"0s:5m" set:"yes"`

	rand   *policy.Rand
	roster roster
	weight float64       // of all, where they are alike
	alike  bool          // all weigh the same, but for slow starts
	latest time.Duration // when the last of them became ready
	turns  deadlines

	took     policy.WorkerID // by the last decision
	weighted bool            // it was by turns
	drawn    int             // it was among so many
}

// Validate checks the parameters.
func (p *LeastRequest) Validate() error {
	if p.Choices < 0 || p.Choices > maxChoices {
		return fmt.Errorf("choices = %d, must be in [0, %d]", p.Choices, maxChoices)
	}
	if !(p.Bias >= 0 && p.Bias <= 10) {
		return fmt.Errorf("bias = %v, must be in [0, 10]", p.Bias)
	}
	return checkSlowStart(p.SlowStart)
}

// Start implements policy.Starter.
func (p *LeastRequest) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Route implements policy.Router.
func (p *LeastRequest) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	if p.roster.stale(v) {
		p.follow(v)
	}
	ready := v.Ready()
	if len(ready) == 0 {
		p.took = policy.NoWorker
		return p.took, false
	}
	p.weighted = !p.alike || p.SlowStart > 0 && v.Now-p.latest < p.SlowStart
	if !p.weighted {
		p.turns.forget()
	}
	switch {
	case p.weighted:
		p.took = p.turn(v)
	case p.Choices == 0:
		tied := v.Least()
		p.drawn, p.took = len(tied), tied[p.rand.IntN(len(tied))]
	default:
		p.took, p.drawn = ready[p.rand.IntN(len(ready))], p.Choices
		for range p.Choices - 1 {
			if id := ready[p.rand.IntN(len(ready))]; v.Worker(id).InFlight < v.Worker(p.took).InFlight {
				p.took = id
			}
		}
	}
	return p.took, true
}

// follow takes in who came and who left.
func (p *LeastRequest) follow(v *policy.View) {
	left, came := p.roster.update(v)
	for _, id := range left {
		p.turns.remove(id)
	}
	if p.turns.on {
		for _, id := range came {
			p.turns.add(id, p.gap(v, id))
		}
	}
	p.alike, p.latest = true, 0
	for i, id := range v.Ready() {
		w := v.Worker(id)
		if i == 0 {
			p.weight = capacity(w)
		}
		p.alike = p.alike && capacity(w) == p.weight
		p.latest = max(p.latest, w.Ready)
	}
}

// turn takes the worker whose turn is next, and puts off its following one.
func (p *LeastRequest) turn(v *policy.View) policy.WorkerID {
	if !p.turns.on {
		p.turns.on = true
		for _, id := range p.roster.ids {
			p.turns.add(id, p.gap(v, id))
		}
	}
	id := p.turns.first()
	p.turns.putOff(p.gap(v, id))
	return id
}

// gap is how far apart a worker's turns are.
func (p *LeastRequest) gap(v *policy.View, id policy.WorkerID) float64 {
	w := v.Worker(id)
	apart := 1 / (capacity(w) * share(v, w, p.SlowStart))
	switch p.Bias {
	case 0:
		return apart
	case 1:
		return apart * float64(w.InFlight+1)
	}
	return apart * math.Pow(float64(w.InFlight+1), p.Bias)
}

// Explain implements policy.Explainer: how the worker was found, and what it has.
func (p *LeastRequest) Explain(v *policy.View, _ *policy.Request) []string {
	w := v.Worker(p.took)
	line := fmt.Sprintf("worker %d: %d in flight", p.took, w.InFlight)
	switch {
	case len(v.Ready()) == 1:
		return []string{line + theOnlyOne}
	case p.weighted:
		line += fmt.Sprintf(", weight %.4g: taken, its turn is the next of %d workers", capacity(w)*share(v, w, p.SlowStart), len(v.Ready()))
	case p.Choices == 0:
		line += fmt.Sprintf(drawnAmong, p.drawn) + " with the fewest"
	default:
		line += fmt.Sprintf(": taken, the fewest of %d drawn at random with replacement", p.drawn)
	}
	return []string{line}
}
