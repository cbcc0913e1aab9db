package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/results/compare"
	"cnv/results/words"
)

// sensitivityAnswer tells, for each change and each primary metric that it moves in any
// run, what moves furthest, the change that is known to move most first, and which verdicts
// it changes. Of a change that moves none it says so: "cluster.boot=10s moves the answer in
// no run."
//
// all is in the order of sensitivity.csv, the furthest first, so that the first row of a
// change and a metric is the one to tell.
func sensitivityAnswer(all []compare.Sensitivity) []string {
	var out []string
	var changes []string
	for i := range all {
		if !slices.Contains(changes, all[i].Change) {
			changes = append(changes, all[i].Change)
		}
	}
	for _, change := range changes {
		seen, moves := map[string]bool{}, false
		for i := range all {
			x := &all[i]
			if x.Change != change || seen[x.Metric] {
				continue
			}
			seen[x.Metric] = true
			if x.Moved != compare.Equal && x.Far() > 0 {
				out, moves = append(out, sensitivitySentence(all, x, len(out) == 0)), true
			}
		}
		if !moves {
			out = append(out, change+" moves the answer in no run.")
		}
	}
	if slices.ContainsFunc(all, func(x compare.Sensitivity) bool { return !math.IsNaN(x.ByLow) }) {
		out = append(out, movedTogether(all))
	}
	return out
}

// movedTogether says what the intervals of how far differences move hold together with.
func movedTogether(all []compare.Sensitivity) string {
	var of []string
	for _, metric := range Distinct(all, func(x compare.Sensitivity) string { return x.Metric }) {
		of = append(of, QuantityOf(metric).Name)
	}
	return "What is said of how far differences move holds together with 95 %: of every change and workload, of each policy against " +
		words.InQuotes(all[0].Against) + ", in " + strings.Join(of, " or in ") + "."
}

// sensitivitySentence tells of what a change moves furthest in a metric; first says that
// nothing moves further.
//
// "cluster.boot=10s moves the answer most: on w, b against a, avoidable misses from 3.0 percentage points
// to −2.0 percentage points, by −5.0 percentage points (−6.0 to −4.0); 1 verdict changes: b on w, from
// worse to better."
func sensitivitySentence(all []compare.Sensitivity, x *compare.Sensitivity, first bool) string {
	q := QuantityOf(x.Metric)
	where := "on " + x.Workload + ", " + x.Policy + " against " + x.Against + ", " + q.Name
	from := " from " + q.signed(words.Estimate{Mean: x.Base, Low: math.NaN(), High: math.NaN()}) + " to " + q.signed(words.Estimate{Mean: x.Diff, Low: math.NaN(), High: math.NaN()})
	by := ", by " + q.signed(words.Estimate{Mean: x.By, Low: x.ByLow, High: x.ByHigh})
	switch {
	case x.Told():
		return x.Change + " moves the answer " + words.IfElse(first, "most: ", "furthest ") + where + from + by + "; " + turned(all, x) + "."
	case x.Moved == compare.Same:
		return x.Change + " moves the answer by less than matters: furthest " + where + by + "."
	}
	return x.Change + ": not known to move the answer; furthest " + where + by + "."
}

// mostTurned are told one by one; of others the number stands.
const mostTurned = 3

// turned says which verdicts on a metric a change turns: "1 verdict changes: b on w, from
// better to worse", or "no verdict changes".
func turned(all []compare.Sensitivity, of *compare.Sensitivity) string {
	var out []string
	for _, x := range compare.TurnedVerdicts(all, of.Change) {
		if x.Metric != of.Metric {
			continue
		}
		out = append(out, x.Policy+" on "+x.Workload+", from "+x.BaseVerdict+" to "+x.Verdict)
	}
	if len(out) == 0 {
		return "no verdict changes"
	}
	text := words.Count(len(out), "verdict changes", "verdicts change") + ": "
	if n := len(out) - mostTurned; n > 0 {
		out = append(out[:mostTurned], "and "+strconv.Itoa(n)+" more")
	}
	return text + strings.Join(out, "; ")
}
