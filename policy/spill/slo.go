package spill

import "cnv/policy"

// SLO sends a request to its worker if that is predicted to answer within
// the bound of the class, what it has waited for already and what waits before it
// at the gateway included. Otherwise
// it goes to a function if that is predicted to meet the bound, or at least to
// answer sooner than the worker;
// ties stay with the worker, which is paid already. Without a bound the
// worker always will do. Where there is no host, a function is used if one
// can take the request. While nothing is known of any work each request counts
// the same (policy.UnknownWork), so that a bound such as 5x is one on how many
// share a worker. O(1), plus the work left at the worker.
//
// The idea of keeping a request at the VM while it is predicted to meet its
// SLO is Spandana's (arXiv 2606.30533).
//
// Its answer changes with time: a request that waits at the gateway is asked
// about after every event, and leaves for a function when it would be late.
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
