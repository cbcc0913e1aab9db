package results

import (
	"math"
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
