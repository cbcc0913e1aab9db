package scale

import (
	"math"
	"time"

	"cnv/policy"
)

// held is what was wanted of late: a fleet shrinks only to the most of it.
type held struct {
	recent []wanted // times ascending, cores descending
}

// wanted is a capacity that was wanted at an instant, in reference cores.
type wanted struct {
	at    time.Duration
	cores float64
}

// start counts the size at the first decision as wanted: a run that has seen ten seconds
// knows no better.
func (h *held) start(v *policy.ScaleView) {
	if len(h.recent) == 0 {
		h.recent = append(h.recent, wanted{v.Now, size(v)})
	}
}

// most returns the most that was wanted within a time, a tenth of a period more as
// live decisions come some milliseconds late. What was wanted before something
// larger can never be the most again and is dropped.
func (h *held) most(now time.Duration, cores float64, within, period time.Duration) float64 {
	for len(h.recent) > 0 && h.recent[len(h.recent)-1].cores <= cores {
		h.recent = h.recent[:len(h.recent)-1]
	}
	h.recent = append(h.recent, wanted{now, cores})
	old := 0
	for h.recent[old].at < now-within-period/10 {
		old++
	}
	h.recent = append(h.recent[:0], h.recent[old:]...)
	return h.recent[0].cores
}

// fill adds the sizes of the pools that make up a capacity in reference cores together, in
// order up to their maxima.
func fill(pools []policy.Pool, want float64, desired []int) []int {
	for i := range pools {
		worker := float64(pools[i].Cores) * pools[i].Speed
		n := staff(want, worker, pools[i].Max)
		desired = append(desired, n)
		want = max(0, want-float64(n)*worker)
	}
	return desired
}

// staff is how many workers of a capacity make up what is wanted, at most
// most. What rounding leaves over (3·0.1/0.1 > 3) is no worker.
func staff(want, worker float64, most int) int {
	return int(max(0, math.Ceil(min(want/worker, float64(most))-1e-9)))
}

// size is the capacity of the fleet, in reference cores.
func size(v *policy.ScaleView) float64 {
	sum := 0.0
	for i, pool := range v.Pools() {
		sum += float64(v.Pool(policy.PoolID(i)).Wanted()*pool.Cores) * pool.Speed
	}
	return sum
}

// unknown is the capacity that is wanted whatever the load of a window is, in reference
// cores: the fleet while requests arrive whose work nobody can tell, and a worker at least
// then, or while requests wait at the gateway, be they of no work at all.
func unknown(v *policy.ScaleView, window time.Duration) float64 {
	first := &v.Pools()[0]
	one := float64(first.Cores) * first.Speed
	switch {
	case v.Demand(window).Unknown > 0:
		return max(size(v), one)
	case v.Queued() > 0:
		return one
	}
	return 0
}
