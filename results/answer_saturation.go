package results

import (
	"math"
	"strings"
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
	limit := decimal(100*rows[0].limit, decimalsFor(100*rows[0].limit, 2)) + " % avoidable misses"
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
		parts = append(parts, list(always)+ifElse(len(always) == 1, " keeps", " keep")+" to it at the highest load tried")
	}
	if len(never) > 0 {
		parts = append(parts, list(never)+ifElse(len(never) == 1, " misses", " miss")+" more at every load tried")
	}
	about := overlap(rows[0].over, rows[0].n)
	return "Highest load on " + rows[0].workload + " with at most " + limit + ", in requests/s (" + about + "): " + strings.Join(parts, "; ") + "."
}

// loadText is a load, and how it compares to the first policy's.
func loadText(r *highestLoad) string {
	scale := r.perSecond / r.load.mean
	v := estimate{r.perSecond, r.load.low * scale, r.load.high * scale}
	text := decimal(v.mean, decimalsFor(v.mean, 3))
	if v.interval() {
		text += bracket(v, max(decimalsFor((v.high-v.low)/2, 2), decimalsFor(v.low, 2)))
	}
	switch q := r.ratio; {
	case r.against == "" || !q.finite() || !(q.mean > 0):
		return text
	case q.interval() && q.low <= 1 && q.high >= 1:
		return text + ", difference from " + r.against + " not known"
	case q.interval():
		return text + ", " + decimal(q.mean, decimalsFor(q.mean, 3)) + " times " + r.against + "'s" + bracket(q, decimalsFor((q.high-q.low)/2, 2))
	default:
		return text + ", " + decimal(q.mean, decimalsFor(q.mean, 3)) + " times " + r.against + "'s"
	}
}
