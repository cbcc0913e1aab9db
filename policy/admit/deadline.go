package admit

import (
	"time"

	"cnv/policy"
)

// Deadline refuses a request that is predicted to miss the SLO of its class wherever it
// goes: its response at the worker of each pool that is free first (policy.View.Response:
// its own work, what is before it there, and what waits at the gateway) is longer than Slack
// times the bound, and so is that of a function, or none would take it. Requests of a class
// without a bound are admitted, and so are all while no worker is ready: nothing says then
// when one is. Retry-After is by how much the response is too long, at least 1 s.
//
// What waits at the gateway counts as before the request, whatever the Order. Work is as the
// estimator predicts it; a request of which nothing is known counts policy.UnknownWork.
// O(pools × log workers).
//
// It is the load shedding by deadline of shared queues: what cannot be in time only takes
// time from what can (Zhou et al., "Overload Control for Scaling WeChat Microservices",
// SoCC 2018, shed by the time in line; here it is the predicted response).
type Deadline struct {
	Slack float64 `toml:"slack" doc:"bounds that the predicted response may take; above 1 where predictions are too high" range:"0.5:3" set:"yes"`
}

// Validate checks the parameters.
func (p *Deadline) Validate() error { return positive("slack", p.Slack) }

// Admit implements policy.Admission.
func (p *Deadline) Admit(v *policy.View, r *policy.Request) (ok bool, retryAfter time.Duration) {
	bound := v.Bound(r)
	if bound == 0 {
		return true, 0
	}
	limit := p.limit(bound)
	best, found := time.Duration(0), false
	for i := range v.Pools() {
		w, ready := v.EarliestFree(policy.PoolID(i))
		if !ready {
			continue
		}
		here := v.Response(w, r)
		if here <= limit {
			return true, 0
		}
		if !found || here < best {
			best, found = here, true
		}
	}
	if !found || v.FunctionWill(r) && v.FunctionResponse(r) <= limit {
		return true, 0
	}
	return false, max(best-limit, soonest)
}

// limit is Slack bounds, as far as a duration goes.
func (p *Deadline) limit(bound time.Duration) time.Duration {
	return policy.Seconds(min(p.Slack*bound.Seconds(), longest))
}

// longest is some hundred years, in seconds.
const longest = 3e9
