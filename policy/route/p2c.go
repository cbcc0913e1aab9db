package route

import (
	"fmt"

	"cnv/policy"
)

// maxChoices bounds PowerOfChoices.Choices: beyond it JSQ is cheaper.
const maxChoices = 16

// PowerOfChoices draws Choices distinct ready workers and takes the one with
// the fewest requests in flight, ties to the one drawn first, which is a
// uniform draw among the tied. Where there are no more workers than Choices,
// all are looked at. O(Choices²), whatever the size of the fleet.
//
// Source: Mitzenmacher 2001, doi:10.1109/71.963420. Two choices already make
// the tail of queue lengths doubly exponential.
type PowerOfChoices struct {
	Choices int `toml:"choices" doc:"distinct workers drawn per decision, 1 to 16" range:"1:16" set:"yes"`

	rand  *policy.Rand
	drawn [maxChoices]policy.WorkerID // by the last decision, in order
	n     int                         // so many
}

// Validate checks the parameters.
func (p *PowerOfChoices) Validate() error {
	if p.Choices < 1 || p.Choices > maxChoices {
		return fmt.Errorf("choices = %d, must be in [1, %d]", p.Choices, maxChoices)
	}
	return nil
}

// Start implements policy.Starter.
func (p *PowerOfChoices) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Route implements policy.Router.
func (p *PowerOfChoices) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	ready := v.Ready()
	p.n = min(p.Choices, len(ready), maxChoices)
	if p.n == 0 {
		return policy.NoWorker, false
	}
	var seen draws
	var best *policy.Worker
	for k := range p.n {
		p.drawn[k] = ready[seen.next(p.rand, len(ready))]
		if w := v.Worker(p.drawn[k]); best == nil || w.InFlight < best.InFlight {
			best = w
		}
	}
	return best.ID, true
}
