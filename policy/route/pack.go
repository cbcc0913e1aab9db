package route

import (
	"fmt"

	"cnv/policy"
)

// Pack is best fit: the worker with the least room left that still takes the request, so
// that others fall idle and a scaler can end them. Of several the one that came to have as
// much last, which is the most recently busy one.
//
// A worker's room is Limit less what it has in flight; Limit = 0 is what it serves at once
// (its slots, or its cores where slots are unlimited). Where nobody has room the router has
// no host: the Spill decides, and without one the request waits at the gateway for the next
// free slot. A limit that is too high makes hot spots. O(limit) with one pool; with several
// also the workers of other pools that are met on the way.
//
// Source: Gandhi, Harchol-Balter, Raghunathan, Kozuch 2012, doi:10.1145/2382553.2382556
// (AutoScale routes so, to workers that each have a limit).
type Pack struct {
	Limit int `toml:"limit" doc:"requests in flight from which a worker is full; 0: as many as it serves at once" range:"1:16" set:"yes"`

	took policy.WorkerID // by the last decision
	room int             // it had
}

// Validate checks the parameters.
func (p *Pack) Validate() error { return checkLimit(p.Limit) }

// checkLimit is the error of a limit out of range.
func checkLimit(n int) error {
	if n < 0 || n > maxLimit {
		return fmt.Errorf("limit = %d, must be in [0, %d]", n, maxLimit)
	}
	return nil
}

// maxLimit bounds the time of a decision.
const maxLimit = 1000

// Route implements policy.Router.
func (p *Pack) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	p.took, p.room = fullest(v, p.Limit)
	return p.took, p.took != policy.NoWorker
}

// fullest is the worker with the least room, and that room; NoWorker if nobody has any.
func fullest(v *policy.View, limit int) (policy.WorkerID, int) {
	pools := v.Pools()
	most := 0
	for i := range pools {
		most = max(most, fullAt(&pools[i], limit))
	}
	for room := 1; room <= most; room++ {
		for i := range pools {
			n := fullAt(&pools[i], limit) - room
			if n < 0 {
				continue
			}
			with := v.With(n)
			for k := len(with) - 1; k >= 0; k-- {
				if int(v.Worker(with[k]).Pool) == i {
					return with[k], room
				}
			}
		}
	}
	return policy.NoWorker, 0
}

// fullAt is the number in flight from which a worker of a pool is full.
func fullAt(p *policy.Pool, limit int) int {
	switch {
	case limit > 0:
		return limit
	case p.Slots > 0:
		return min(p.Slots, maxLimit)
	}
	return p.Cores
}

// Explain implements policy.Explainer: the room that the worker had.
func (p *Pack) Explain(v *policy.View, _ *policy.Request) []string {
	if p.took == policy.NoWorker {
		return []string{fmt.Sprintf("all %d workers are full", len(v.Ready()))}
	}
	line := fmt.Sprintf("worker %d: %d in flight", p.took, v.Worker(p.took).InFlight)
	if len(v.Ready()) == 1 {
		return []string{line + theOnlyOne}
	}
	return []string{line + fmt.Sprintf(", room for %d more: taken, the least room of %d workers", p.room, len(v.Ready()))}
}
