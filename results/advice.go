package results

import (
	"fmt"
	"math"
	"slices"

	"cnv/results/stat"

	"gonum.org/v1/gonum/stat/distuv"
)

// A primary difference that is not told from none may need more seeds. How many
// is told for the one that needs the fewest.
const mostAdvised = 10_000

// advice is how many seeds would tell the next difference, if it is as large as
// seen; none where all are told, or nothing would help.
// Differences that hang on one replication are left out: their spread says little.
func advice(rows []Compared, hangs func(*Compared) bool) []Warning {
	var best *Compared
	least := math.Inf(1)
	for i := range rows {
		r := &rows[i]
		if r.N < fewReplications || !r.Primary || r.Verdict != NotKnown || math.IsNaN(r.JointLow) || r.Over != OverSeeds || r.Diff == 0 || hangs(r) {
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
		"the difference in %s from %s is not known over %d seeds; if it is as large as seen, some %.0f tell it in four of five cases (--seeds %.0f)",
		best.Metric, best.Against, best.N, least, least)}}
}

// needed is the number of seeds that tell a difference as large as seen, with the
// spread that was seen, from none in four of five cases (the usual normal
// approximation, with the bound of |t| that holds for the whole family); two digits.
func needed(r *Compared) float64 {
	error := (r.DiffHigh - r.DiffLow) / 2 / stat.StudentsT(float64(r.N-1), 1-(1-confidence)/2)
	most := (r.JointHigh - r.JointLow) / 2 / error
	tail := distuv.StudentsT{Sigma: 1, Nu: float64(r.N - 1)}.CDF(most)
	n := float64(r.N) * math.Pow((distuv.UnitNormal.Quantile(tail)+distuv.UnitNormal.Quantile(0.8))*error/r.Diff, 2)
	return round(math.Ceil(n), 2)
}

// hangs says whether one replication makes most of a metric that a row compares.
func (s *Set) hangs(r *Compared) bool {
	w := slices.Index(s.plan.Workloads, r.Workload)
	for p, c := range s.cellsOf(w) {
		if name := s.plan.Policies[p]; name == r.Policy || name == r.Against {
			if _, share := carried(&c, columnOf(r.Metric)); share > 0 {
				return true
			}
		}
	}
	return false
}
