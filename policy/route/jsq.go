package route

import (
	"fmt"

	"cnv/policy"
)

// JSQ is join the shortest queue: the ready worker with the fewest requests
// in flight, by the gateway's own exact count.
//
// Ties are drawn uniformly (Tie = "random"), or broken by the earliest
// predicted finish (Tie = "work": count first, predicted work second, which
// never lost to plain JSQ in any case measured). At most 32 of the
// tied are compared, from a random one on. Speeds are not weighed.
// O(1); with Tie = "work" the work left of up to 32 workers on top.
//
// Source: Winston 1977, doi:10.2307/3213271 (optimal for exponential sizes).
type JSQ struct {
	Tie string `toml:"tie" doc:"what breaks ties: \"random\", or predicted \"work\"" set:"random,work"`

	rand *policy.Rand
	took policy.WorkerID // by the last decision
}

// Validate checks the parameters.
func (p *JSQ) Validate() error {
	if p.Tie != "random" && p.Tie != "work" {
		return fmt.Errorf(`tie = %q, want "random" or "work"`, p.Tie)
	}
	return nil
}

// Start implements policy.Starter.
func (p *JSQ) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Route implements policy.Router.
func (p *JSQ) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	tied := v.Least()
	if len(tied) == 0 {
		return policy.NoWorker, false
	}
	i := p.rand.IntN(len(tied))
	if p.took = tied[i]; p.Tie != "work" {
		return p.took, true
	}
	best := finishAt(v, r, tied[i])
	for k := 1; k < min(len(tied), maxTied); k++ {
		if f := finishAt(v, r, tied[(i+k)%len(tied)]); f.sooner(best) {
			best = f
		}
	}
	p.took = best.id
	return best.id, true
}
