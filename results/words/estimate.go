package words

import (
	"math"
	"slices"
)

// An Estimate is a mean with its interval; Low and High are NaN without one. Mean may be
// infinite, or NaN where there is no value.
//
// Invariant: Low <= High where there is an interval. Mean is between them, unless the
// interval is what two others have in common.
type Estimate struct {
	Mean, Low, High float64
}

// Interval says whether e has one.
func (e Estimate) Interval() bool { return !math.IsNaN(e.Low) && !math.IsNaN(e.High) }

// uneven is how far the ends of an interval may differ in how far off they are, as a share
// of half its length, before ± would hide it.
const uneven = 0.1

// Even says whether the value is in the middle of its interval, but for a tenth of half
// its length. Of an interval without an end it is not.
func (e Estimate) Even() bool {
	return !math.IsInf(e.High-e.Low, 0) && math.Abs(e.High+e.Low-2*e.Mean) <= uneven*(e.High-e.Low)/2*(1+1e-9)
}

// Spread is the interval of e with so many decimals: "±0.3" where it is even, else "1.2 to
// 2.4"; "" without one.
func (e Estimate) Spread(places int) string {
	switch {
	case !e.Interval():
		return ""
	case e.Even():
		return "±" + Decimal((e.High-e.Low)/2, places)
	}
	return Decimal(e.Low, places) + " to " + Decimal(e.High, places)
}

// Beside is the interval as it stands beside the value: "±0.3" or "(1.2 to 2.4)".
func (e Estimate) Beside(places int) string {
	text := e.Spread(places)
	if !e.Interval() || e.Even() {
		return text
	}
	return "(" + text + ")"
}

// Finite says that the mean is a number one can draw.
func (e Estimate) Finite() bool { return !math.IsNaN(e.Mean) && !math.IsInf(e.Mean, 0) }

// NoEstimate is a value that is not there.
func NoEstimate() Estimate { return Estimate{math.NaN(), math.NaN(), math.NaN()} }

// Over is the least and the most that e may be as a share of all, whose interval does not
// hold 0. It takes the worst of both ends, so that it holds with at least the confidence
// that both have together.
func (e Estimate) Over(all Estimate) Estimate {
	ends := []float64{e.Low / all.Low, e.Low / all.High, e.High / all.Low, e.High / all.High}
	return Estimate{e.Mean / all.Mean, slices.Min(ends), slices.Max(ends)}
}

// Times is the estimate in a unit of which one is so many.
func (e Estimate) Times(n float64) Estimate { return Estimate{n * e.Mean, n * e.Low, n * e.High} }
