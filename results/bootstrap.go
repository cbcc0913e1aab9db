package results

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// enoughToResample is from how many replications on differences are also
// bootstrapped: of fewer there are too few different samples.
const enoughToResample = 10

// resamples is how many; one less than a round number, so that quantiles are
// values.
const resamples = 1999

// bootstrapped is the bootstrap-t interval of the mean of xs (Efron, Tibshirani
// 1993, An Introduction to the Bootstrap, section 12.5), which does not take
// the values to be normal: a second opinion on the primary metrics. It is NaN
// for fewer than ten values, and where it is not finite, because most values
// are equal. The draws are the same for the same number of values.
func bootstrapped(xs []float64, family int) (low, high float64) {
	mean, error := standardError(xs)
	if len(xs) < enoughToResample || !(error > 0) {
		return math.NaN(), math.NaN()
	}
	rng := rand.New(rand.NewPCG(0xb007, uint64(len(xs))))
	ts, draw := make([]float64, resamples), make([]float64, len(xs))
	for i := range ts {
		for k := range draw {
			draw[k] = xs[rng.IntN(len(xs))]
		}
		m, e := standardError(draw)
		if ts[i] = (m - mean) / e; math.IsNaN(ts[i]) {
			ts[i] = 0 // a sample of equal values that are the mean
		}
	}
	slices.Sort(ts)
	tail := (1 - confidence) / 2 / float64(family)
	k := max(int(math.Round(tail*(resamples+1))), 1)
	low, high = mean-ts[resamples-k]*error, mean-ts[k-1]*error
	if math.IsInf(low, 0) || math.IsInf(high, 0) {
		return math.NaN(), math.NaN()
	}
	return low, high
}

// standardError is the mean of xs and its standard error.
func standardError(xs []float64) (mean, error float64) {
	mean, deviation := stat.MeanStdDev(xs, nil)
	return mean, deviation / math.Sqrt(float64(len(xs)))
}
