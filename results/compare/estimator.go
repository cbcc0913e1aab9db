package compare

import (
	"math"

	"cnv/results"
	"cnv/results/stat"
)

// A measured is a metric of a cell: its value over all replications, what each
// contributes, and its own 95 % interval; low and high are NaN without one.
type measured struct {
	stat.Linear
	low, high float64
}

// measure estimates a metric of all replications of a cell, each kind in its own way. It is
// remembered, and must not be changed.
func (c *cell) measure(column int) *measured {
	if c.known == nil {
		c.known = make([]*measured, len(results.Columns))
	}
	if c.known[column] == nil {
		c.known[column] = estimated(c.rows, &results.Columns[column], c.Basis)
	}
	return c.known[column]
}

// estimated is a metric of some runs, by its form: a quantile from pooled counts, a
// function of sums by the jackknife, all else the mean over runs. The order matters: an
// interval is widened for few events before it is cut to what can be.
func estimated(rows []results.Row, of *results.Column, about stat.Basis) *measured {
	if of.Form == results.FormQuantile {
		return pooled(rows, of, about)
	}
	var m measured
	switch {
	case of.Form == results.FormWorst:
		m.Linear = worstOf(rows)
	// Ratios of runs of very different lengths are skewed, whatever the work.
	case of.Of != nil:
		m.Linear = ofSums(rows, of.Of)
		about.Skewed = about.Skewed || unequal(rows)
	default:
		m.Linear = stat.Mean(valuesOf(rows, results.ColumnOf(of.Name)))
	}
	m.low, m.high = stat.PrecisionOf(m.At, about).Own(m.Value)
	if !math.IsNaN(m.low) {
		m.few(rows, of, about)
		m.rare(rows, of, about)
	}
	m.cut(results.ColumnOf(of.Name), scope{len(rows), about})
	return &m
}

// cut ends the interval where the values of the metric end.
// A metric that is never negative has no interval below 0, whatever Student's t says.
func (m *measured) cut(column int, about scope) {
	switch {
	case isPart(column):
		m.low, m.high = possible(m.low, m.high, [2]float64{0, 1}, m.Value, about)
	case m.low < 0 && !isSigned(column):
		m.low = min(0, m.Value)
	}
}

// unequalRuns is the squared coefficient of variation of the requests of a run from which
// on ratios of sums are skewed: the runs that make them most differ in what they make.
const unequalRuns = 0.25

// unequal says whether runs have very different numbers of requests, as on-off traffic
// brings them. Of ten such runs Student's interval of a share held 89 times of 100, and
// one that is corrected for skewness 95; where runs are alike, Student's holds, and the
// correction of ten values is mostly noise.
func unequal(rows []results.Row) bool {
	sum, squares, n := 0.0, 0.0, float64(len(rows))
	for _, x := range valuesOf(rows, results.ColumnOf("requests")) {
		sum, squares = sum+x, squares+x*x
	}
	return n > 1 && (squares-sum*sum/n)/(n-1) > unequalRuns*(sum/n)*(sum/n)
}

// rare widens the interval of what seldom happens, and of what nearly always does: a share
// of nearly 1 is rare in what is left of it. Of what was never seen in n runs, up to 3/n of
// the runs may have some (rule of three).
//
// Over windows the recording has as many independent parts as windows, however many
// resamples there are.
func (m *measured) rare(rows []results.Row, of *results.Column, about stat.Basis) {
	own := valuesOf(rows, results.ColumnOf(of.Name))
	if about.Over == stat.OverWindows {
		own = own[:min(len(own), about.Windows)]
	}
	switch of.Form {
	case results.FormRate, results.FormWorst:
		others := make([]float64, len(own))
		for i, x := range own {
			others[i] = 1 - x
		}
		m.high = stat.RareHigh(own, m.high, about.Level(), most(of))
		if low := 1 - stat.RareHigh(others, 1-m.low, about.Level(), most(of)); low < m.low-1e-12 {
			m.low = low
		}
	case results.FormEvents:
		// Events are bounded as shares of what they may happen to, and turned back into
		// events.
		per := stat.MeanOf(valuesOf(rows, results.ColumnOf(of.Per)))
		shares := make([]float64, len(own))
		for i, x := range own {
			shares[i] = x / per
		}
		if per > 0 {
			m.high = max(m.high, per*stat.RareHigh(shares, m.high/per, about.Level(), most(of)))
		}
	}
}

// pooled is a quantile of the values of all runs together.
// A quantile has no part of its own in a replication; its interval comes from that of the share of
// values below it, turned back into values.
func pooled(rows []results.Row, of *results.Column, about stat.Basis) *measured {
	parts := make([]stat.Counts, len(rows))
	for i := range rows {
		parts[i] = rows[i].Tail(of.Tail)
		if math.IsNaN(parts[i].All) { // nobody has asked
			return &measured{stat.None(), math.NaN(), math.NaN()}
		}
	}
	q := stat.NewPool(parts).Quantile(of.P, func(bucket int) float64 { return results.BucketValue(bucket) * of.Tail.Unit() },
		func(share stat.Linear) float64 { return stat.PrecisionOf(share.At, about).Half() })
	return &measured{q.Linear, q.Low, q.High}
}

// refused says of a quantile how many values of all runs lie beyond it, where those
// are too few to tell it.
func (c *cell) refused(column int) (beyond float64, ok bool) {
	of := &results.Columns[column]
	if of.Form != results.FormQuantile {
		return 0, false
	}
	for i := range c.rows {
		beyond += c.rows[i].Tail(of.Tail).All * (1 - of.P)
	}
	return beyond, beyond > 0 && math.IsNaN(c.measure(column).Value)
}

// valuesOf is one metric of each run.
func valuesOf(rows []results.Row, column int) []float64 {
	out := make([]float64, len(rows))
	for i := range rows {
		out[i] = rows[i].Values[column]
	}
	return out
}

// Estimate is a metric of some runs of one policy on one workload together, and its 95 %
// interval over seeds: what comparison.csv would have of them. low and high are NaN without
// one. It panics if there is no such metric.
func Estimate(runs []results.Row, metric string) (value, low, high float64) {
	m := estimated(runs, &results.Columns[results.ColumnOf(metric)], stat.Basis{Over: stat.OverSeeds})
	return m.Value, m.low, m.high
}
