package results

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// confidence of all intervals.
const confidence = 0.95

// interval is the mean of xs and its 95 % confidence interval by Student's t.
// With fewer than two values, or one that is not finite, there is no interval:
// low and high are NaN.
func interval(xs []float64) (mean, low, high float64) {
	mean, low, high = math.NaN(), math.NaN(), math.NaN()
	if len(xs) == 0 {
		return
	}
	mean = meanOfAll(xs)
	if len(xs) < 2 || math.IsNaN(mean) || math.IsInf(mean, 0) {
		return
	}
	n := float64(len(xs))
	t := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(1 - (1-confidence)/2)
	half := t * stat.StdDev(xs, nil) / math.Sqrt(n)
	return mean, mean - half, mean + half
}

// meanOfAll is the mean; infinite if any value is, NaN if any is.
func meanOfAll(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// differences is a - b, pair by pair. Two values that are equal, infinite
// ones too, do not differ.
func differences(a, b []float64) []float64 {
	out := make([]float64, min(len(a), len(b)))
	for i := range out {
		if a[i] != b[i] {
			out[i] = a[i] - b[i]
		}
	}
	return out
}
