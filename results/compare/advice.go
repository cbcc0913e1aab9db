package compare

import (
	"fmt"
	"math"

	"cnv/results/stat"

	"gonum.org/v1/gonum/stat/distuv"
)

// A primary difference that is not known may need more seeds. How many is told for
// the one that needs the fewest; of more than mostAdvised nobody is.
const mostAdvised = 10_000

// adviceCarriers is how many replications must carry a difference for what they say of
// the others to be passed on; a third of n, where values are normal.
const adviceCarriers = 5

// advice is how many seeds give the next difference a verdict; none where all have one,
// nothing would help, or it is not known what would: too few replications carry what was
// seen. One warning at most.
//
// "the difference in miss_avoidable from a is not known over 10 seeds; some 45 give it a
// verdict in nine of ten cases, be it better, worse or the same within delta, if the others
// vary as these do (--seeds 45)"
func advice(rows []Compared) []Warning {
	var best *Compared
	least := math.Inf(1)
	for i := range rows {
		r := &rows[i]
		if !r.Primary || r.Verdict != NotKnown || r.Over != stat.OverSeeds || !(r.Carriers >= adviceCarriers) {
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
		"the difference in %s from %s is not known over %d seeds; some %.0f give it a verdict in nine of ten cases, be it better, worse or the same within delta, if the others vary as these do (--seeds %.0f)",
		best.Metric, best.Against, best.N, least, least)}}
}

// advised is that of a set; nil under --until, which adds seeds anyway.
func (s *Set) advised() []Warning {
	if s.plan.Looks > 0 {
		return nil
	}
	return advice(s.Comparison())
}

// needed is a number of seeds that gives a difference a verdict whatever it truly is:
// with half the interval at most half of delta, all of it is within delta of 0 or 0
// is not in it. So nothing rests on how large the difference seemed, which
// is mostly luck where it could not be told. Half of delta is reached by Stein's
// two-stage rule (1945, doi:10.1214/aoms/1177731088) with the upper 90 % bound of the
// variance, as the seeds are other ones; the bound of |t| is the normal one
// of the same level as that which holds for the whole family now. Rounded up
// to two digits; infinite where nothing is known.
func needed(r *Compared) float64 {
	n := float64(r.N)
	own := (r.DiffHigh - r.DiffLow) / 2
	// The standard error, as the row has it: its own interval is Student's.
	error := own / stat.StudentsT(n-1, 1-(1-stat.Confidence)/2)
	if !(error > 0) || !(r.Delta > 0) {
		return math.Inf(1)
	}
	upper := error * math.Sqrt((n-1)/distuv.ChiSquared{K: n - 1}.Quantile(0.1))
	tail := distuv.StudentsT{Sigma: 1, Nu: n - 1}.CDF((r.JointHigh - r.JointLow) / 2 / error)
	want := math.Ceil(n * math.Pow(distuv.UnitNormal.Quantile(tail)*upper/(r.Delta/2), 2))
	if !(want < math.Inf(1)) {
		return math.Inf(1)
	}
	want = max(want, n+1)
	digit := math.Pow(10, max(math.Floor(math.Log10(want))-1, 0))
	return math.Ceil(want/digit) * digit
}
