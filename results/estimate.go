package results

import (
	"math"
	"slices"
)

// An estimate is a mean with its interval; low and high are NaN without one.
type estimate struct {
	mean, low, high float64
}

// interval says whether e has one.
func (e estimate) interval() bool { return !math.IsNaN(e.low) && !math.IsNaN(e.high) }

// finite says that the mean is a number one can draw.
func (e estimate) finite() bool { return !math.IsNaN(e.mean) && !math.IsInf(e.mean, 0) }

// noEstimate is a value that is not there.
func noEstimate() estimate { return estimate{math.NaN(), math.NaN(), math.NaN()} }

// over is the least and the most that e may be as a share of all, whose interval does
// not hold 0.
func (e estimate) over(all estimate) estimate {
	ends := []float64{e.low / all.low, e.low / all.high, e.high / all.low, e.high / all.high}
	return estimate{e.mean / all.mean, slices.Min(ends), slices.Max(ends)}
}
