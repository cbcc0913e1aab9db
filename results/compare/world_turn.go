package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"cnv/policy"
	"cnv/results/words"
)

// How well a threshold must separate worlds to be told: at most this share of them are
// on the wrong side, and at most this share of shuffles of the worlds are separated as
// well by any constant.
const (
	mostWrong  = 0.1
	mostLuck   = 0.05
	shuffles   = 999
	fewestTurn = 2 // worlds in which the finding turns, and in which it holds
)

// A cut is a threshold of a constant, and on how many worlds it errs. Worlds without that
// constant have no say.
type cut struct {
	constant  int
	below     bool    // the finding turns below it
	low, high float64 // it lies between these values of two worlds
	wrong     int
}

// turn is where a finding turns, "below 20 s of boot", by the one constant whose threshold
// best separates the worlds in which it does: a decision stump. "" if none separates them
// well, or as well as that by luck. values are by world, then constant; turned says by
// world that the finding does not hold in it.
//
// The threshold is tested by shuffling which worlds turn: of thirty constants and as many
// worlds one would separate a few of them by luck. Shuffles have a seed of their own, so
// that the text is the same every time.
func (w *Worlds) turn(values [][]float64, turned []bool) string {
	n := 0
	for _, yes := range turned {
		if yes {
			n++
		}
	}
	// One world alone can be parted from the others by any constant in which it is
	// outermost.
	if n < fewestTurn || len(turned)-n < fewestTurn {
		return ""
	}
	var orders [][]int // worlds by each constant
	for c := range w.Constants {
		order := make([]int, 0, len(values))
		for k := range values {
			if !math.IsNaN(values[k][c]) {
				order = append(order, k)
			}
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a][c], values[b][c]) })
		orders = append(orders, order)
	}
	best := bestCut(orders, values, turned)
	if float64(best.wrong) > mostWrong*float64(len(turned)) {
		return ""
	}
	r, lucky, mixed := policy.NewRand(1, "turning", 0), 0, slices.Clone(turned)
	for range shuffles {
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if bestCut(orders, values, mixed).wrong <= best.wrong {
			lucky++
		}
	}
	// The observed order counts as one of the shuffles (Phipson and Smyth 2010,
	// doi:10.2202/1544-6115.1585), so that no p is 0.
	if float64(lucky+1) > mostLuck*float64(shuffles+1) {
		return ""
	}
	text := fmt.Sprintf(w.Constants[best.constant].Text, between(best.low, best.high))
	return words.IfElse(best.below, "below ", "above ") + text
}

// bestCut is the first cut that errs least. Worlds of equal values are not parted.
// O(constants × worlds), from the worlds in order of each constant.
func bestCut(orders [][]int, values [][]float64, turned []bool) cut {
	best := cut{wrong: math.MaxInt}
	for c, order := range orders {
		total := 0
		for _, k := range order {
			if turned[k] {
				total++
			}
		}
		before := 0 // worlds up to the cut in which the finding turns
		for i := 0; i+1 < len(order); i++ {
			if turned[order[i]] {
				before++
			}
			low, high := values[order[i]][c], values[order[i+1]][c]
			if low == high {
				continue
			}
			below := i + 1 - before + total - before // wrong if it turned below, not above
			if above := len(order) - below; above < best.wrong {
				best = cut{c, false, low, high, above}
			}
			if below < best.wrong {
				best = cut{c, true, low, high, below}
			}
		}
	}
	return best
}

// between is the shortest number between two others, near their middle: 20 between 17.3 and
// 23.1. Nothing is known of the values between, so no more digits than needed are told.
func between(low, high float64) string {
	middle := (low + high) / 2
	for digits := 1; digits < 6; digits++ {
		if v := words.Round(middle, digits); v > low && v < high {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return strconv.FormatFloat(middle, 'g', 6, 64)
}
