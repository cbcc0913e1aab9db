package route

import (
	"fmt"

	"cnv/policy"
)

// Blend packs while the fleet has little to do and spreads while it has much: above High
// the request goes to the worker with the fewest in flight, below Low to the fullest that
// has room (see Pack), and between them it spreads with a probability that grows linearly
// from 0 to 1. The fleet's load is its requests in flight per core. Where nobody has room
// it spreads. O(limit), as Pack; O(workers) after the fleet has changed.
//
// Source: a sibling of the original system, tiagoteixeira03/games-at-cloud-cnv2425 (2025),
// which blends between 30 and 70 % of mean load; how it blends it does not say.
type Blend struct {
	Low   float64 `toml:"low" doc:"requests in flight per core below which it packs, 0 to 100" range:"0:0.6" set:"yes"`
	High  float64 `toml:"high" doc:"requests in flight per core above which it spreads, low to 100" range:"0.6:2" set:"yes"`
	Limit int     `toml:"limit" doc:"requests in flight from which a worker is full; 0: as many as it serves at once" range:"1:16" set:"yes"`

	rand    *policy.Rand
	changes uint64
	cores   int // of all ready workers

	took policy.WorkerID // by the last decision
	load float64         // the fleet's then
	room int             // it had; 0: it spread
}

// Validate checks the parameters.
func (p *Blend) Validate() error {
	if !(p.Low >= 0 && p.Low <= p.High && p.High <= 100) {
		return fmt.Errorf("low = %v, high = %v, must be in [0, 100], low first", p.Low, p.High)
	}
	return checkLimit(p.Limit)
}

// Start implements policy.Starter.
func (p *Blend) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Route implements policy.Router.
func (p *Blend) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	if p.changes != v.Changes() {
		p.changes, p.cores = v.Changes(), 0
		for _, id := range v.Ready() {
			p.cores += int(v.Worker(id).Cores)
		}
	}
	least := v.Least()
	if len(least) == 0 {
		p.took = policy.NoWorker
		return p.took, false
	}
	p.load = float64(v.InFlight()) / float64(p.cores)
	if p.packs() {
		if p.took, p.room = fullest(v, p.Limit); p.took != policy.NoWorker {
			return p.took, true
		}
	}
	p.took, p.room = least[p.rand.IntN(len(least))], 0
	return p.took, true
}

// packs says whether to pack at the fleet's load. It draws only between the bounds.
func (p *Blend) packs() bool {
	if p.load < p.Low || p.load > p.High {
		return p.load < p.Low
	}
	return p.rand.Float64()*(p.High-p.Low) >= p.load-p.Low
}

// Explain implements policy.Explainer: the fleet's load, and whether it packed.
func (p *Blend) Explain(v *policy.View, _ *policy.Request) []string {
	line := fmt.Sprintf("worker %d: %d in flight", p.took, v.Worker(p.took).InFlight)
	switch {
	case len(v.Ready()) == 1:
		return []string{line + theOnlyOne}
	case p.room > 0:
		line += fmt.Sprintf(", room for %d more: taken, the least room of %d workers", p.room, len(v.Ready()))
	default:
		line += fmt.Sprintf(": taken, the fewest of %d workers", len(v.Ready()))
	}
	return []string{fmt.Sprintf("%.4g requests in flight per core", p.load), line}
}
