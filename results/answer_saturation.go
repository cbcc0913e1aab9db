package results

import (
	"math"
	"strings"

	"cnv/results/words"
)

// saturationAnswer tells the highest loads in sentences, one per workload.
func saturationAnswer(rows []highestLoad) []string {
	var out []string
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].workload == rows[0].workload {
			n++
		}
		out = append(out, highestOf(rows[:n]))
		rows = rows[n:]
	}
	return out
}

// highestOf tells those of one workload.
func highestOf(rows []highestLoad) string {
	limit := words.Decimal(100*rows[0].limit, words.DecimalsFor(100*rows[0].limit, 2)) + " % avoidable misses"
	var parts, never, always []string
	for _, r := range rows {
		switch {
		case math.IsInf(r.perSecond, 1):
			always = append(always, r.policy)
		case r.perSecond == 0:
			never = append(never, r.policy)
		default:
			parts = append(parts, r.policy+" "+loadText(&r))
		}
	}
	if len(always) > 0 {
		parts = append(parts, words.List(always)+words.IfElse(len(always) == 1, " keeps", " keep")+" to it at the highest load tried")
	}
	if len(never) > 0 {
		parts = append(parts, words.List(never)+words.IfElse(len(never) == 1, " misses", " miss")+" more at every load tried")
	}
	about := overlap(rows[0].over, rows[0].n)
	return "Highest load on " + rows[0].workload + " with at most " + limit + ", in requests/s (" + about + "): " + strings.Join(parts, "; ") + "."
}

// loadText is a load, and how it compares to the first policy's.
func loadText(r *highestLoad) string {
	scale := r.perSecond / r.load.Mean
	v := words.Estimate{Mean: r.perSecond, Low: r.load.Low * scale, High: r.load.High * scale}
	text := words.Decimal(v.Mean, words.DecimalsFor(v.Mean, 3))
	if v.Interval() {
		text += words.Bracket(v, max(words.DecimalsFor((v.High-v.Low)/2, 2), words.DecimalsFor(v.Low, 2)))
	}
	switch q := r.ratio; {
	case r.against == "" || !q.Finite() || !(q.Mean > 0):
		return text
	case q.Interval() && q.Low <= 1 && q.High >= 1:
		return text + ", difference from " + r.against + " not known"
	case q.Interval():
		return text + ", " + words.Decimal(q.Mean, words.DecimalsFor(q.Mean, 3)) + " times " + r.against + "'s" + words.Bracket(q, words.DecimalsFor((q.High-q.Low)/2, 2))
	default:
		return text + ", " + words.Decimal(q.Mean, words.DecimalsFor(q.Mean, 3)) + " times " + r.against + "'s"
	}
}
