package spill

import "cnv/policy"

// Always uses functions for every request that a function can take now, and
// workers for the rest: the bound that shows what running no fleet costs.
type Always struct{}

// Decide implements policy.Spill.
func (p *Always) Decide(v *policy.View, r *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	if v.FunctionFits(r) {
		return policy.ToFunction
	}
	return orWorker(ok)
}
