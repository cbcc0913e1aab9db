package results

import (
	"fmt"
	"math"
	"slices"
)

// A Row is one run: one line of runs.csv.
type Row struct {
	Info       RunInfo
	WorstClass string
	Values     []float64 // by columns
	Trend      Trend
}

// Value is the metric of a name, NaN if there is no such metric.
func (r *Row) Value(metric string) float64 {
	if i := columnOf(metric); i >= 0 {
		return r.Values[i]
	}
	return math.NaN()
}

// A Contrast is a pair of policies whose difference is of interest besides
// that to the first policy.
type Contrast struct {
	Name string `json:"name"` // "the router"
	From string `json:"from"` // policies
	To   string `json:"to"`
}

// Over says what an interval is about.
const (
	OverSeeds   = "seeds"   // the synthetic parts were drawn anew in every replication
	OverWindows = "windows" // a recorded trace, resampled in whole windows
	OverBatches = "batches" // one long run in its steady state, cut into stretches of successive arrivals
	// OverNothing has no interval: all replications met the same arrivals, so
	// that it would be about boot times and the policies' own draws alone.
	OverNothing = "1 workload"
)

// A Compared is one row of comparison.csv: a metric of a policy on a workload,
// and its paired difference to another policy.
type Compared struct {
	Workload, Policy, Metric, Unit string
	N                              int    // replications, or batches, behind the numbers
	Over                           string // OverSeeds, OverWindows, OverBatches or OverNothing
	Mean, Low, High                float64
	Against                        string // "" for the first policy itself
	Diff, DiffLow, DiffHigh        float64
	Verdict                        string
	// Family is how many intervals of differences hold together with 95 %
	// confidence: as many as there are primary metrics for one of them, which
	// answer the question; 1 for all others, which are exploratory.
	Family  int
	Primary bool
	// BootLow and BootHigh are the interval of a primary metric's difference by
	// the bootstrap-t; NaN without one.
	BootLow, BootHigh float64
	// Recording is the metric of the policy on the recording itself, of which
	// replications are resamples; nil where there is none.
	Recording *float64
}

// The verdicts of a difference.
const (
	Better       = "better"
	Worse        = "worse"
	Higher       = "higher" // neither is better
	Lower        = "lower"
	NoDifference = "no difference found" // the interval includes 0
	NoInterval   = "no interval"         // one run, or a value that is not finite
)

// A cell is the replications of one policy on one workload.
type cell struct {
	rows []Row
	basis
	primary []string
	series  *Series // of the only run, where it is cut into batches; else nil
}

// values is one metric of all replications.
func (c *cell) values(column int) []float64 {
	out := make([]float64, len(c.rows))
	for i := range c.rows {
		out[i] = c.rows[i].Values[column]
	}
	return out
}

// single says whether there is only one run to speak of: there is one, or all
// replications agree in every number.
func (c *cell) single() bool {
	for i := range c.rows {
		if !slices.EqualFunc(c.rows[i].Values, c.rows[0].Values, identical) {
			return false
		}
	}
	return true
}

// identical compares floats bit by bit but for the sign of zero.
func identical(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// compare makes the rows of comparison.csv for one workload: every metric of
// every policy against the first, then every contrast.
func compare(workload string, policies []string, cells []cell, contrasts []Contrast) []Compared {
	var out []Compared
	for p := range policies {
		for c := range columns {
			against := 0
			if p == 0 {
				against = -1
			}
			out = append(out, compareOne(workload, policies, cells, c, p, against))
		}
	}
	for _, k := range beside(policies, contrasts) {
		for c := range columns {
			out = append(out, compareOne(workload, policies, cells, c, k[1], k[0]))
		}
	}
	return out
}

// beside are the contrasts that have rows of their own, as places of policies:
// those to the first policy are there already, and each pair is there once.
func beside(policies []string, contrasts []Contrast) (pairs [][2]int) {
	for _, k := range contrasts {
		pair := [2]int{slices.Index(policies, k.From), slices.Index(policies, k.To)}
		if pair[0] > 0 && pair[1] >= 0 && pair[0] != pair[1] && !slices.Contains(pairs, pair) {
			pairs = append(pairs, pair)
		}
	}
	return pairs
}

// compareOne makes one row. Where the runs that the row is about agree in every
// number, it speaks of one run and has no interval.
func compareOne(workload string, policies []string, cells []cell, column, policy, against int) Compared {
	c, b, nan := &cells[policy], &cells[policy], math.NaN()
	if against >= 0 {
		b = &cells[against]
	}
	r := Compared{
		Workload: workload, Policy: policies[policy], Metric: columns[column].name, Unit: columns[column].unit,
		Diff: nan, DiffLow: nan, DiffHigh: nan, BootLow: nan, BootHigh: nan, Family: 1,
	}
	if r.Primary = slices.Contains(c.primary, r.Metric); r.Primary {
		r.Family = len(c.primary)
	}
	var own, level scope
	own.of(c, c, column)
	level.of(c, b, column)
	r.N, r.Over = level.n, level.over
	xs, _ := pairs(c, c, column)
	r.Mean, r.Low, r.High = own.interval(xs, 1)
	if against < 0 {
		return r
	}
	r.Against = policies[against]
	d := differences(pairs(c, b, column))
	r.Diff, r.DiffLow, r.DiffHigh = level.interval(d, r.Family)
	r.Verdict = judge(r.Diff, r.DiffLow, r.DiffHigh, columns[column].better)
	if r.Primary && level.over == OverSeeds {
		r.BootLow, r.BootHigh = bootstrapped(d, r.Family)
	}
	return r
}

// pairs is one metric of two cells, or of the same one twice, replication by
// replication; or batch by batch without the longer of the two warm-ups, where
// there is but one run, it has a steady state and the metric has batches.
func pairs(c, b *cell, column int) (x, y []float64) {
	if of, ok := batchRatios[columns[column].name]; ok && c.settled() && b.settled() && len(c.series.Batches) == len(b.series.Batches) {
		from := max(c.rows[0].Trend.Warmup, b.rows[0].Trend.Warmup)
		if x, y = c.series.long(from, of), b.series.long(from, of); x != nil {
			return x, y
		}
	}
	return c.values(column), b.values(column)
}

// settled says whether the only run can be cut into batches.
func (c *cell) settled() bool { return c.series != nil && !c.rows[0].Trend.Endless }

// A scope is what an interval is about, and over how many.
type scope struct {
	n int
	basis
}

// of says it of a metric of one cell, or of its difference between two. Where
// all runs agree in every number there is but one.
func (a *scope) of(c, b *cell, column int) {
	x, _ := pairs(c, b, column)
	switch {
	case c.settled() && b.settled() && len(x) == longBatches:
		a.n, a.basis = longBatches, basis{over: OverBatches}
	case c.single() && b.single():
		a.n, a.basis = min(len(x), 1), basis{over: OverNothing}
	default:
		a.n, a.basis = len(x), c.basis
	}
}

// interval is that of one number per replication, or of the first alone.
func (a *scope) interval(xs []float64, family int) (mean, low, high float64) {
	return intervalOf(xs[:min(len(xs), a.n)], family, a.basis)
}

// judge says what a difference means.
func judge(diff, low, high float64, better direction) string {
	switch {
	case math.IsNaN(low) || math.IsNaN(high):
		return NoInterval
	case low <= 0 && high >= 0:
		return NoDifference
	}
	up := diff > 0
	switch {
	case better == neither && up:
		return Higher
	case better == neither:
		return Lower
	case up == (better == moreIsBetter):
		return Better
	}
	return Worse
}

// overlap names what intervals are about, with their number.
func overlap(over string, n int) string {
	switch over {
	case OverNothing:
		return "n = 1 workload, no interval"
	case OverWindows:
		return fmt.Sprintf("over windows, n = %d resamples of one recording", n)
	case OverBatches:
		return fmt.Sprintf("over batches, n = %d of one run", n)
	}
	return fmt.Sprintf("over seeds, n = %d", n)
}
