package spill

import "cnv/policy"

// Spock uses functions as [Busy] does, but only while a worker is on its way: launched or booting, of
// any pool. They bridge the time that a scaler needs to get machines; without a launch under way requests
// wait for the workers there are. So it is worth as much as its scaler, and with a fixed fleet it
// uses none. O(pools).
//
// Source: Gunasekaran, Thinakaran, Kandemir, Urgaonkar, Kesidis, Das 2019, "Spock: Exploiting
// Serverless Functions for SLO and Cost Aware Resource Procurement in Public Cloud",
// doi:10.1109/CLOUD.2019.00043.
type Spock struct {
	busy Busy
}

// Trust implements policy.Trusting.
func (p *Spock) Trust(diverts bool) { p.busy.Trust(diverts) }

// Decide implements policy.Spill.
func (p *Spock) Decide(v *policy.View, r *policy.Request, vm policy.WorkerID, ok bool) policy.Choice {
	choice := p.busy.Decide(v, r, vm, ok)
	if choice == policy.ToFunction && !onTheWay(v) {
		return orWorker(ok)
	}
	return choice
}

// onTheWay says whether a worker was launched that is not ready yet.
func onTheWay(v *policy.View) bool {
	for i := range v.Pools() {
		if n := v.Pool(policy.PoolID(i)); n.Launching+n.Booting > 0 {
			return true
		}
	}
	return false
}
