package words

import (
	"math"
	"slices"
)

// An Estimate is a mean with its interval; Low and High are NaN without one.
type Estimate struct {
	Mean, Low, High float64
}

// Interval says whether e has one.
func (e Estimate) Interval() bool { return !math.IsNaN(e.Low) && !math.IsNaN(e.High) }

// Finite says that the mean is a number one can draw.
func (e Estimate) Finite() bool { return !math.IsNaN(e.Mean) && !math.IsInf(e.Mean, 0) }

// NoEstimate is a value that is not there.
func NoEstimate() Estimate { return Estimate{math.NaN(), math.NaN(), math.NaN()} }

// Over is the least and the most that e may be as a share of all, whose interval does
// not hold 0.
func (e Estimate) Over(all Estimate) Estimate {
	ends := []float64{e.Low / all.Low, e.Low / all.High, e.High / all.Low, e.High / all.High}
	return Estimate{e.Mean / all.Mean, slices.Min(ends), slices.Max(ends)}
}
