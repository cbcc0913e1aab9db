package spill

import (
	"math"
	"time"

	"cnv/policy"
)

// SLO sends a request to its worker if that is predicted to answer within
// the bound of the class, what it has waited for already and what waits before it
// at the gateway included. Otherwise
// it goes to a function if that is predicted to meet the bound, or at least to
// answer sooner than the worker;
// ties stay with the worker, which is paid already. Without a bound the
// worker always will do. Where there is no host, a function is used if one
// can take the request. No function does where its time-out is too short
// (policy.View.FunctionTooLong). While nothing is known of any work each request counts
// the same (policy.UnknownWork), so that a bound such as 5x is one on how many
// share a worker. O(1), plus the work left at the worker.
//
// The idea of keeping a request at the VM while it is predicted to meet its
// SLO is Spandana's (arXiv 2606.30533).
//
// Its answer changes with time: a request that waits at the gateway is asked
// about after every event and when its bound is passed, and leaves for a function when it
// would be late.
type SLO struct{}

// Decide implements policy.Spill.
func (p *SLO) Decide(v *policy.View, r *policy.Request, vm policy.WorkerID, ok bool) policy.Choice {
	if !v.FunctionFits(r) {
		return orWorker(ok)
	}
	switch {
	case !ok:
		return policy.ToFunction
	case v.Full(vm) && v.AnyFree():
		return policy.ToQueue // a worker with a free slot takes it at once
	}
	bound, waited, here := v.Bound(r), v.Now-r.Arrived, v.Response(vm, r)
	if bound == 0 || waited+here <= bound {
		return policy.ToWorker
	}
	if there := v.FunctionResponse(r); waited+there <= bound || there < here {
		return policy.ToFunction
	}
	return policy.ToWorker
}

// AskAgain implements policy.Timely: when the worker's answer is later than both the bound
// and a function's, or when a request there outlives its prediction, as what is predicted
// to be left there is then more.
func (p *SLO) AskAgain(v *policy.View, r *policy.Request, vm policy.WorkerID, ok bool) time.Duration {
	bound := v.Bound(r)
	if !ok || bound == 0 || !v.FunctionFits(r) {
		return 0
	}
	until, more := v.Outlives(vm)
	d := time.Second
	if more {
		d = min(d, until/2)
	}
	wait := math.Inf(1)
	if d > 0 {
		waited, here, there := v.Now-r.Arrived, v.Response(vm, r), v.FunctionResponse(r)
		slope := float64(v.ResponseAfter(d, vm, r)-here) / float64(d)
		wait = max(policy.Passes(float64(bound-waited-here), 1+slope), policy.Passes(float64(there-here), slope))
	}
	if more {
		wait = min(wait, float64(until))
	}
	return v.AskAt(wait)
}
