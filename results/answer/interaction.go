package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/results/compare"
	"cnv/results/words"
)

// changeOf is what the two differences are of: rows of one contrast follow each other, and
// share it.
func changeOf(i *compare.Interaction) [5]string {
	return [5]string{i.Contrast.Name, i.Contrast.From, i.Contrast.To, i.Contrast.AgainFrom, i.Contrast.AgainTo}
}

// interactionAnswer tells of each contrast and metric where its two differences are known
// to differ, those on workloads where no policy is ranked left out. The last sentence says
// what these hold together with, where any has an interval.
func interactionAnswer(all []compare.Interaction) []string {
	var out []string
	all = slices.DeleteFunc(slices.Clone(all), func(x compare.Interaction) bool { return x.Verdict == compare.NotRanked })
	for i := 0; i < len(all); {
		n := i
		for n < len(all) && changeOf(&all[n]) == changeOf(&all[i]) {
			n++
		}
		out = append(out, interactionSentence(all[i:n]))
		i = n
	}
	if slices.ContainsFunc(all, func(x compare.Interaction) bool { return !math.IsNaN(x.DiffersLow) }) {
		out = append(out, "What is said of interactions holds together with 95 % in a family of its own ("+words.Count(len(all), "difference of differences", "differences of differences")+": all contrasts with a second pair, workloads and primary metrics), apart from what is said of differences.")
	}
	return out
}

// interactionBrief is one sentence on all contrasts with a second pair: whose effect depends on
// the other changes, each with where that is most, and of how many no such thing is known. ""
// where there are none.
//
// "What one change brings depends on the others: the router (avoidable misses on w: 20 percentage points alone,
// 5.0 percentage points with the others); of 2 more that is not found."
func interactionBrief(all []compare.Interaction) string {
	var told []string
	silent := 0
	for i := 0; i < len(all); {
		n, most := i, -1
		for ; n < len(all) && changeOf(&all[n]) == changeOf(&all[i]); n++ {
			x := &all[n]
			// Of several metrics the first: their units differ.
			if (x.Verdict == compare.Higher || x.Verdict == compare.Lower) && (most < 0 || x.Metric == all[most].Metric && math.Abs(x.Differs) > math.Abs(all[most].Differs)) {
				most = n
			}
		}
		if i = n; most < 0 {
			silent++
			continue
		}
		x := &all[most]
		q := QuantityOf(x.Metric)
		told = append(told, x.Contrast.Name+" ("+q.Name+" on "+x.Workload+": "+q.point(x.Alone)+" alone, "+q.point(x.Again)+" with the others)")
	}
	if told == nil {
		return words.IfElse(silent == 0, "", "That what one change brings depends on the others is not found.")
	}
	return "What one change brings depends on the others: " + strings.Join(told, "; ") + words.IfElse(silent > 0, "; of "+strconv.Itoa(silent)+" more that is not found", "") + "."
}

// point is a difference without an interval.
func (q Quantity) point(v float64) string {
	return q.signed(words.Estimate{Mean: v, Low: math.NaN(), High: math.NaN()})
}

// interactionSentence tells of one contrast, of which all are the rows, at least one.
//
// "Interaction of the router (a → b, again c → d): avoidable misses on w 20 percentage points alone, 5.0
// percentage points again, which differs by −15 percentage points (−16 to −14); not known in 1 of 2."
func interactionSentence(all []compare.Interaction) string {
	k := &all[0].Contrast
	text := "Interaction of " + k.Name + " (" + k.From + " → " + k.To + ", again " + k.AgainFrom + " → " + k.AgainTo + "): "
	var told []string
	alike := 0
	for i := range all {
		x := &all[i]
		q := QuantityOf(x.Metric)
		switch x.Verdict {
		case compare.Higher, compare.Lower:
			// Each of the two differences has its interval in interactions.csv; here it is
			// the third that counts.
			told = append(told, q.Name+" on "+x.Workload+" "+q.point(x.Alone)+" alone, "+q.point(x.Again)+" again, which differs by "+q.signed(words.Estimate{Mean: x.Differs, Low: x.DiffersLow, High: x.DiffHigh}))
		case compare.Same, compare.Equal:
			alike++
		}
	}
	var parts []string
	if len(told) > 0 {
		parts = append(parts, strings.Join(told, "; "))
	}
	if alike > 0 {
		parts = append(parts, "the same within delta in "+strconv.Itoa(alike)+" of "+strconv.Itoa(len(all)))
	}
	if silent := len(all) - len(told) - alike; silent > 0 {
		parts = append(parts, "not known in "+strconv.Itoa(silent)+words.IfElse(alike > 0, "", " of "+strconv.Itoa(len(all))))
	}
	return text + strings.Join(parts, "; ") + "."
}
