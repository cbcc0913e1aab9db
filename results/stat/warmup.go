package stat

import "math"

// WarmUp is how many leading values to leave out so that the mean of the others
// has the least marginal standard error (MSER: White 1997,
// doi:10.1177/003754979706900601; on batches of five MSER-5). Half of them at
// most: if it were less without more than that, there is no steady state to be
// found. The last tenth is no candidate, as few values are alike by chance.
// Values that are NaN (a batch without an answer) do not count. Ties to the first.
func WarmUp(xs []float64) (cut int, found bool) {
	best, later, limit := math.Inf(1), math.Inf(1), len(xs)/2
	n, mean, squares := 0.0, 0.0, 0.0 // of those from i on, by Welford's recursion
	for i := len(xs) - 1; i >= 0; i-- {
		if x := xs[i]; !math.IsNaN(x) {
			n++
			d := x - mean
			mean += d / n
			squares += d * (x - mean)
		}
		switch error := squares / (n * n); {
		case n == 0 || i >= len(xs)-len(xs)/10:
		case i > limit:
			later = min(later, error)
		case error <= best:
			best, cut = error, i
		}
	}
	return cut, cut < limit && best <= later
}
