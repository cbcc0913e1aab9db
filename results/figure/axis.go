package figure

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"

	"cnv/results/words"
)

// decades are the ticks of an axis that carries log10 of its values: a labelled one per
// power of ten, small ones at 2 to 9. (A linear axis of logarithms, because gonum/plot
// misplaces the label of a plot.LogScale.)
//
// An axis of 6.5 decades or more has a label at every other power of ten only, from 13 on
// at every third, and so on, and no small ticks. 10^0 always has its label: it is 1 s or
// 100 %, which readers look for.
func decades(label func(exp int) string) plot.Ticker {
	return plot.TickerFunc(func(lo, hi float64) []plot.Tick {
		first, last := int(math.Floor(lo)), int(math.Ceil(hi))
		step := 1 + int((hi-lo)/6.5)
		var ticks []plot.Tick
		for e := first; e <= last; e++ {
			text := label(e)
			if (e-first)%step != 0 && e != 0 {
				text = ""
			}
			ticks = append(ticks, plot.Tick{Value: float64(e), Label: text})
			for m := 2.0; m < 10 && step == 1; m++ {
				ticks = append(ticks, plot.Tick{Value: float64(e) + math.Log10(m)})
			}
		}
		return within(ticks, lo, hi)
	})
}

// upTo is t without ticks above an end. It is for an axis that goes on beyond its values:
// right of end is the strip of what was never answered.
func upTo(end float64, t plot.Ticker) plot.Ticker {
	return plot.TickerFunc(func(lo, hi float64) []plot.Tick { return t.Ticks(lo, math.Min(hi, end)) })
}

// within keeps the ticks of [lo, hi], with room for rounding. gonum/plot draws no others
// either, but leaves room for their labels.
//
// It reuses the array of ticks.
func within(ticks []plot.Tick, lo, hi float64) []plot.Tick {
	// An end that is 0.1 + 0.2 still has its tick.
	slack := 1e-9 * (hi - lo)
	kept := ticks[:0]
	for _, t := range ticks {
		if t.Value >= lo-slack && t.Value <= hi+slack {
			kept = append(kept, t)
		}
	}
	return kept
}

// steps are round ticks on a linear axis, written with the given label: at most n steps, so
// n+1 ticks where both ends have one. From 0 to 10 in five steps: 0, 2, 4, 6, 8, 10.
func steps(n int, label func(v float64) string) plot.Ticker {
	return plot.TickerFunc(func(lo, hi float64) []plot.Tick {
		d := roundStep((hi - lo) / float64(n))
		var ticks []plot.Tick
		// k*d, not a running sum, whose rounding errors would add up.
		for k := math.Ceil(lo / d * (1 - 1e-12)); k*d <= hi*(1+1e-9); k++ {
			ticks = append(ticks, plot.Tick{Value: k * d, Label: label(k * d)})
		}
		return ticks
	})
}

// roundStep is the smallest of 1, 2, 5 times a power of ten that is at least d; 1 if d is
// not positive. These are the "nice numbers" of Heckbert (Graphics Gems, 1990, "Nice
// numbers for graph labels").
func roundStep(d float64) float64 {
	if !(d > 0) || math.IsInf(d, 1) {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(d)))
	for _, m := range []float64{1, 2, 5} {
		if d <= m*unit*(1+1e-9) {
			return m * unit
		}
	}
	return 10 * unit
}

// secondsLabel writes 10^exp seconds in the unit people use for it. Of -4 it is "100 µs",
// of 0 it is "1 s", of 5 it is "10^5 s".
func secondsLabel(exp int) string {
	switch {
	case exp < -6:
		return "10^" + strconv.Itoa(exp) + " s"
	case exp < -3:
		return words.Plain(math.Pow10(exp+6)) + " µs"
	case exp < 0:
		return words.Plain(math.Pow10(exp+3)) + " ms"
	case exp <= 4:
		return words.Plain(math.Pow10(exp)) + " s"
	}
	return "10^" + strconv.Itoa(exp) + " s"
}

// percentLabel writes the fraction 10^exp in percent. -1 is "10 %", -4 is "0.01 %".
func percentLabel(exp int) string {
	return strconv.FormatFloat(math.Pow10(exp+2), 'f', max(0, -exp-2), 64) + " %"
}

// timeUnit is the unit in which instants up to span seconds are labelled, and its length in
// seconds. The bounds are such that there are three units or more on the axis: 180 s are
// shown as seconds, 181 s as 3 minutes.
func timeUnit(span float64) (name string, seconds float64) {
	switch {
	case span <= 180:
		return "s", 1
	case span <= 3*3600:
		return "min", 60
	case span <= 3*86400:
		return "h", 3600
	}
	return "days", 86400
}
