package live

import (
	"slices"

	"cnv/policy"
)

// Ready is the workers in service of some pools, in order of launch.
func (f *Fleet) Ready(in func(policy.PoolID) bool) []policy.WorkerID {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []policy.WorkerID
	for id, h := range f.byWorker {
		if h.stage == serving && in(h.Pool) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// Instance is the provider's name of a worker's instance; "" one that is not
// there, or no more.
func (f *Fleet) Instance(w policy.WorkerID) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if h := f.byWorker[w]; h != nil {
		return h.ID
	}
	return ""
}
