package calibrate

import (
	"math"

	"cnv/policy"
)

// A line is y = at + slope·x.
type line struct{ at, slope float64 }

// mostPoints is how many points a line is fitted to: of more, so many evenly chosen.
const mostPoints = 400

// again is how often points are drawn again for an interval.
const again = 200

// fitLine fits a line to points that are seldom wrong by much (Theil 1950, Sen 1968): the
// slope is the median of the slopes between two points, and half of the points lie above
// the line. low and high bound the slope in 95 of 100 cases (points drawn again, always
// the same draws). ok is false where the points do not tell: fewer than 20, or of one x.
func fitLine(xs, ys []float64) (l line, low, high float64, ok bool) {
	if len(xs) > mostPoints {
		var fewX, fewY []float64
		for i := range mostPoints {
			at := i * len(xs) / mostPoints
			fewX, fewY = append(fewX, xs[at]), append(fewY, ys[at])
		}
		xs, ys = fewX, fewY
	}
	if len(xs) < 20 || quantile(xs, 0.9)-quantile(xs, 0.1) <= 0.1*quantile(xs, 0.5) {
		return line{}, 0, 0, false
	}
	l.slope = middleSlope(xs, ys)
	rest := make([]float64, len(xs))
	for i := range xs {
		rest[i] = ys[i] - l.slope*xs[i]
	}
	l.at = quantile(rest, 0.5)
	r := policy.NewRand(1, "calibrate", 0)
	slopes := make([]float64, again)
	x, y := make([]float64, len(xs)), make([]float64, len(xs))
	for k := range slopes {
		for i := range x {
			at := int(r.Float64() * float64(len(xs)))
			x[i], y[i] = xs[at], ys[at]
		}
		slopes[k] = middleSlope(x, y)
	}
	return l, quantile(slopes, 0.025), quantile(slopes, 0.975), true
}

// middleSlope is the median of the slopes between each point and 20 others.
func middleSlope(xs, ys []float64) float64 {
	const others = 20
	n := len(xs)
	slopes := make([]float64, 0, n*others)
	for i := range xs {
		for k := range others {
			j := (i + 1 + k*(n-1)/others) % n
			if dx := xs[j] - xs[i]; math.Abs(dx) > 0 {
				slopes = append(slopes, (ys[j]-ys[i])/dx)
			}
		}
	}
	if len(slopes) == 0 {
		return math.NaN()
	}
	return upperMedian(slopes)
}

// upperMedian is the value that stands in the middle of a slice, which is not empty, once it is
// sorted. It reorders the slice, in O(len) time on average (Hoare 1961, doi:10.1145/366622.366647).
func upperMedian(xs []float64) float64 {
	low, high, k := 0, len(xs)-1, len(xs)/2
	for low < high {
		i, j, pivot := low, high, xs[low+(high-low)/2]
		for i <= j {
			for xs[i] < pivot {
				i++
			}
			for pivot < xs[j] {
				j--
			}
			if i <= j {
				xs[i], xs[j] = xs[j], xs[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return xs[k]
		}
	}
	return xs[k]
}
