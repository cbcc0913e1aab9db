package results

import (
	"fmt"
	"math"
)

// A primary difference that is not told from none may need more seeds. How many
// is told for the one that needs the fewest: with the spread that was seen, the
// half width of an interval falls with the root of their number.
const mostAdvised = 10_000

// advice is how many seeds would tell the next difference, if it is as large as
// seen; none where all are told, or nothing would help.
func advice(rows []Compared) []Warning {
	var best *Compared
	least := math.Inf(1)
	for i := range rows {
		r := &rows[i]
		if r.N < fewReplications || !r.Primary || r.Verdict != NoDifference || r.Over != OverSeeds || r.Diff == 0 {
			continue
		}
		if n := needed(r); n < least {
			best, least = r, n
		}
	}
	if best == nil || least > mostAdvised {
		return nil
	}
	return []Warning{{best.Workload + " / " + best.Policy, fmt.Sprintf(
		"the difference in %s from %s is not told from none over %d seeds; if it is as large as seen, some %.0f would tell it (--seeds %.0f)",
		best.Metric, best.Against, best.N, least, least)}}
}

// needed is the number of seeds at which half of the interval is as wide as the
// difference, and a fifth more to be safe; two digits.
func needed(r *Compared) float64 {
	half := (r.DiffHigh - r.DiffLow) / 2
	n := 1.2 * float64(r.N) * math.Pow(half/math.Abs(r.Diff), 2)
	return round(math.Ceil(n), 2)
}
