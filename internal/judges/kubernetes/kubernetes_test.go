package kubernetes

import (
	"math/rand/v2"
	"testing"

	"cnv/policy/scale"
)

// TestKubernetesCalculates: in 100,000 random states of workloads the real calculator wants
// as many replicas as ours.
func TestKubernetesCalculates(t *testing.T) {
	rng := rand.New(rand.NewPCG(20, 29))
	kept, moved := 0, 0
	for i := range 100_000 {
		var used []int64
		u, mean := scale.Usage{Measured: rng.IntN(12)}, int64(rng.IntN(1200))
		for range u.Measured {
			milli := max(0, mean+int64(rng.IntN(200))-100)
			used = append(used, milli)
			u.Used += float64(milli) / 1000
		}
		if rng.IntN(2) == 0 {
			u.Unready = rng.IntN(5)
		}
		if rng.IntN(2) == 0 {
			u.Missing = rng.IntN(5)
		}
		current := u.Measured + u.Unready + u.Missing
		if rng.IntN(4) == 0 {
			current = rng.IntN(20)
		}
		percent := 1 + rng.IntN(100)
		tolerance := []float64{0, 0.05, 0.1, 0.2}[rng.IntN(4)]
		theirs := newWorkload(used, u.Unready, u.Missing).replicas(current, int32(percent), tolerance)
		ours := u.Replicas(current, float64(percent)/100, tolerance)
		if theirs != ours {
			t.Fatalf("state %d, %+v of %v, current %d, target %d %%, tolerance %v: Kubernetes wants %d, we %d", i, u, used, current, percent, tolerance, theirs, ours)
		}
		if ours == current {
			kept++
		} else {
			moved++
		}
	}
	if kept < 5000 || moved < 5000 {
		t.Errorf("%d decisions kept the size and %d changed it: want both", kept, moved)
	}
}
