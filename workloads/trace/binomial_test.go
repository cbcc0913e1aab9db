package trace

import (
	"math"
	"testing"

	"cnv/policy"
)

// TestBinomial: mean and variance are np and np(1-p), and more are kept at a
// higher probability.
func TestBinomial(t *testing.T) {
	rng := policy.NewRand(1, "thin", 0)
	for _, n := range []int{1, 7, 300, 100_000} {
		last := make([]int, 4000)
		for _, p := range []float64{0.01, 0.3, 0.5, 0.97, 1} {
			sum, square := 0.0, 0.0
			for i := range last {
				k := binomial(n, p, rng.At(uint64(i)))
				if k < last[i] || k > n {
					t.Fatalf("n = %d, p = %v: %d, %d at a lower probability", n, p, k, last[i])
				}
				last[i] = k
				sum += float64(k)
				square += float64(k) * float64(k)
			}
			draws := float64(len(last))
			mean, want, variance := sum/draws, float64(n)*p, float64(n)*p*(1-p)
			if math.Abs(mean-want) > 5*math.Sqrt(variance/draws)+1e-9 {
				t.Errorf("n = %d, p = %v: mean %v, want %v", n, p, mean, want)
			}
			if got := square/draws - mean*mean; n > 1 && p < 1 && math.Abs(got/variance-1) > 0.35 && variance > 0.1 {
				t.Errorf("n = %d, p = %v: variance %v, want %v", n, p, got, variance)
			}
		}
	}
}
