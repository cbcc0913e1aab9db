package compare

import (
	"cnv/results"
	"cnv/results/stat"
)

// One long run in its steady state has an interval by batch means: its mean over
// longBatches stretches (between the 10 and 30 that Schmeiser 1982,
// doi:10.1287/opre.30.3.556, recommends), by Student's t, corrected for their skewness.
// Whether they are long enough is asked of ShortBatches stretches, as ten say little of
// how alike neighbours are: the interval is widened by as much as an autoregressive
// process of their lag-1 autocorrelation asks for, which is too much where it is large,
// and there is none where it is beyond mostLag. A run that looks less correlated than it
// is by luck passes more easily, and is the one whose interval is too narrow; so little
// is refused and much is widened. How often intervals hold is measured
// (`go run ./results/study coverage --only "one run"`).
const (
	longBatches = 10
	mostLag     = 0.8
)

// A batched is a metric of two cells, or of the same one twice, batch by batch: x and y
// have longBatches values.
type batched struct {
	x, y []float64
	lag  float64 // of the shorter batches of their difference, or the longer ones if that is more; at least 0
}

// batched cuts one run of each cell, without the longer of the two warm-ups; nil where that
// gives no interval: the metric is no ratio over batches, a run has no steady state, or
// neighbours are too much alike.
func (c *cell) batched(b *cell, column int) *batched {
	of, ok := results.BatchRatios[results.Columns[column].Name]
	if !ok || !c.settled() || !b.settled() || len(c.series.Batches) != len(b.series.Batches) {
		return nil
	}
	from := max(c.rows[0].Trend.Warmup, b.rows[0].Trend.Warmup)
	cut := func(n int) *batched {
		out := &batched{x: c.series.Long(from, n, of), y: b.series.Long(from, n, of)}
		own := out.x
		if c != b {
			own = stat.Differences(out.x, out.y)
		}
		if len(own) > 0 {
			out.lag = stat.Lag(own)
		}
		return out
	}
	short := cut(results.ShortBatches)
	if len(short.x) == 0 || !(short.lag <= mostLag) { // NaN: a batch without an answer
		return nil
	}
	out := cut(longBatches)
	out.lag = max(min(out.lag, mostLag), short.lag, 0)
	return out
}

// pairs is one metric of two cells of a workload, or of the same one twice, replication by
// replication; or batch by batch, where a run is cut. x and y have one length.
func pairs(c, b *cell, column int) (x, y []float64) {
	if one := c.batched(b, column); one != nil {
		return one.x, one.y
	}
	return c.values(column), b.values(column)
}
