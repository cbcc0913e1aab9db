package stat

import gonum "gonum.org/v1/gonum/stat"

// Lag is the lag-1 autocorrelation of xs; 0 where they do not vary.
func Lag(xs []float64) float64 {
	mean := gonum.Mean(xs, nil)
	product, square := 0.0, 0.0
	for i, x := range xs {
		square += (x - mean) * (x - mean)
		if i > 0 {
			product += (x - mean) * (xs[i-1] - mean)
		}
	}
	if square == 0 {
		return 0
	}
	return product / square
}

// Straightened is what is left of xs about a straight line: a run that only grows is not
// one whose neighbours are alike.
func Straightened(xs []float64) []float64 {
	at, out := make([]float64, len(xs)), make([]float64, len(xs))
	for i := range at {
		at[i] = float64(i)
	}
	from, slope := gonum.LinearRegression(at, xs, nil, false)
	for i, x := range xs {
		out[i] = x - from - slope*at[i]
	}
	return out
}
