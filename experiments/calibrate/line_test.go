package calibrate

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestUpperMedian: it is what stands there in the sorted slice, with many equal values or none, in
// order or not.
func TestUpperMedian(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for n := 1; n < 200; n++ {
		for _, different := range []int{1, 3, 1 << 30} {
			xs := make([]float64, n)
			for i := range xs {
				xs[i] = float64(rng.IntN(different)) - 1
			}
			if n%3 == 1 {
				slices.Sort(xs)
			}
			if n%6 == 1 {
				slices.Reverse(xs)
			}
			sorted := slices.Sorted(slices.Values(xs))
			if got := upperMedian(slices.Clone(xs)); got != sorted[n/2] {
				t.Fatalf("of %v: %v, want %v", xs, got, sorted[n/2])
			}
		}
	}
}
