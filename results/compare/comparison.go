package compare

import (
	"math"
	"slices"

	"cnv/results"
	"cnv/results/stat"
)

// A Contrast is a pair of policies whose difference is of interest besides that to the
// first policy: [[contrast]] of an experiment file. Differences are those of To less those
// of From.
type Contrast struct {
	Name string `json:"name"` // "the router"
	From string `json:"from"` // policies
	To   string `json:"to"`
	// On names the workloads that the sentences are about; nil: all.
	On []string `json:"on,omitempty"`
	// AgainFrom and AgainTo are policies between which the same change is made where
	// all else is otherwise: the two differences are compared (see Interaction); "" none.
	AgainFrom string `json:"again_from,omitempty"`
	AgainTo   string `json:"again_to,omitempty"`
	// Expected is what the hypothesis has the change do, by metric, on the workloads
	// ExpectedOn (nil: all that the sentences are about), and AgainExpected what it has
	// it do between AgainFrom and AgainTo; nil: it says nothing of it.
	Expected      map[string]Expectation `json:"expected,omitempty"`
	AgainExpected map[string]Expectation `json:"again_expected,omitempty"`
	ExpectedOn    []string               `json:"expected_on,omitempty"`
}

// About says whether the sentences are about a workload.
func (c *Contrast) About(workload string) bool { return c.On == nil || slices.Contains(c.On, workload) }

// A Compared is one row of comparison.csv: a metric of a policy on a workload, and its
// paired difference to another policy.
//
// Numbers are in Unit. What is not there is NaN: the interval where there is none, and all
// of the difference where Against is "". Differences are Policy less Against.
type Compared struct {
	Workload, Policy, Metric, Unit string
	N                              int    // replications, or batches, behind the numbers
	Over                           string // OverSeeds, OverWindows, OverBatches, OverDraws, OverNothing or OverEqual
	Mean, Low, High                float64
	Against                        string // "" for the first policy itself
	Diff, DiffLow, DiffHigh        float64
	// JointLow and JointHigh are what the verdict is about: of a primary metric the
	// interval that holds together with those of all primary metrics, pairs of policies
	// and workloads.
	JointLow, JointHigh float64
	Delta               float64 // the smallest difference that matters, in the metric's unit
	Verdict             string
	// Family is how many intervals of differences hold together with 95 %
	// confidence; 1 for all but primary metrics, which are exploratory.
	Family  int
	Primary bool
	// Carriers is how many replications the difference varies by, as if these alike and
	// no others did: (Σd²)²/Σd⁴ of what each is off the mean; 0 where none varies.
	Carriers float64
	// Recording is the metric of the policy on the recording itself, of which
	// replications are resamples; nil where there is none.
	Recording *float64
}

// A cell is the replications of one policy on one workload.
//
// Invariant: rows are in the order of replications, which is the same in all cells of a workload.
type cell struct {
	rows []results.Row
	stat.Basis
	primary []string
	closed  bool            // clients wait for answers before they send again
	calls   int             // that functions take at once; 0: none
	series  *results.Series // of the only run, where it is cut into batches; else nil
	known   []*measured     // by column
	agree   agreement       // of the rows, see single
}

// An agreement is what is known of whether all replications agree in every number. The zero
// value is that nobody has asked.
type agreement uint8

const (
	// single has not been called yet.
	notAsked agreement = iota
	agreed
	differing
)

// values is one metric of each replication, NaN where it has none.
func (c *cell) values(column int) []float64 { return valuesOf(c.rows, column) }

// single says whether there is only one run to speak of: there is one, or all
// replications agree in every number. It is remembered: each metric of each pair asks.
func (c *cell) single() bool {
	if c.agree == notAsked {
		c.agree = agreed
		for i := range c.rows {
			if !slices.EqualFunc(c.rows[i].Values, c.rows[0].Values, results.Identical) {
				c.agree = differing
				break
			}
		}
	}
	return c.agree == agreed
}

// every is the rows of all workloads. It is remembered: files, answer, report and advice ask.
func (c *comparison) every() []Compared {
	c.made.Do(func() {
		c.all = make([]Compared, 0, len(c.cells)*len(results.Columns)*(len(c.plan.Policies)+len(beside(c.plan.Policies, c.plan.Contrasts))))
		for w := range c.cells {
			c.all = append(c.all, c.rows(w)...)
		}
	})
	return c.all
}

// rows are those of comparison.csv for one workload: every metric of every policy against
// the first, then every contrast. The rows of the first policy have nothing to be compared
// to (Against is "").
func (c *comparison) rows(w int) []Compared {
	var out []Compared
	for p := range c.plan.Policies {
		for column := range results.Columns {
			against := 0
			if p == 0 {
				against = -1
			}
			out = append(out, c.row(w, p, against, column))
		}
	}
	for _, k := range beside(c.plan.Policies, c.plan.Contrasts) {
		for column := range results.Columns {
			out = append(out, c.row(w, k[1], k[0], column))
		}
	}
	return out
}

// beside are the pairs of contrasts that have rows of their own, as places of policies:
// from and to, and where something is expected of them, again_from and again_to. Those to
// the first policy are there already, and each pair is there once.
// Complete counts rows by it, so that a damaged file is found.
func beside(policies []string, contrasts []Contrast) (pairs [][2]int) {
	add := func(from, to string) {
		pair := [2]int{slices.Index(policies, from), slices.Index(policies, to)}
		if pair[0] > 0 && pair[1] >= 0 && pair[0] != pair[1] && !slices.Contains(pairs, pair) {
			pairs = append(pairs, pair)
		}
	}
	for i := range contrasts {
		add(contrasts[i].From, contrasts[i].To)
	}
	for i := range contrasts {
		if k := &contrasts[i]; k.AgainExpected != nil {
			add(k.AgainFrom, k.AgainTo)
		}
	}
	return pairs
}

// row makes one row; against is the place of a policy, -1: none. Where the runs that the
// row is about agree in every number, it speaks of one run and has no interval.
func (c *comparison) row(w, policy, against, column int) Compared {
	nan, own := math.NaN(), &c.cells[w][policy]
	r := Compared{
		Workload: c.plan.Workloads[w], Policy: c.plan.Policies[policy], Metric: results.Columns[column].Name, Unit: results.Columns[column].Unit,
		Diff: nan, DiffLow: nan, DiffHigh: nan, JointLow: nan, JointHigh: nan, Delta: nan, Family: 1,
		Primary: slices.Contains(c.plan.primary(), results.Columns[column].Name),
	}
	m, about := own.level(column)
	r.N, r.Over = about.n, about.Over
	r.Mean, r.Low, r.High = m.Value, m.low, m.high
	if against < 0 {
		return r
	}
	// A difference may be about fewer replications than the value, or about batches.
	d := c.difference(w, policy, against, column)
	r.N, r.Over, r.Against = d.n, d.Over, c.plan.Policies[against]
	r.Diff, r.DiffLow, r.DiffHigh, r.JointLow, r.JointHigh = d.value, d.low, d.high, d.jointLow, d.jointHigh
	r.Delta, r.Verdict, r.Family, r.Carriers = d.delta, d.verdict, d.family, d.carriers
	return r
}

// level is a metric of a cell and what its interval is about: over batches, where
// there is but one run and the metric has some.
func (c *cell) level(column int) (*measured, scope) {
	var about scope
	about.of(c, c, column)
	m := *c.measure(column)
	switch about.Over {
	case stat.OverBatches:
		x, _ := pairs(c, c, column)
		m.Value, m.low, m.high = stat.IntervalOf(x, about.Basis)
		m.cut(column, about)
	case stat.OverNothing, stat.OverEqual:
		m.low, m.high = math.NaN(), math.NaN()
	}
	return &m, about
}

// settled says whether the only run can be cut into batches.
func (c *cell) settled() bool { return c.series != nil && !c.rows[0].Trend.Endless }

// A scope is what an interval is about, and over how many.
type scope struct {
	n int
	stat.Basis
}

// of says it of a metric of one cell, or of its difference between two. Where
// all runs agree in every number there is but one.
func (a *scope) of(c, b *cell, column int) {
	if one := c.batched(b, column); one != nil {
		a.n, a.Basis = longBatches, stat.Basis{Over: stat.OverBatches, Lag: one.lag}
		return
	}
	if c.single() && b.single() {
		if a.n, a.Basis = min(len(c.rows), 1), (stat.Basis{Over: stat.OverNothing}); len(c.rows) > 1 {
			a.Basis.Over = stat.OverEqual
		}
		return
	}
	a.n, a.Basis = len(c.rows), c.Basis
}
