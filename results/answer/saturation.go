package answer

import (
	"math"
	"strings"

	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// saturationAnswer tells the highest loads in sentences, one per workload. Rows of a
// workload follow each other, as saturation.csv has them; nil: nobody has searched.
func saturationAnswer(rows []compare.HighestLoad) []string {
	var out []string
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Workload == rows[0].Workload {
			n++
		}
		out = append(out, highestOf(rows[:n]))
		rows = rows[n:]
	}
	return out
}

// highestOf tells those of one workload.
//
// "Highest load on w with at most 5.0 % avoidable misses, in requests/s (over seeds, n =
// 3): a 4.00 (3.960 to 4.040); b 5.00 (4.960 to 5.040), 1.25 times a's (1.240 to 1.260); c
// keeps to it at the highest load tried; d misses more at every load tried."
func highestOf(rows []compare.HighestLoad) string {
	limit := words.Decimal(100*rows[0].Limit, words.DecimalsFor(100*rows[0].Limit, 2)) + " % avoidable misses"
	var parts, never, always []string
	for _, r := range rows {
		switch {
		// Infinite and 0 are ends of what was tried, not of what is: so both are told in
		// words.
		case math.IsInf(r.PerSecond, 1):
			always = append(always, r.Policy)
		case r.PerSecond == 0:
			never = append(never, r.Policy)
		default:
			parts = append(parts, r.Policy+" "+loadText(&r))
		}
	}
	if len(always) > 0 {
		parts = append(parts, words.List(always)+words.IfElse(len(always) == 1, " keeps", " keep")+" to it at the highest load tried")
	}
	if len(never) > 0 {
		parts = append(parts, words.List(never)+words.IfElse(len(never) == 1, " misses", " miss")+" more at every load tried")
	}
	about := stat.Overlap(rows[0].Over, rows[0].N)
	return "Highest load on " + rows[0].Workload + " with at most " + limit + ", in requests/s (" + about + "): " + strings.Join(parts, "; ") + "."
}

// loadText is a load in requests/s, and how it compares to the first policy's. The file has
// the interval relative to the load of the experiment, so it is scaled. A ratio whose
// interval holds 1 is not told.
func loadText(r *compare.HighestLoad) string {
	scale := r.PerSecond / r.Load.Mean
	v := words.Estimate{Mean: r.PerSecond, Low: r.Load.Low * scale, High: r.Load.High * scale}
	places := words.DecimalsFor(v.Mean, 3)
	text := words.Decimal(v.Mean, places) + words.Bracket(v, places)
	switch q := r.Ratio; {
	case r.Against == "" || !q.Finite() || !(q.Mean > 0):
		return text
	case q.Interval() && q.Low <= 1 && q.High >= 1:
		return text + ", difference from " + r.Against + " not known"
	case q.Interval():
		return text + ", " + words.Decimal(q.Mean, words.DecimalsFor(q.Mean, 3)) + " times " + r.Against + "'s" + words.Bracket(q, words.DecimalsFor(q.Mean, 3))
	default:
		return text + ", " + words.Decimal(q.Mean, words.DecimalsFor(q.Mean, 3)) + " times " + r.Against + "'s"
	}
}
