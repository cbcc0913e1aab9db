package compare

import (
	"math"
	"slices"
	"sync"

	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"
)

// A difference is how a metric differs between two policies on a workload, pair by
// pair of replications that met the same arrivals.
type difference struct {
	scope
	value     float64
	low, high float64 // 95 % on its own
	// jointLow and jointHigh are what the verdict is about: of a primary metric the
	// interval that holds together with all others of the family.
	jointLow, jointHigh float64
	family              int     // how many hold together
	carriers            float64 // replications that it varies by: see stat.Carriers
	delta               float64 // the smallest difference that matters, in the metric's unit
	verdict             string
}

// A comparison is the cells of an experiment and the family of what may be said of them:
// every pair of policies, on every workload, in every primary metric.
//
// Indices everywhere: w is the place of a workload, p, policy and against of policies in
// the order of the file, and column of a metric in results.Columns.
type comparison struct {
	plan  *Plan
	cells [][]cell // by workload, then policy
	family
	made sync.Once  // of all
	all  []Compared // rows of all workloads, see every
}

// A family is differences that hold together with 95 % confidence. Signs are flipped where
// replications are independent (see stat.Critical), as differences of one experiment are
// correlated: Bonferroni's intervals would be wider than needed.
//
// Differences whose signs cannot be flipped are in the family, too. Both kinds share the
// 5 % by their numbers.
type family struct {
	size    int
	flipped float64 // the most |t| of those whose signs can be flipped
	// By cell of the policy, place of the other policy and column.
	judgedBy map[[3]int]*difference
	silent   []bool // by workload: nothing is to be concluded from differences
}

// newComparison sizes the family: it counts the differences that have an interval, and
// finds the bound of |t| for those whose signs can be flipped. cells are by workload, then
// policy.
func newComparison(p *Plan, cells [][]cell) *comparison {
	c := &comparison{plan: p, cells: cells, family: family{judgedBy: map[[3]int]*difference{}}}
	var blocks []stat.Block
	flips, fewest := 0, p.Replications
	for w := range cells {
		c.silent = append(c.silent, unranked(cells[w]))
		for _, metric := range p.primary() {
			column := results.ColumnOf(metric)
			if column < 0 {
				continue
			}
			block := make(stat.Block, len(cells[w]))
			for a := range cells[w] {
				for b := range a {
					d, about := c.paired(w, a, b, column)
					// Of what has no interval nothing is claimed, so that it takes no part
					// of the 5 %.
					if math.IsNaN(stat.PrecisionOf(d.At, about.Basis).Error) {
						continue
					}
					c.size++
					if flippable(about) {
						flips++
						fewest = min(fewest, about.n)
						block[a], block[b] = cells[w][a].measure(column).At, cells[w][b].measure(column).At
					}
				}
			}
			blocks = append(blocks, block)
		}
	}
	if flips > 0 {
		c.flipped = p.flipped(blocks, fewest, float64(flips)/float64(c.size))
	}
	return c
}

// flipped is the most |t| of differences whose signs are flipped, of which the one with
// the fewest replications has so many: they have that share of what the looks leave.
func (p *Plan) flipped(blocks []stat.Block, fewest int, share float64) float64 {
	left := 1 - stat.Basis{Looks: p.Looks}.Level()
	return max(stat.Critical(blocks, p.Replications, 1-left*share), stat.StudentsT(float64(fewest-1), 1-left/2))
}

// flippable says whether replications are independent, and enough.
func flippable(about scope) bool {
	return about.Independent() && about.n >= stat.FewestFlips
}

// paired is a difference, linearised: At has the part of each replication, or of each
// batch; and what its interval is about. Its value is that of policy less that of against.
func (c *comparison) paired(w, policy, against, column int) (stat.Linear, scope) {
	about := pair{c, w, policy, against, column}.scope()
	return c.pairedOver(about, w, policy, against, column), about
}

// pairedOver is the same where it is known what the interval is about, as that of a
// difference of differences is about what both have.
func (c *comparison) pairedOver(about scope, w, policy, against, column int) stat.Linear {
	p, q := &c.cells[w][policy], &c.cells[w][against]
	if about.Over == stat.OverBatches {
		x, y := pairs(p, q, column)
		return stat.Mean(x).Minus(stat.Mean(y))
	}
	d := p.measure(column).Minus(q.measure(column).Linear)
	d.At = d.At[:min(len(d.At), about.n)]
	return d
}

// apart is the difference of what each replication has by itself, which for a ratio is not
// its part in the linearised difference: of events it says in which replications there were
// any.
func (c *comparison) apart(w, policy, against, column int) []float64 {
	x, y := pairs(&c.cells[w][policy], &c.cells[w][against], column)
	return stat.Differences(x, y)
}

// difference judges one, in these steps: the interval of Student's t, corrected for
// skewness where that is needed; the joint one; both widened for few events (over windows),
// for one replication that carries them, and for events that few replications have; both
// cut to what is possible, or none where they say nothing; the verdict; and last what was
// equal everywhere, and what is not ranked.
//
// The order matters: an interval is never widened after it was cut, nor judged before all
// is known. It is remembered: each is asked for by files, wins, the front and sentences.
func (c *comparison) difference(w, policy, against, column int) *difference {
	key := [3]int{w*len(c.cells[w]) + policy, against, column}
	if known := c.judgedBy[key]; known != nil {
		return known
	}
	d, about := c.paired(w, policy, against, column)
	own := pair{c, w, policy, against, column}
	s := stat.PrecisionOf(d.At, c.skewed(about.Basis, own))
	out := &difference{scope: about, value: d.Value, family: 1, carriers: stat.Carriers(d.At)}
	skewed := about.Skewed || own.fromBursts(w, policy, against, column)
	if out.low, out.high = s.Own(d.Value); about.Independent() && skewed && !math.IsNaN(s.Error) {
		out.low, out.high = s.Wider(d.Value, s.T())
	}
	out.jointLow, out.jointHigh = out.low, out.high
	if slices.Contains(c.plan.primary(), results.Columns[column].Name) {
		out.family = max(c.size, 1)
		out.jointLow, out.jointHigh = s.Wider(d.Value, c.most(about, s))
	}
	if about.Over == stat.OverWindows && rare(&results.Columns[column]) && s.Error > 0 {
		// Events over windows of one recording have ends of their own, by their number.
		far := c.reach(w, policy, against, column, about.Basis)
		out.low, out.high = far.stretch(out.low, out.high, s.Half())
		out.jointLow, out.jointHigh = far.stretch(out.jointLow, out.jointHigh, s.Half())
	}
	out.low, out.high = c.carried(d, about, 1).widen(out.low, out.high)
	out.jointLow, out.jointHigh = c.carried(d, about, out.family).widen(out.jointLow, out.jointHigh)
	apart := c.apart(w, policy, against, column)
	out.low, out.high = c.seldom(w, apart, d, about, column, 1).widen(out.low, out.high)
	out.jointLow, out.jointHigh = c.seldom(w, apart, d, about, column, out.family).widen(out.jointLow, out.jointHigh)
	switch most := math.Abs(c.cells[w][policy].measure(column).Value) + math.Abs(c.cells[w][against].measure(column).Value); {
	// A difference of two shares lies between -1 and 1.
	case isPart(column):
		out.low, out.high = possible(out.low, out.high, [2]float64{-1, 1}, d.Value, about)
		out.jointLow, out.jointHigh = possible(out.jointLow, out.jointHigh, [2]float64{-1, 1}, d.Value, about)
	case !rare(&results.Columns[column]) && about.n < fewReplications && out.jointHigh-out.jointLow > 2*most && most > 0:
		out.jointLow, out.jointHigh = math.NaN(), math.NaN() // longer than both levels together, either way
	}
	if level := c.cells[w][policy].measure(column).Value; tooAlike(d, about, math.Abs(level)+math.Abs(level-d.Value)) {
		out.low, out.high, out.jointLow, out.jointHigh = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	}
	out.delta = c.delta(w, against, column)
	out.verdict = Judge(out.value, out.jointLow, out.jointHigh, out.delta, results.Columns[column].Better)
	if everEqual(d, about, len(c.cells[w][policy].rows)) {
		out.verdict = Equal
		if !rare(&results.Columns[column]) {
			out.low, out.high, out.jointLow, out.jointHigh = math.NaN(), math.NaN(), math.NaN(), math.NaN()
		}
	}
	if c.unranked(w) {
		out.jointLow, out.jointHigh, out.verdict = math.NaN(), math.NaN(), NotRanked
	}
	c.judgedBy[key] = out
	return out
}

// skewed is the basis of what is made of some differences: their skewness counts where
// bursts make any of the shares. Student's interval of what bursts make is too short on one
// side (see burstyRuns).
func (c *comparison) skewed(about stat.Basis, of ...pair) stat.Basis {
	about.Skewed = about.Skewed || about.Independent() && slices.ContainsFunc(of, func(p pair) bool {
		return p.fromBursts(p.w, p.policy, p.against, p.column)
	})
	return about
}

// unranked says whether nothing is to be concluded from differences on a workload: see
// results.RunInfo.Unranked. One run of one policy decides, as all others are compared with
// it.
func (c *comparison) unranked(w int) bool { return c.silent[w] }

// unranked says it of its cells.
func unranked(cells []cell) bool {
	return slices.ContainsFunc(cells, func(x cell) bool {
		return slices.ContainsFunc(x.rows, func(r results.Row) bool { return r.Info.Unranked != "" })
	})
}

// most is the bound of |t| that holds for all of the family: by flipping signs, or by
// Bonferroni where they cannot be, as with fewer than stat.FewestFlips replications.
func (c *comparison) most(about scope, s stat.Precision) float64 {
	if math.IsNaN(s.Error) || flippable(about) {
		return c.flipped
	}
	return stat.Bonferroni(c.size, s.Freedom, s.Level)
}

// Missed is the share of all runs that may have what none of n has shown, with the
// confidence of all intervals: the rule of three (Hanley and Lippman-Hand 1983,
// doi:10.1001/jama.1983.03330370053031), 0.26 of ten. ok is false of one run, and where
// runs are no samples.
func Missed(n int, over string) (share float64, ok bool) {
	if n < 2 || !(stat.Basis{Over: over}).Independent() {
		return 0, false
	}
	return stat.RuleOfThree(n, stat.Confidence), true
}

// everEqual says whether there are several replications and the difference is 0 in each. Of
// a single one it is false: a difference of 0 in one run says nothing.
func everEqual(d stat.Linear, about scope, replications int) bool {
	differs := slices.ContainsFunc(d.At, func(v float64) bool { return v != 0 })
	return replications > 1 && len(d.At) > 0 && d.Value == 0 && !differs || about.Over == stat.OverEqual && d.Value == 0
}

// tooAlike says whether a difference is the same in each of so few replications, but for
// rounding beside such values, that its sign may be luck: their interval has no length, and
// says nothing of others. Where none of FewestFlips differs from the others, signs drawn at
// random would all be alike in fewer than 5 of 100 cases. Batches of one run share its
// draws, so that what is alike in all of them is as the model has it.
func tooAlike(d stat.Linear, about scope, size float64) bool {
	if len(d.At) == 0 || d.Value == 0 || about.n >= stat.FewestFlips || about.Over == stat.OverBatches {
		return false
	}
	return slices.Max(d.At)-slices.Min(d.At) <= rounding*max(size, math.Abs(d.Value))
}

// An atLeast is how far from 0 a mean difference may be by what few replications show, in
// the metric's unit; 0 says nothing, NaN that nothing is known.
type atLeast float64

// widen makes an interval reach that far either way. One that is not known stays so.
func (b atLeast) widen(low, high float64) (float64, float64) {
	switch v := float64(b); {
	case math.IsNaN(low) || math.IsNaN(v):
		return math.NaN(), math.NaN()
	case v > 0:
		return min(low, -v), max(high, v)
	}
	return low, high
}

// seldom bounds the difference of what is counted where few replications differ, by the
// pairs that do, as in McNemar's test (1947, doi:10.1007/BF02295996): the share of
// replications that may differ is at most Clopper and Pearson's, and how much they differ
// what so few say of sizes; where none differs it is the rule of three. It is the bound
// that each part has alone (see stat.RareHigh), of the pairs. 0 where many differ, and for
// all else: then the paired t tells. Where all differ alike in a few replications, nothing
// is known.
func (c *comparison) seldom(w int, apart []float64, d stat.Linear, about scope, column, family int) atLeast {
	of := &results.Columns[column]
	if !rare(of) {
		return 0
	}
	scale := scaleOf(of, c.cells[w][0].rows)
	n := min(about.n, len(apart))
	if about.Over == stat.OverWindows {
		n = min(n, about.Windows)
	}
	sizes := make([]float64, n)
	for i := range sizes {
		sizes[i] = math.Abs(apart[i]) / scale
	}
	switch alike := stat.PrecisionOf(d.At, about.Basis).Error == 0; {
	case alike && d.Value != 0:
		return atLeast(words.IfElse(n < stat.FewestFlips, math.NaN(), 0))
	case !alike && about.Over == stat.OverWindows: // see stretch
		return 0
	}
	return atLeast(scale * stat.RareHigh(sizes, 0, 1-(1-about.Level())/float64(max(family, 1)), most(of)))
}

// possible ends the interval of what lies between two ends there. An interval of few
// replications that is longer than all that is possible says nothing, and is none.
func possible(low, high float64, ends [2]float64, value float64, about scope) (float64, float64) {
	if about.n < fewReplications && high-low > ends[1]-ends[0] {
		return math.NaN(), math.NaN()
	}
	if math.IsNaN(low) || math.IsNaN(high) {
		return low, high
	}
	return min(max(low, ends[0]), value), max(min(high, ends[1]), value)
}

// DefaultDelta is the smallest difference that matters where the file says nothing:
// of shares one point, of all else 2 % of what the policy that is compared to has.
func DefaultDelta(metric string) float64 {
	if results.IsShare(metric) {
		return 0.01
	}
	return 0.02
}

// delta is the smallest difference of a metric that matters, in its unit; NaN or infinite
// where it is relative to a value that is so.
func (c *comparison) delta(w, against, column int) float64 {
	name := results.Columns[column].Name
	d, given := c.plan.Delta[name]
	if !given {
		d = DefaultDelta(name)
	}
	if results.IsShare(name) {
		return d
	}
	return d * math.Abs(c.cells[w][against].measure(column).Value)
}
