package report

import (
	"fmt"
	"math"
	"slices"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
)

// mostRows is how many policies a table on a terminal has at most: about a screen. All rows
// are in comparison.csv.
const mostRows = 30

// shorten leaves, of more policies than most, those that a reader looks for, in the order
// of the file: the first, to which all others are compared; those that no other one beats
// in both cost and misses, two thirds of the table at most, the cheapest first; and the
// best in each primary metric, the best of all metrics before the second best of any. It
// returns what is to be said below the table; "" of all of them.
func (t *printed) shorten(most int) string {
	all := len(t.policies)
	if all <= most {
		return ""
	}
	front := t.front()
	kept := []int{0}
	add := func(policies []int, upTo int) {
		for _, p := range policies {
			if len(kept) < upTo && !slices.Contains(kept, p) {
				kept = append(kept, p)
			}
		}
	}
	add(front, 1+2*most/3)
	// The best of each metric, then the second of each, and so on, until the table is full.
	for rank := range all {
		for _, q := range t.primary {
			add(t.ranked(q)[rank:rank+1], most)
		}
	}
	// Back in the order of the file, which readers know from elsewhere.
	slices.Sort(kept)
	var policies []string
	var metrics []map[string]*compare.Compared
	for _, p := range kept {
		policies, metrics = append(policies, t.policies[p]), append(metrics, t.metrics[p])
	}
	t.policies, t.metrics = policies, metrics
	return fmt.Sprintf("%d of %d policies: the first, those that no other beats in both cost and\nmisses, and the best in what is asked. comparison.csv has all.\n", len(kept), all)
}

// front are the policies that no other one beats in both cost and misses, the cheapest
// first. They are indices of t.policies.
func (t *printed) front() []int {
	points := make([]compare.CostPoint, len(t.policies))
	for p, m := range t.metrics {
		points[p].Cost.Mean, points[p].Misses.Mean = mean(m[results.CostInSLO]), mean(m[results.AvoidableMisses])
	}
	return compare.Pareto(points)
}

// ranked are all policies by a metric, as indices, the best first, those without a value
// last, ties in the order of the file. Of a metric without a better end, the lowest is
// first.
func (t *printed) ranked(q answer.Quantity) []int {
	out := make([]int, len(t.policies))
	for p := range out {
		out[p] = p
	}
	// Times the sign, less is better.
	sign := 1.0
	if q.Better == results.HigherIsBetter {
		sign = -1
	}
	slices.SortStableFunc(out, func(a, b int) int {
		x, y := sign*mean(t.metrics[a][q.Metric]), sign*mean(t.metrics[b][q.Metric])
		switch {
		case x < y || math.IsNaN(y) && !math.IsNaN(x):
			return -1
		case x > y || math.IsNaN(x) && !math.IsNaN(y):
			return 1
		}
		return 0
	})
	return out
}

// mean is that of a row, NaN without one.
func mean(r *compare.Compared) float64 {
	if r == nil {
		return math.NaN()
	}
	return r.Mean
}
