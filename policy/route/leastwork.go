package route

import "cnv/policy"

// LeastWork takes the worker with the earliest predicted finish: the work
// left there, per unit of its speed, then the request's own. A worker with a
// free core begins at once. Ties go to the least work left, then to the
// lowest ID, so idle workers come first.
//
// Work left is recomputed from the requests in flight, with the residual rule
// for those that outlive their prediction (see View.WorkLeft): a running sum
// of predictions diverges. While nothing is known of any work it counts requests.
// With exact sizes and first come, first served it equals one central queue. Under
// processor sharing it is worse than JSQ at high load, even with exact sizes: use
// JSQ with tie = "work" there.
//
// Candidates are the earliest free worker of each pool and, where those have
// no free core, up to 32 of the least loaded. O(pools · log n).
//
// Source: Harchol-Balter 2013, Performance Modeling and Design of Computer
// Systems, chapter 24 (least-work-left).
type LeastWork struct {
	took policy.WorkerID // by the last decision
}

// Route implements policy.Router.
func (p *LeastWork) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	p.took = p.least(v, r)
	return p.took, p.took != policy.NoWorker
}

// least is the candidate that would have finished first; NoWorker if none is ready.
func (p *LeastWork) least(v *policy.View, r *policy.Request) policy.WorkerID {
	best := finish{id: policy.NoWorker}
	for i := range v.Pools() {
		id, ok := v.EarliestFree(policy.PoolID(i))
		if !ok {
			continue
		}
		if f := finishAt(v, r, id); best.id == policy.NoWorker || f.before(best) {
			best = f
		}
	}
	if best.id == policy.NoWorker || !v.Busy(best.id) {
		return best.id
	}
	// Least work left in sum can hide a free core beside one long request.
	least := v.Least()
	for _, id := range least[:min(len(least), maxTied)] {
		if f := finishAt(v, r, id); f.before(best) {
			best = f
		}
	}
	return best.id
}
