package route

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cnv/policy"
)

// TestRoundRobinPlace: wherever the last decision left off, and whoever has come or gone since, the
// next worker is the first whose ID is at least next.
func TestRoundRobinPlace(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ready := rapid.SliceOfNDistinct(rapid.Map(rapid.IntRange(0, 12), func(i int) policy.WorkerID { return policy.WorkerID(i) }), 0, 8, rapid.ID[policy.WorkerID]).Draw(rt, "ready")
		slices.Sort(ready)
		p := &RoundRobin{next: policy.WorkerID(rapid.IntRange(0, 13).Draw(rt, "next")), at: rapid.IntRange(0, 9).Draw(rt, "at")}
		want, _ := slices.BinarySearch(ready, p.next)
		if got := p.place(ready); got != want {
			rt.Fatalf("%v from %d on, last at %d: %d, want %d", ready, p.next, p.at, got, want)
		}
	})
}
