package route

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// unmeasured is the cost of a worker with requests in flight and no answer yet, seconds:
// it is taken only if all drawn are such. Finagle has 2^47 ns.
const unmeasured = 1 << 47 / 1e9

// PeakEWMA draws Choices distinct workers and takes the one with the least load, ties to
// the one drawn first. The load of a worker is its cost times (requests in flight + 1).
//
// The cost is a moving average of response times that rises at once: a response time above
// it takes its place, one below moves it by 1 - exp(-elapsed/Decay), and time without an
// answer lets it sink as if answers took no time, so that a slow worker is tried again. A
// worker that has answered nothing costs nothing while it is idle and more than any other
// once it has a request. A failed attempt raises the cost and never lowers it, so that a
// worker that fails fast does not look fast (the original counts it as any other).
//
// One long request makes its worker look slow. With Relative a response time counts in
// multiples of the predicted service time there, so that only what was unexpected does.
// O(Choices²).
//
// Source: Finagle, PeakEwma.scala (decay 10 s, power of two choices); Linkerd 2 and Envoy
// have it too.
type PeakEWMA struct {
	Choices  int           `toml:"choices" doc:"distinct workers drawn per decision, 1 to 16" range:"2:16" set:"yes"`
	Decay    time.Duration `toml:"decay" doc:"time in which the cost sinks to 37 % where nothing is answered, at least 1ms" range:"1s:2m" set:"yes"`
	Relative bool          `toml:"relative" doc:"count response times in multiples of the predicted service time" set:"yes"`

	rand  *policy.Rand
	costs []cost // by worker

	drawn [maxChoices]policy.WorkerID // by the last decision, in order
	n     int                         // so many
}

// A cost is a moving average that rises at once.
type cost struct {
	value float64 // seconds, or multiples of the predicted service time; 0: nothing answered
	at    time.Duration
}

// Validate checks the parameters.
func (p *PeakEWMA) Validate() error {
	if p.Choices < 1 || p.Choices > maxChoices {
		return fmt.Errorf("choices = %d, must be in [1, %d]", p.Choices, maxChoices)
	}
	if p.Decay < time.Millisecond {
		return fmt.Errorf("decay = %v, must be at least 1ms", p.Decay)
	}
	return nil
}

// Start implements policy.Starter.
func (p *PeakEWMA) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Done implements policy.Observer: an answer says what a worker costs.
func (p *PeakEWMA) Done(v *policy.View, o *policy.Outcome) {
	if o.Worker == policy.NoWorker || o.Status == policy.Cancelled {
		return
	}
	for len(p.costs) <= int(o.Worker) {
		p.costs = append(p.costs, cost{})
	}
	took := o.Took.Seconds()
	if p.Relative {
		w := v.Worker(o.Worker)
		took *= w.Speed / v.Counted(o.Request)
	}
	c := &p.costs[o.Worker]
	if o.Status == policy.OK || took > c.value {
		c.observe(v.Now, took, p.Decay)
	}
}

// observe takes in one response time.
func (c *cost) observe(now time.Duration, took float64, decay time.Duration) {
	if w := c.weight(now, decay); took > c.value {
		c.value = took
	} else {
		c.value = c.value*w + took*(1-w)
	}
	c.at = now
}

// weight is that of what is known already.
func (c *cost) weight(now, decay time.Duration) float64 {
	return math.Exp(-float64(now-c.at) / float64(decay))
}

// load is a worker's cost now, for what it has and one more.
func (p *PeakEWMA) load(v *policy.View, id policy.WorkerID) float64 {
	n := float64(v.Worker(id).InFlight)
	if int(id) >= len(p.costs) || p.costs[id].value == 0 {
		if n > 0 {
			return unmeasured + n
		}
		return 0
	}
	c := &p.costs[id]
	return c.value * c.weight(v.Now, p.Decay) * (n + 1)
}

// Route implements policy.Router.
func (p *PeakEWMA) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	ready := v.Ready()
	p.n = min(p.Choices, len(ready))
	var seen draws
	best, least := policy.NoWorker, 0.0
	for k := range p.n {
		id := ready[seen.next(p.rand, len(ready))]
		p.drawn[k] = id
		if load := p.load(v, id); k == 0 || load < least {
			best, least = id, load
		}
	}
	return best, best != policy.NoWorker
}

// Explain implements policy.Explainer: the loads of those that were drawn.
func (p *PeakEWMA) Explain(v *policy.View, _ *policy.Request) []string {
	took := 0
	for k, id := range p.drawn[:p.n] {
		if p.load(v, id) < p.load(v, p.drawn[took]) {
			took = k
		}
	}
	why, unit := ": taken, the least load", " s"
	if len(v.Ready()) == 1 {
		why = theOnlyOne
	}
	if p.Relative {
		unit = " service times"
	}
	out := []string{fmt.Sprintf("%d of %d ready workers drawn at random", p.n, len(v.Ready()))}
	for k, id := range p.drawn[:p.n] {
		line := fmt.Sprintf("worker %d: %d in flight, load %.4g%s", id, v.Worker(id).InFlight, p.load(v, id), unit)
		if l := p.load(v, id); l >= unmeasured {
			line = fmt.Sprintf("worker %d: %d in flight, nothing answered yet", id, v.Worker(id).InFlight)
		}
		if k == took {
			line += why
		}
		out = append(out, line)
	}
	return out
}
