package compare

import (
	"math"

	"cnv/results"
)

// The verdicts of a difference, as files have them. What an answer may say of each is in
// results/answer; what statistic they come from, in difference.go.
const (
	Better = "better"
	Worse  = "worse"
	Higher = "higher" // neither is better
	Lower  = "lower"
	Same   = "same within delta" // the whole interval is
	// Equal is of a difference that is 0 in every run. Other runs may differ all the same:
	// of what is counted both intervals say by how much at most; of all else nobody knows,
	// and there is no interval.
	Equal    = "equal in every run"
	NotKnown = "not known" // the interval includes 0 and more than delta, or there is none
	// NotRanked is of a workload on which the surroundings of some run were not what the
	// experiment says: see RunInfo.Unranked.
	NotRanked = "not ranked"
)

// Judge says what a difference means: same where all of its interval is within delta of 0,
// whether or not 0 is in it (an equivalence test by the interval: Schuirmann 1987,
// doi:10.1007/BF01068419, at a stricter level).
//
// low and high are the joint interval, delta is at least 0. Without an interval nothing is
// known. It never gives Equal or NotRanked, which need the runs.
func Judge(diff, low, high, delta float64, better results.Direction) string {
	switch {
	case math.IsNaN(low) || math.IsNaN(high):
		return NotKnown
	case low >= -delta && high <= delta:
		return Same
	case low <= 0 && high >= 0:
		return NotKnown
	}
	up := diff > 0
	switch {
	case better == results.NeitherIsBetter && up:
		return Higher
	case better == results.NeitherIsBetter:
		return Lower
	case up == (better == results.HigherIsBetter):
		return Better
	}
	return Worse
}

// Differs says whether a verdict is that there is a difference, whichever way.
func Differs(verdict string) bool {
	switch verdict {
	case Better, Worse, Higher, Lower:
		return true
	}
	return false
}
