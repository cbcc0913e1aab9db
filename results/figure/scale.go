package figure

import (
	"math"
	"slices"

	"gonum.org/v1/plot"

	"cnv/results/compare"
	"cnv/results/words"
)

// A scale maps the values of an axis to a linear coordinate. A coordinate is what
// gonum/plot's linear axis takes: the value itself, or its log10.
//
// Invariant: at is not decreasing, and lo < hi.
type scale struct {
	at     func(v float64) float64
	lo, hi float64 // coordinates of the ends
	ticks  plot.Ticker
	gap    float64 // coordinate at which the axis is broken; 0 nowhere
	log    bool
}

// label is the title of the axis, which says so where it is logarithmic.
func (s scale) label(of string) string { return of + words.IfElse(s.log, " (log)", "") }

// spread is the range of the finite values among vs, positive ones apart. Of no finite
// value lo and leastPositive are +Inf, and hi is -Inf.
func spread(vs []float64) (lo, hi, leastPositive float64) {
	lo, hi, leastPositive = math.Inf(1), math.Inf(-1), math.Inf(1)
	for _, v := range vs {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		lo, hi = math.Min(lo, v), math.Max(hi, v)
		if v > 0 {
			leastPositive = math.Min(leastPositive, v)
		}
	}
	return lo, hi, leastPositive
}

// costScale is linear where costs differ by less than a factor of ten, and begins at 0
// unless they are within a factor of two; else it is logarithmic, and an interval that
// reaches 0 ends at its left edge. Values count with the ends of their intervals. Without
// any finite cost above 0 it goes to US$ 1.
func costScale(points []compare.CostPoint) scale {
	var vs []float64
	for _, p := range points {
		vs = append(vs, p.Cost.Mean, p.Cost.Low, p.Cost.High)
	}
	least, hi, lo := spread(vs)
	if math.IsInf(least, 0) || hi <= 0 {
		return linear(1, words.Plain)
	}
	// From 0, points this near to each other could not be told apart. The room is a fifth
	// of the largest value at least, so that tiny differences are not blown up to fill the
	// panel.
	if least > 0 && hi/lo < 2 {
		s, room := linear(hi, words.Plain), math.Max(hi-lo, hi/5)
		s.lo, s.hi = lo-0.25*room, hi+0.15*room
		return s
	}
	// The upper end is 8 % beyond the largest value, for its mark.
	if hi/lo < 10 {
		return linear(hi*1.08, words.Plain)
	}
	// A tenth of a decade beyond both ends keeps marks off the edges.
	from := math.Log10(lo) - 0.1
	return scale{
		at: func(v float64) float64 { return math.Max(math.Log10(v), from) },
		lo: from, hi: math.Log10(hi) + 0.1,
		ticks: oneTwoFive(words.Plain), log: true,
	}
}

// missScale is linear where the misses of all policies are within a factor of 30 of each
// other, or nothing is missed; else logarithmic with its own place for 0, below a break. Of
// intervals only the upper ends count. The logarithmic part begins a quarter to three
// quarters of a decade under the least mean above 0, or under one in a million if that is
// more: what is less is drawn as 0.
//
// Invariant: a mean of 0 has no interval (see costPanels), so that what is above 0 here
// includes a mean.
func missScale(points []compare.CostPoint) scale {
	var vs []float64
	for _, p := range points {
		vs = append(vs, p.Misses.Mean)
		if p.Misses.Interval() {
			vs = append(vs, p.Misses.High)
		}
	}
	_, hi, least := spread(vs)
	percentOf := func(v float64) string { return words.Percent(v) }
	switch {
	case math.IsInf(hi, 0) || hi <= 0:
		return linear(0.01, percentOf)
	case hi/least < 30 && hi < 30*leastMean(points):
		return linear(hi*1.08, percentOf)
	}
	least = math.Max(leastMean(points), 1e-6)
	// Coordinates: the last half decade at or below the least mean, less a quarter.
	floor := math.Floor(math.Log10(least)*2)/2 - 0.25
	return scale{
		at: func(v float64) float64 {
			// 0 has no logarithm: its place is a quarter of a decade under the floor (see
			// withZero).
			if v < math.Pow(10, floor) {
				return floor - 0.25
			}
			return math.Log10(v)
		},
		// No axis goes beyond 100 %, but for some room for a mark.
		lo: floor - 0.4, hi: math.Min(math.Log10(hi)+0.1, 0.02),
		ticks: withZero(floor), gap: floor - 0.12, log: true,
	}
}

// leastMean is the least positive mean of avoidable misses, +Inf if there is none.
func leastMean(points []compare.CostPoint) float64 {
	least := math.Inf(1)
	for _, p := range points {
		if p.Misses.Mean > 0 {
			least = math.Min(least, p.Misses.Mean)
		}
	}
	return least
}

// linear runs from a little below 0, so that marks at 0 are seen whole, to hi. Values are
// their own coordinates. There are no ticks below 0.
func linear(hi float64, label func(float64) string) scale {
	return scale{
		at: func(v float64) float64 { return v },
		lo: -0.04 * hi, hi: hi,
		ticks: plot.TickerFunc(func(lo, hi float64) []plot.Tick {
			return fitting(label, math.Max(lo, 0), hi)
		}),
	}
}

// longLabel is from how many characters on more than three labels are too wide for a panel
// of three in a row.
const longLabel = 7

// fitting are six ticks at most, of which every other has a label where they are long.
func fitting(label func(float64) string, lo, hi float64) []plot.Tick {
	ticks := steps(5, label).Ticks(lo, hi)
	long := slices.ContainsFunc(ticks, func(t plot.Tick) bool { return len(t.Label) >= longLabel })
	for i := 1; i < len(ticks) && long && len(ticks) > 3; i += 2 {
		ticks[i].Label = ""
	}
	return ticks
}

// withZero are the ticks of a logarithmic axis of fractions that has 0 a
// quarter of a decade under its floor.
func withZero(floor float64) plot.Ticker {
	return plot.TickerFunc(func(_, hi float64) []plot.Tick {
		zero := plot.Tick{Value: floor - 0.25, Label: "0 %"}
		return append([]plot.Tick{zero}, decades(percentLabel).Ticks(floor, hi)...)
	})
}

// oneTwoFive are ticks at 1, 2 and 5 times powers of ten on an axis that carries log10 of
// its values; only powers of ten where that would be many. Over two decades or more only
// powers of ten are labelled, and the others have small ticks.
func oneTwoFive(label func(float64) string) plot.Ticker {
	return plot.TickerFunc(func(lo, hi float64) []plot.Tick {
		var ticks []plot.Tick
		for e := math.Floor(lo); e <= math.Ceil(hi); e++ {
			for m := 1.0; m < 10; m++ {
				t := plot.Tick{Value: e + math.Log10(m)}
				if m == 1 || (m == 2 || m == 5) && hi-lo < 2 {
					t.Label = label(words.Round(math.Pow(10, e)*m, 3))
				}
				ticks = append(ticks, t)
			}
		}
		return within(ticks, lo, hi)
	})
}
