package answer

import (
	"strings"
	"time"

	"cnv/results/words"
)

// A Placement is two workloads that differ only in where, within their bins, counted
// arrivals are placed. Recordings of requests per minute do not say where in the minute
// each came, so an experiment tries two ways.
type Placement struct {
	Workload string        `json:"workload"`
	Other    string        `json:"other"`
	Bin      time.Duration `json:"bin_ns"`
}

// placementAnswer says whether the ranking of policies survives another placement of
// arrivals. A pair has changed sides if one is found better on one of the workloads and
// worse on the other: what may be chance is no change. "" of a single policy.
//
// "Where arrivals fall within the bins of 1m0s was not recorded: on clumped instead of even, the ranking
// survives: of 2 differences found on both, by avoidable misses, none changes its sign."
func placementAnswer(fs Findings, p Placement) string {
	if len(fs.Policies()) < 2 {
		return ""
	}
	s := "Where arrivals fall within the bins of " + p.Bin.String() + " was not recorded: on " + p.Other + " instead of " + p.Workload + ", the ranking "
	var changed []string
	told := 0
	for _, q := range fs.ranking() {
		swaps, pairs := swapped(fs, p, q)
		told += pairs
		if len(swaps) > 0 {
			changed = append(changed, "by "+q.Name+" ("+strings.Join(swaps, "; ")+")")
		}
	}
	switch {
	case told == 0:
		return s + "says nothing, as no two policies are told apart on both."
	case len(changed) == 0 && told == 1:
		return strings.TrimSuffix(s, "the ranking ") + "the one difference found on both, by " + alternatives(fs.ranking()) + ", keeps its sign."
	case len(changed) == 0:
		return s + "survives: of " + words.Count(told, "difference", "differences") + " found on both, by " + alternatives(fs.ranking()) + ", none changes its sign."
	}
	return s + "does not survive " + strings.Join(changed, " and ") + "."
}

// swapped lists the pairs of policies whose order is found on both workloads, but not the
// same, as "jsq is better than seed only on the first", and counts all whose order is found
// on both.
func swapped(fs Findings, p Placement, q Quantity) (swaps []string, pairs int) {
	names := fs.Policies()
	for i, a := range names {
		for _, b := range names[i+1:] {
			one, other := order(fs, p.Workload, a, b, q), order(fs, p.Other, a, b, q)
			if one == 0 || other == 0 {
				continue
			}
			pairs++
			if one != other {
				better, worse := a, b
				if one > 0 {
					better, worse = b, a
				}
				swaps = append(swaps, better+" is better than "+worse+" only on the first")
			}
		}
	}
	return swaps, pairs
}

// order is -1 where a is found better than b, 1 where it is worse, 0 where they are not
// told apart, or are not compared. Single runs are compared by their difference, however
// small it is.
func order(fs Findings, workload, a, b string, q Quantity) int {
	x, okX := fs.Value(workload, a, q.Metric)
	y, okY := fs.Value(workload, b, q.Metric)
	if !okX || !okY {
		return 0
	}
	d := fs.pair(y, x) // of a, from b
	switch v := d.Sign(); {
	case v == Single && d.Change.Mean != 0, v == Lower, v == Higher:
		return words.IfElse(q.isBetter(d.Change.Mean, 0), -1, 1)
	}
	return 0
}
