package spill

import "cnv/policy"

// Never uses no functions: a request goes to the worker, or waits for one.
type Never struct{}

// Decide implements policy.Spill.
func (p *Never) Decide(_ *policy.View, _ *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	return orWorker(ok)
}
