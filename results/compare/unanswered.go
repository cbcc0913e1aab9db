package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/policy"
	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"
)

// A loss is the requests of a cell that got no answer. reasons is the key by which cells
// are told together: texts have numbers, which differ everywhere.
type loss struct {
	where, text string
	reasons     string  // what happened to them
	share       float64 // of all requests
}

// mostLosses is how many cells that lost requests for the same reasons are told one by
// one.
const mostLosses = 3

// unanswered are the warnings about requests without an answer: by cell, or where these are
// many of the same reasons, the one that lost most. Void cells are left out, as their
// numbers are none.
//
// "120 of 10000 requests a run got no answer: left by their client; likewise, at most as
// large a share, in 5 other cells (the columns unanswered_* of runs.csv)"
func (s *Set) unanswered() []Warning {
	byReason := map[string][]loss{}
	var order []string
	for w, name := range s.plan.Workloads {
		for p, c := range s.cellsOf(w) {
			if s.VoidReason(w, p) != "" {
				continue
			}
			l := c.loss()
			if l.where = name + " / " + s.plan.Policies[p]; l.text == "" {
				continue
			}
			if byReason[l.reasons] == nil {
				order = append(order, l.reasons)
			}
			byReason[l.reasons] = append(byReason[l.reasons], l)
		}
	}
	var out []Warning
	for _, reasons := range order {
		ls := byReason[reasons]
		if len(ls) <= mostLosses {
			for _, l := range ls {
				out = append(out, Warning{l.where, l.text})
			}
			continue
		}
		byShare := func(a, b loss) int { return cmp.Compare(a.share, b.share) }
		most, fewer := slices.MaxFunc(ls, byShare), ", at most as large a share,"
		if slices.MinFunc(ls, byShare).share == most.share {
			fewer = ", as large a share,"
		}
		out = append(out, Warning{most.where, fmt.Sprintf("%s; likewise%s in %d other cells (the columns unanswered_* of runs.csv)", most.text, fewer, len(ls)-1)})
	}
	return out
}

// loss says how many requests of a run of a cell got no answer, and why, means over
// replications; no text if all did. In the order of reasons, as the columns have it.
//
// "120 of 10000 requests a run got no answer: 100 left by their client, 20 refused by admission (429)"
func (c *cell) loss() loss {
	mean := func(name string) float64 { return stat.MeanOf(c.values(results.ColumnOf(name))) }
	var parts, why []string
	total := 0.0
	for r := policy.ReasonNone + 1; int(r) < policy.Reasons; r++ {
		if n := mean(results.ReasonColumn(r)); n > 0 {
			total += n
			parts, why = append(parts, countText(n)+" "+results.ReasonWords[r]), append(why, results.ReasonWords[r])
		}
	}
	requests := mean("requests")
	if len(parts) == 0 || !(requests > 0) {
		return loss{}
	}
	if len(parts) == 1 { // its number is the total
		parts = why
	}
	per := words.IfElse(len(c.rows) > 1, " a run", "")
	return loss{
		text:    fmt.Sprintf("%s of %s requests%s got no answer: %s", countText(total), countText(requests), per, strings.Join(parts, ", ")),
		reasons: strings.Join(why, ", "), share: total / requests,
	}
}

// countText is a number of requests: whole, or the mean of several runs with three digits.
func countText(n float64) string {
	if n == math.Trunc(n) && n < 1e15 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return words.Significant(n, 3)
}
