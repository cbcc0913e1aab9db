package spill

import "cnv/policy"

// Never uses no functions: a request goes to the worker, or waits for one. Where no worker
// can ever come it is refused.
type Never struct{}

// Steady implements policy.Steady.
func (p *Never) Steady() {}

// Decide implements policy.Spill.
func (p *Never) Decide(_ *policy.View, _ *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	return orWorker(ok)
}
