package stat

import (
	"cmp"
	"math"
	"slices"
)

// A Pair is two numbers of one thing.
type Pair struct{ X, Y float64 }

// Kendall is Kendall's rank correlation τ-b of pairs: 1 where both numbers order
// them alike, 0 where they have nothing to do with each other, -1 where they order
// them the other way round. Ties count for neither; NaN where all pairs tie in one
// of the numbers. It sorts the pairs. O(n log n) by the exchanges of a merge sort
// (Knight 1966, doi:10.1080/01621459.1966.10480879).
func Kendall(pairs []Pair) float64 {
	slices.SortFunc(pairs, func(a, b Pair) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	sameX := tied(pairs, func(a, b Pair) bool { return a.X == b.X })
	same := tied(pairs, func(a, b Pair) bool { return a == b })
	discordant := exchanges(pairs, make([]Pair, len(pairs)))
	sameY := tied(pairs, func(a, b Pair) bool { return a.Y == b.Y })
	all := float64(len(pairs)) * float64(len(pairs)-1) / 2
	concordant := all - sameX - sameY + same - discordant
	return (concordant - discordant) / math.Sqrt((all-sameX)*(all-sameY))
}

// tied is the number of twos within the runs of equal pairs.
func tied(pairs []Pair, equal func(a, b Pair) bool) (sum float64) {
	run := 0.0 // of the pairs before that are equal to this one
	for i := 1; i < len(pairs); i++ {
		run++
		if !equal(pairs[i-1], pairs[i]) {
			run = 0
		}
		sum += run
	}
	return sum
}

// exchanges sorts pairs by Y, ties as they are, and says how many neighbours a
// bubble sort would have exchanged.
func exchanges(pairs, room []Pair) float64 {
	if len(pairs) < 2 {
		return 0
	}
	half := len(pairs) / 2
	n := exchanges(pairs[:half], room[:half]) + exchanges(pairs[half:], room[half:])
	copy(room, pairs)
	low, high := room[:half], room[half:]
	for i := range pairs {
		if len(high) == 0 || len(low) > 0 && low[0].Y <= high[0].Y {
			pairs[i], low = low[0], low[1:]
			continue
		}
		pairs[i], high = high[0], high[1:]
		n += float64(len(low))
	}
	return n
}
