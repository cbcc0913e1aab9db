package calibrate

import (
	"math"
	"slices"
)

// A span is a duration, in seconds, that ended, or was at least so long when somebody
// stopped to look (censored).
type span struct {
	s        float64
	censored bool
}

// survivors are samples of the law behind some spans, by Kaplan and Meier's estimator
// (1958): as many as there are spans, at the middles of equal shares of probability. Where
// the longest spans are censored, the law is taken to end with the longest of them (Efron
// 1967). Without censoring the samples are the spans.
func survivors(spans []span) []float64 {
	n := len(spans)
	all := slices.Clone(spans)
	slices.SortFunc(all, func(a, b span) int {
		switch {
		case a.s != b.s:
			if a.s < b.s {
				return -1
			}
			return 1
		case a.censored == b.censored:
			return 0
		case b.censored: // what ended at an instant was there until then
			return -1
		}
		return 1
	})
	out := make([]float64, 0, n)
	alive, share := n, 1.0 // at risk, and the share that lives longer
	for _, x := range all {
		if !x.censored {
			share *= 1 - 1/float64(alive)
		}
		alive--
		for len(out) < n && (float64(len(out))+0.5)/float64(n) <= 1-share+1e-9 {
			out = append(out, x.s)
		}
	}
	for len(out) < n {
		out = append(out, all[n-1].s)
	}
	return out
}

// ended are the spans that ended.
func ended(values []float64) []span {
	out := make([]span, len(values))
	for i, v := range values {
		out[i] = span{s: v}
	}
	return out
}

// quantile is that of values, by the nearest rank; NaN of none.
func quantile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(max(int(math.Ceil(p*float64(len(sorted))))-1, 0), len(sorted)-1)]
}

// medianEnds are the ends of an interval that holds the median of the law behind some
// values in 95 of 100 cases, by the binomial law of how many lie below it, between two order
// statistics where one alone would be too wide (Hettmansperger and Sheather 1986); the extremes
// where there are fewer than six.
func medianEnds(values []float64) (low, high float64) {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	switch {
	case n == 0:
		return math.NaN(), math.NaN()
	case n < 6:
		return sorted[0], sorted[n-1]
	}
	logs, _ := math.Lgamma(float64(n) + 1)
	below := 0.0 // P(at most k-1 of n lie below)
	for k := 1; k <= n/2; k++ {
		less, _ := math.Lgamma(float64(k))
		more, _ := math.Lgamma(float64(n-k) + 2)
		was := below
		if below += math.Exp(logs - less - more - float64(n)*math.Ln2); below <= 0.025 {
			continue
		}
		// The k-1st and the k-th from either end hold it in 1-2·was and 1-2·below.
		k--
		part := (0.025 - was) / (below - was)
		by := float64(n-k) * part / (float64(k) + float64(n-2*k)*part)
		return sorted[k-1] + by*(sorted[k]-sorted[k-1]), sorted[n-k] + by*(sorted[n-k-1]-sorted[n-k])
	}
	return sorted[(n-1)/2], sorted[n/2]
}
