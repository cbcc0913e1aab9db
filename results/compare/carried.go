package compare

import (
	"math"

	"cnv/results/stat"
)

// oneCarrier is below how many carriers (see stat.Carriers) one replication makes more
// than four fifths of how a difference varies: of 6 to 40 values of which one is apart from
// the others it is 1.43 to 1.05. Ten normal differences have fewer in one case of a
// thousand, and skewed ones, which do rest on so few, more often.
const oneCarrier = 1.5

// A carriedRange is how far a difference may be either way that few replications carry;
// NaN where more do.
type carriedRange struct{ low, high float64 }

// widen makes an interval reach both ends. One that is not known stays so.
func (r carriedRange) widen(low, high float64) (float64, float64) {
	if math.IsNaN(low) || math.IsNaN(r.low) {
		return low, high
	}
	return min(low, r.low), max(high, r.high)
}

// carried bounds a difference of which one replication makes the spread: Student's interval
// believes that the others would vary as this one does a tenth as far, and nothing says so.
// What --until adds seeds to wants more carriers (see leastCarriers), as narrow intervals
// end it. Resamples and batches are no samples, so that one which is off says nothing of
// how many are.
//
// family is how many intervals hold together, at least 1; the bound has the confidence of
// one of them (Bonferroni). Where more than half of the replications would have to be
// carriers, there is none to bound by.
func (c *comparison) carried(d stat.Linear, about scope, family int) carriedRange {
	none := carriedRange{math.NaN(), math.NaN()}
	carriers, least := stat.Carriers(d.At), oneCarrier
	if c.plan.Looks > 0 && about.n >= FirstLook {
		least = leastCarriers
	}
	if !flippable(about) || !(carriers > 0) || carriers >= least {
		return none
	}
	k := int(math.Round(carriers))
	if 2*k > len(d.At) {
		return none
	}
	low, high := stat.CarriedBy(k, d.At, 1-(1-about.Level())/float64(max(family, 1)))
	return carriedRange{low, high}
}
