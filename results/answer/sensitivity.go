package answer

import (
	"math"
	"strconv"
	"strings"

	"cnv/results"
	"cnv/results/words"
)

// sensitivityAnswer tells, for each change, what it moves furthest, the change that
// is known to move most first, and which verdicts it changes.
func sensitivityAnswer(all []results.Sensitivity) []string {
	var out []string
	seen := map[string]bool{}
	for i := range all {
		x := &all[i]
		if seen[x.Change] {
			continue
		}
		seen[x.Change] = true
		q := QuantityOf(x.Metric)
		where := "on " + x.Workload + ", " + x.Policy + " against " + x.Against + ", " + q.Name
		from := " from " + q.signed(words.Estimate{Mean: x.Base, Low: math.NaN(), High: math.NaN()}) + " to " + q.signed(words.Estimate{Mean: x.Diff, Low: math.NaN(), High: math.NaN()})
		by := ", by " + q.signed(words.Estimate{Mean: x.By, Low: x.ByLow, High: x.ByHigh})
		text := ""
		switch {
		case x.Told():
			text = x.Change + " moves the answer " + words.IfElse(len(out) == 0, "most: ", "furthest ") + where + from + by + "; " + turned(all, x.Change)
		case x.Far() == 0:
			text = x.Change + " moves the answer in no run"
		case x.Moved == results.Same:
			text = x.Change + " moves the answer by less than matters: furthest " + where + by
		default:
			text = x.Change + ": not known to move the answer; furthest " + where + by
		}
		out = append(out, text+".")
	}
	return out
}

// mostTurned are told one by one.
const mostTurned = 3

// turned says which verdicts a change turns.
func turned(all []results.Sensitivity, change string) string {
	var out []string
	for _, x := range results.TurnedVerdicts(all, change) {
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
