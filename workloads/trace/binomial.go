package trace

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"cnv/policy"
)

// binomial draws how many of n are kept, each with probability p: the quantile of
// one uniform number, so that more are kept at a higher p. It walks from the mode,
// some √(np(1-p)) steps.
func binomial(n int, p float64, r *policy.Rand) int {
	u := r.Float64()
	switch {
	case n == 0 || p <= 0:
		return 0
	case p >= 1:
		return n
	}
	k := min(int(float64(n+1)*p), n)
	below := 1.0 // the probability of k or fewer
	if k < n {
		below = mathext.RegIncBeta(float64(n-k), float64(k+1), 1-p)
	}
	f := mass(n, k, p)
	odds := p / (1 - p)
	if u <= below {
		for k > 0 && u <= below-f {
			below -= f
			f *= float64(k) / (float64(n-k+1) * odds)
			k--
		}
		return k
	}
	for k < n && u > below {
		f *= float64(n-k) / float64(k+1) * odds
		k++
		if f == 0 {
			break
		}
		below += f
	}
	return k
}

// mass is the probability of k of n.
func mass(n, k int, p float64) float64 {
	lgamma := func(x int) float64 { v, _ := math.Lgamma(float64(x) + 1); return v }
	return math.Exp(lgamma(n) - lgamma(k) - lgamma(n-k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}
