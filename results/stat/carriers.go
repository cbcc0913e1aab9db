package stat

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Carriers is how many values vary, as if these alike and no others did: a sum of n
// normal ones has n/3, one that a few bursts make has less than those. 0 where none
// varies.
func Carriers(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	mean, two, four := MeanOf(xs), 0.0, 0.0
	for _, x := range xs {
		square := (x - mean) * (x - mean)
		two, four = two+square, four+square*square
	}
	if four == 0 {
		return 0
	}
	return two * two / four
}

// CarriedBy is the interval of a mean that so few replications carry, those furthest off,
// that how values spread is their luck. The others have the mean around. Replications
// such as the carriers are as many, and as far off, as what so few show of their number
// and size (see RareHigh), and either way: one that was off to one side says nothing of
// the other. carriers are at least 1 and fewer than the values.
func CarriedBy(carriers int, xs []float64, confidence float64) (low, high float64) {
	mean := MeanOf(xs)
	sorted := slices.Clone(xs)
	slices.SortStableFunc(sorted, func(a, b float64) int { return cmp.Compare(math.Abs(b-mean), math.Abs(a-mean)) })
	around, off := MeanOf(sorted[carriers:]), 0.0
	for _, x := range sorted[:carriers] {
		off += math.Abs(x - around)
	}
	far := eventShare(carriers, len(xs), confidence) * eventSize(carriers, off)
	return around - far, around + far
}

// eventShare is at most how many of all replications have an event, of which so many of n
// had one: Clopper and Pearson's bound (1934, doi:10.1093/biomet/26.4.404).
func eventShare(events, n int, confidence float64) float64 {
	return distuv.Beta{Alpha: float64(events + 1), Beta: float64(n - events)}.Quantile(confidence)
}

// eventSize is the mean size of events at most, of which these had that sum: what 90 %
// confidence says of exponential sizes (chi-squared), as a few say little of how large
// they become.
func eventSize(events int, sum float64) float64 {
	return sum / distuv.Gamma{Alpha: float64(events), Beta: 1}.Quantile(1-sizeConfidence)
}
