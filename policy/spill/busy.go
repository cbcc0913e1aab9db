package spill

import (
	"fmt"

	"cnv/policy"
)

// Busy sends a request to a function where its worker has no free slot (no
// free core, where slots are unlimited) or where there is no host, if a
// function can take it and its predicted work is at most Limit. Otherwise it
// goes to the worker all the same, or waits where there is none.
//
// A request that the Estimator does not know counts by the mean of its class;
// one of which nothing is known is not beyond Limit. O(1).
type Busy struct {
	Limit float64 `toml:"limit" doc:"most predicted work of a request that may go to a function, CPU-seconds; 0 no limit" range:"0:60"`
	// Trust takes any worker the Router names, busy or not.
	Trust bool `toml:"-"`
}

// Validate checks the parameters.
func (p *Busy) Validate() error {
	if !(p.Limit >= 0) {
		return fmt.Errorf("limit = %v, must not be negative", p.Limit)
	}
	return nil
}

// Trusting makes the Router the only judge of what a worker can take. It is
// called where the Router is a policy.Diverter: such a router refuses busy
// workers itself, by its own measure.
func (p *Busy) Trusting() { p.Trust = true }

// Decide implements policy.Spill.
func (p *Busy) Decide(v *policy.View, r *policy.Request, vm policy.WorkerID, ok bool) policy.Choice {
	if ok && (p.Trust || !v.Busy(vm)) {
		return policy.ToWorker
	}
	if v.FunctionFits(r) && (p.Limit == 0 || r.Work <= p.Limit) {
		return policy.ToFunction
	}
	return orWorker(ok)
}
