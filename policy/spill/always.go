package spill

import "cnv/policy"

// Always uses functions for every request that a function can ever take, and
// workers for the rest, streamed or too large ones: the bound that shows what
// running no fleet costs. While the functions are at their limit a request is
// refused or waits for one, as Functions.Full says, even beside an idle worker.
type Always struct{}

// Steady implements policy.Steady.
func (p *Always) Steady() {}

// FunctionsOnly implements policy.Insistent.
func (p *Always) FunctionsOnly() {}

// Decide implements policy.Spill.
func (p *Always) Decide(v *policy.View, r *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	if v.FunctionTakes(r) {
		return policy.ToFunction
	}
	return orWorker(ok)
}
