package compare

import (
	"cnv/results/words"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawnMean is a mean without an interval.
func drawnMean(t *rapid.T, name string) words.Estimate {
	return words.Estimate{Mean: float64(rapid.IntRange(0, 4).Draw(t, name)), Low: math.NaN(), High: math.NaN()}
}

// TestParetoTwin compares the front with its definition on random points.
func TestParetoTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) CostPoint {
			return CostPoint{drawnMean(t, "cost"), drawnMean(t, "misses")}
		}), 1, 8).Draw(t, "points")
		on := map[int]bool{}
		for _, i := range Pareto(points) {
			on[i] = true
		}
		for i, a := range points {
			beaten := false
			for _, b := range points {
				c, m := b.Cost.Mean-a.Cost.Mean, b.Misses.Mean-a.Misses.Mean
				beaten = beaten || c <= 0 && m <= 0 && c+m < 0
			}
			if on[i] == beaten {
				t.Fatalf("point %d of %v: on the front %v, beaten %v", i, points, on[i], beaten)
			}
		}
	})
}
