package results

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// confidence of all intervals.
const confidence = 0.95

// Interval is the mean of xs and its 95 % confidence interval by Student's t
// (Student 1908, doi:10.1093/biomet/6.1.1). With fewer than two values, or one
// that is not finite, there is no interval: low and high are NaN. Where all
// values are equal, low = mean = high without a rounding error.
func Interval(xs []float64) (mean, low, high float64) {
	return intervalOf(xs, 1, basis{over: OverSeeds})
}

// A basis is what an interval is about.
type basis struct {
	over    string
	windows int // over windows: of the recording
}

// leastWindows are enough for an interval: how far fewer differ says little of
// how far others would.
const leastWindows = 10

// intervalOf is the mean of xs and an interval such that family of them hold
// all together with 95 % confidence (Bonferroni: each with 1 - 5 %/family).
//
// Over windows, xs are not samples but a block bootstrap of one recording: how
// they spread is how far the recording itself may be from its like (Künsch 1989,
// doi:10.1214/aos/1176347265), however many there are, and more of them only say
// it better. So their deviation is the standard error and not divided by √n; the
// mean, which stands for the recording, adds 1/n of its square. It comes from
// few windows and few resamples: as degrees of freedom both count. Of fewer than
// leastWindows there is no interval.
func intervalOf(xs []float64, family int, about basis) (mean, low, high float64) {
	if len(xs) == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	few := about.over == OverNothing || about.over == OverWindows && about.windows < leastWindows
	if mean = meanOf(xs); few || len(xs) < 2 || math.IsNaN(mean) || math.IsInf(mean, 0) {
		return mean, math.NaN(), math.NaN()
	}
	n := float64(len(xs))
	freedom := n - 1
	variance := stat.MomentAbout(2, xs, mean, nil) / (n - 1) // of the mean: MomentAbout divides by n
	if w := float64(about.windows); about.over == OverWindows {
		freedom = 1 / (1/freedom + 1/(w-1))
		variance *= (n + 1) * w / (w - 1)
	}
	t := studentsT(freedom, 1-(1-confidence)/2/float64(family))
	half := t * math.Sqrt(variance)
	return mean, mean - half, mean + half
}

// studentsT is a quantile of Student's t.
func studentsT(freedom, p float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(p)
}

// meanOf is the mean; infinite if any value is, NaN if any is or if they are
// infinite both ways.
func meanOf(xs []float64) float64 {
	first, sum := xs[0], 0.0
	if math.IsInf(first, 0) {
		first = 0
	}
	for _, x := range xs {
		sum += x - first // exact where all are equal
	}
	return first + sum/float64(len(xs))
}

// differences is a - b, pair by pair. Two infinite values have none: NaN.
func differences(a, b []float64) []float64 {
	out := make([]float64, min(len(a), len(b)))
	for i := range out {
		out[i] = a[i] - b[i]
	}
	return out
}
