package hedge

import (
	"math"
	"slices"
)

// A tracker follows a quantile of what is added. It begins with that of the first values, as
// many as fit into first; then each value above it raises its logarithm by step × q, and each
// other lowers it by step × (1-q), which balance where the share q of values is not above
// (stochastic approximation: Robbins and Monro, Annals of Mathematical Statistics 22(3), 1951,
// with a constant step, so that it follows changes).
type tracker struct {
	first    []float64 // Invariant: ascending
	at       float64
	known    bool
	relative bool // of multiples of service times
}

// step is how fast it follows: a rise by the factor e takes some 1/step values above it. For
// exponential times and q = 0.95 the standard error is sqrt(step q(1-q) / (2 × 0.15)): 5.6 %.
const step = 0.02

// add takes in a value for the quantile q.
func (t *tracker) add(x, q float64) {
	switch {
	case !(x > 0):
		return
	case !t.known:
		i, _ := slices.BinarySearch(t.first, x)
		t.first = slices.Insert(t.first, i, x)
		if n := len(t.first); n == cap(t.first) {
			t.at, t.known = t.first[int(q*float64(n))], true
		}
	case x > t.at:
		t.at *= math.Exp(step * q)
	default:
		t.at *= math.Exp(-step * (1 - q))
	}
}

// quantile is what it has found; false: too few values so far.
func (t *tracker) quantile() (float64, bool) { return t.at, t.known }
