package stat

import "fmt"

// Over says what an interval is about.
const (
	OverSeeds   = "seeds"   // the synthetic parts were drawn again in every replication
	OverWindows = "windows" // a recorded trace, resampled in whole windows
	OverBatches = "batches" // one long run in its steady state, cut into stretches of successive arrivals
	// OverDraws is about what policies and machines draw, on one recording as it is: the
	// question is about these arrivals and no others.
	OverDraws = "draws"
	// OverNothing has no interval: all replications met the same arrivals, so
	// that it would be about boot times and the policies' own draws alone.
	OverNothing = "1 workload"
	// OverEqual has none either: all replications agree in every number, and one
	// speaks for all.
	OverEqual = "equal runs"
)

// Overlap names what intervals are about, with their number.
func Overlap(over string, n int) string {
	switch over {
	case OverNothing:
		return "n = 1 workload, no interval"
	case OverEqual:
		return "all runs agree, no interval"
	case OverWindows:
		return fmt.Sprintf("over resamples, n = %d of one recording", n)
	case OverDraws:
		return fmt.Sprintf("over draws, n = %d, of the same arrivals", n)
	case OverBatches:
		return fmt.Sprintf("over batches, n = %d of one run", n)
	}
	return fmt.Sprintf("over seeds, n = %d", n)
}

// Independent says whether the replications of an interval are independent: other seeds,
// or other draws on the same arrivals. Resamples of one recording and batches are not.
func (b Basis) Independent() bool { return b.Over == OverSeeds || b.Over == OverDraws }
