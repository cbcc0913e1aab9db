package route

import (
	"fmt"

	"cnv/policy"
)

// ZoneAware is [JSQ] that prefers the gateway's own zone: it takes the worker there with the
// fewest requests in flight, unless one elsewhere has fewer by more than Margin. Ties are drawn
// uniformly. Where all workers are in one zone it is JSQ. O(workers with at most Margin requests
// more than the least).
//
// Zone-aware routing as Envoy has it keeps to its own zone while that has its share of the
// workers, by the number of gateways and workers in each (Envoy documentation, "Zone aware
// routing", read 2026-11-30). One gateway has all requests, so it looks at what its zone has to do
// instead.
type ZoneAware struct {
	Margin int `toml:"margin" doc:"requests that a worker in another zone must have fewer by more than this, 0 to 1,000" range:"0:8" set:"yes"`

	rand *policy.Rand
	took policy.WorkerID // by the last decision
}

// maxMargin bounds ZoneAware.Margin.
const maxMargin = 1000

// Validate checks the parameters.
func (p *ZoneAware) Validate() error {
	if p.Margin < 0 || p.Margin > maxMargin {
		return fmt.Errorf("margin = %d, must be in [0, %d]", p.Margin, maxMargin)
	}
	return nil
}

// Start implements policy.Starter.
func (p *ZoneAware) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Route implements policy.Router.
func (p *ZoneAware) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	least := v.Least()
	if len(least) == 0 {
		return policy.NoWorker, false
	}
	n := int(v.Worker(least[0]).InFlight)
	for more := 0; more <= p.Margin; more++ {
		if id, ok := p.own(v, v.With(n+more)); ok {
			p.took = id
			return id, true
		}
	}
	p.took = least[p.rand.IntN(len(least))]
	return p.took, true
}

// own draws a worker of the gateway's zone among some; false: none is.
func (p *ZoneAware) own(v *policy.View, among []policy.WorkerID) (policy.WorkerID, bool) {
	n := 0
	for _, id := range among {
		if v.Worker(id).Zone == v.Zone() {
			n++
		}
	}
	if n == 0 {
		return policy.NoWorker, false
	}
	n = p.rand.IntN(n)
	for _, id := range among {
		if v.Worker(id).Zone != v.Zone() {
			continue
		}
		if n == 0 {
			return id, true
		}
		n--
	}
	return policy.NoWorker, false // not reached
}

// Explain implements policy.Explainer: what was taken, in which zone, and the fewest requests in
// flight elsewhere.
func (p *ZoneAware) Explain(v *policy.View, _ *policy.Request) []string {
	line := func(id policy.WorkerID) string {
		w := v.Worker(id)
		where := "in the gateway's zone"
		if w.Zone != v.Zone() {
			where = "in another zone"
		}
		return fmt.Sprintf("worker %d: %d in flight, %s", id, w.InFlight, where)
	}
	why := fmt.Sprintf(": taken, the fewest there, and at most %d more than anywhere", p.Margin)
	switch {
	case len(v.Ready()) == 1:
		why = theOnlyOne
	case v.Worker(p.took).Zone != v.Zone():
		why = fmt.Sprintf(": taken, the fewest: none in the gateway's zone has at most %d more", p.Margin)
	}
	out := []string{line(p.took) + why}
	for _, id := range v.Least() {
		if id != p.took {
			out = append(out, line(id))
		}
	}
	return shortened(out)
}
