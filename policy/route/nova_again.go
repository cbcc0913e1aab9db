package route

import (
	"math"
	"time"

	"cnv/policy"
)

// RouteAgain implements policy.TimelyRouter: when a request that outlives its prediction
// makes the filters drop the worker, the choice of now. A Router without a host is asked
// again when something comes free.
func (p *Nova) RouteAgain(v *policy.View, r *policy.Request, vm policy.WorkerID) time.Duration {
	bound := v.Bound(r)
	deadline := p.Deadline && bound > 0
	if vm == policy.NoWorker || p.Headroom == 0 && !deadline {
		return 0
	}
	wait, d := math.Inf(1), time.Second
	if until, more := v.Outlives(vm); more {
		wait, d = float64(until), min(d, until/2)
	}
	if d == 0 {
		return v.AskAt(wait)
	}
	perNs := 1 / float64(d)
	if p.Headroom > 0 {
		now, later := v.WorkLeft(vm), v.WorkLeftAfter(d, vm)
		// in nanoseconds of work: Passes takes less than a millionth for nothing
		wait = min(wait, policy.Passes((p.Headroom-v.Counted(r)-now)*1e9, (later-now)*1e9*perNs))
	}
	if deadline {
		now, later := v.Response(vm, r), v.ResponseAfter(d, vm, r)
		wait = min(wait, policy.Passes(float64(bound-now), float64(later-now)*perNs))
	}
	return v.AskAt(wait)
}
