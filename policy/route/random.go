package route

import "cnv/policy"

// Random draws a ready worker uniformly: no state, no information, hence no
// herding. It is the yardstick for every study of stale information. O(1).
type Random struct {
	rand *policy.Rand
	took policy.WorkerID // by the last decision
}

// Start implements policy.Starter.
func (p *Random) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Route implements policy.Router.
func (p *Random) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	ready := v.Ready()
	if len(ready) == 0 {
		return policy.NoWorker, false
	}
	p.took = ready[p.rand.IntN(len(ready))]
	return p.took, true
}
