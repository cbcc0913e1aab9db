package compare

import (
	"cmp"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"slices"

	"cnv/results"
	"cnv/results/csvfile"
	"cnv/results/stat"
)

// A Sensitivity is how a difference between two policies moves when one key of the
// experiment has another value. Differences are Policy less Against, in the metric's unit;
// NaN stands for an end that is not known.
//
// By is paired by replication, as both experiments meet the same draws: so it is known far
// better than the two differences themselves.
type Sensitivity struct {
	Change                            string // "cluster.boot=10s"
	Workload, Policy, Against, Metric string
	Base                              float64 // the difference as the file has it
	BaseVerdict                       string
	Diff, Low, High                   float64 // the difference with the change, and its joint interval
	Verdict                           string
	// By is the difference of the two differences, replication by replication, and its
	// interval, which holds together with those of all changes, workloads and policies.
	By, ByLow, ByHigh float64
	Moved             string // Higher, Lower, Same, Equal, NotKnown or NotRanked
}

// Told says whether the difference is known to move, and not by less than matters.
func (s *Sensitivity) Told() bool { return Differs(s.Moved) }

// Far is how far the difference moves; 0 where that is not known.
func (s *Sensitivity) Far() float64 {
	if d := math.Abs(s.By); !math.IsNaN(d) {
		return d
	}
	return 0
}

// matters is how far a difference moves, in what matters of its metric (delta); 0 where it
// is not known. It puts metrics of other units into one order.
func (m *moving) matters(c *comparison) float64 {
	if far := m.Far(); far > 0 {
		return far / c.delta(m.w, 0, m.column)
	}
	return 0
}

// A moving is a difference of differences that is not yet judged.
type moving struct {
	Sensitivity
	stat.Linear
	scope
	stat.Precision
	w, column int
	apart     []float64 // the difference of the differences that each replication has
	far       reached   // of rates over windows of one recording
}

// A pair is two policies of a comparison, on a workload, in a metric: its difference is
// policy less against.
type pair struct {
	*comparison
	w, policy, against, column int
}

// scope is what the interval of their difference is about, and over how many.
func (p pair) scope() (about scope) {
	about.of(&p.cells[p.w][p.policy], &p.cells[p.w][p.against], p.column)
	return about
}

// linear is their difference, linearised for an interval about that.
func (p pair) linear(about scope) stat.Linear {
	return p.pairedOver(about, p.w, p.policy, p.against, p.column)
}

// with is what the difference of two differences is about. Where the runs of one agree
// in every number, the other says what it varies by; over batches it is where both are.
// Values may be skewed where those of either may.
func (a scope) with(b scope) scope {
	out := a
	switch {
	case a.Over == stat.OverBatches && b.Over == stat.OverBatches:
		out.Lag = max(a.Lag, b.Lag)
	case a.Over == stat.OverBatches || a.Over == stat.OverNothing || a.Over == stat.OverEqual && b.Over != stat.OverBatches:
		out = b
	}
	out.Skewed = (a.Skewed || b.Skewed) && out.Independent()
	return out
}

// or is what the interval of one of two differences is about, where that is windows of a
// recording; else what both are about.
func (a scope) or(both scope) stat.Basis {
	if a.Over == stat.OverWindows {
		return a.Basis
	}
	return both.Basis
}

// rounding is how far apart, relative to them, two differences may be that are equal but
// for rounding.
const rounding = 1e-12

// movingOf is what the difference of b has more than that of a, of the same replications.
func movingOf(a, b pair) moving {
	about := a.scope().with(b.scope())
	was, is := a.linear(about), b.linear(about)
	if about.Over == stat.OverWindows {
		about.Beyond = stat.BeyondOf(is.At, was.At, b.scope().Beyond, a.scope().Beyond)
	}
	m := moving{Linear: is.Minus(was), scope: about, w: a.w, column: a.column}
	m.Precision = stat.PrecisionOf(m.At, a.skewed(about.Basis, a, b))
	x, y := a.apart(a.w, a.policy, a.against, a.column), b.apart(b.w, b.policy, b.against, b.column)
	if len(x) != len(y) { // one is cut into batches, the other is not
		x, y = x[:0], y[:0]
	}
	m.apart = stat.Differences(y, x)
	// What is equal but for rounding is equal: a last bit must not count as a replication
	// that moves.
	for i, v := range m.apart {
		if math.Abs(v) <= rounding*max(math.Abs(x[i]), math.Abs(y[i])) {
			m.apart[i] = 0
		}
	}
	if about.Over == stat.OverWindows && rare(&results.Columns[a.column]) && m.Error > 0 {
		m.far = b.reach(b.w, b.policy, b.against, b.column, b.scope().or(about)).minus(a.reach(a.w, a.policy, a.against, a.column, a.scope().or(about)))
	}
	return m
}

// Moved says how far changes move the differences of the primary metrics to the first
// policy: those that are told first, the furthest first, in what matters of each. varied are the same
// cells under each change, with the same seeds.
func (s *Set) Moved(changes []string, varied []*Set) []Sensitivity {
	base := s.compared()
	var all []moving
	for i, change := range changes {
		other := varied[i].compared()
		for _, metric := range s.plan.primary() {
			column := results.ColumnOf(metric)
			for w := range base.cells {
				for p := 1; column >= 0 && p < len(base.cells[w]); p++ {
					if m := base.moved(other, w, p, column); !math.IsNaN(m.Value) {
						m.Change = change
						all = append(all, m)
					}
				}
			}
		}
	}
	base.judgeMoved(all)
	slices.SortStableFunc(all, func(a, b moving) int {
		switch {
		case a.Told() && !b.Told():
			return -1
		case b.Told() && !a.Told():
			return 1
		}
		return cmp.Compare(b.matters(base), a.matters(base))
	})
	var out []Sensitivity
	for i := range all {
		out = append(out, all[i].Sensitivity)
	}
	return out
}

// moved is how a difference to the first policy moves to that of another comparison, which
// has the same workloads and policies in the same places.
func (c *comparison) moved(other *comparison, w, policy, column int) moving {
	was, is := c.row(w, policy, 0, column), other.row(w, policy, 0, column)
	m := movingOf(pair{c, w, policy, 0, column}, pair{other, w, policy, 0, column})
	m.Sensitivity = Sensitivity{
		Workload: is.Workload, Policy: is.Policy, Against: is.Against, Metric: is.Metric, Base: was.Diff, BaseVerdict: was.Verdict,
		Diff: is.Diff, Low: is.JointLow, High: is.JointHigh, Verdict: is.Verdict, By: m.Value,
	}
	return m
}

// judgeMoved gives all their intervals, as one family: by the largest |t| over flipped
// signs, by Bonferroni where signs cannot be flipped.
func (c *comparison) judgeMoved(all []moving) {
	var blocks []stat.Block
	size, fewest := 0, c.plan.Replications
	for i := range all {
		if m := &all[i]; !math.IsNaN(m.Error) {
			if size++; flippable(m.scope) {
				fewest = min(fewest, m.n)
				blocks = append(blocks, stat.Block{m.At, make([]float64, len(m.At))})
			}
		}
	}
	flipped := 0.0
	if len(blocks) > 0 {
		flipped = c.plan.flipped(blocks, fewest, float64(len(blocks))/float64(size))
	}
	for i := range all {
		m := &all[i]
		most := flipped
		if !math.IsNaN(m.Error) && !flippable(m.scope) {
			most = stat.Bonferroni(size, m.Freedom, m.Level)
		}
		m.ByLow, m.ByHigh = m.Wider(m.Value, most)
		if m.far.At != nil {
			m.ByLow, m.ByHigh = m.far.stretch(m.ByLow, m.ByHigh, m.Half())
		}
		m.ByLow, m.ByHigh = c.carried(m.Linear, m.scope, size).widen(m.ByLow, m.ByHigh)
		m.ByLow, m.ByHigh = c.seldom(m.w, m.apart, m.Linear, m.scope, m.column, size).widen(m.ByLow, m.ByHigh)
		if isPart(m.column) {
			// Two differences of shares are each between -1 and 1.
			m.ByLow, m.ByHigh = possible(m.ByLow, m.ByHigh, [2]float64{-2, 2}, m.Value, m.scope)
		}
		if tooAlike(m.Linear, m.scope, math.Abs(m.Base)+math.Abs(m.Diff)) {
			m.ByLow, m.ByHigh = math.NaN(), math.NaN()
		}
		// Of how a difference moves neither way is better, so the verdict is higher or
		// lower.
		m.Moved = Judge(m.Value, m.ByLow, m.ByHigh, c.delta(m.w, 0, m.column), results.NeitherIsBetter)
		if everEqual(m.Linear, m.scope, len(c.cells[m.w][0].rows)) {
			m.Moved = Equal
			if !rare(&results.Columns[m.column]) {
				m.ByLow, m.ByHigh = math.NaN(), math.NaN()
			}
		}
		if c.unranked(m.w) {
			m.ByLow, m.ByHigh, m.Moved = math.NaN(), math.NaN(), NotRanked
		}
	}
}

// Vary keeps how the answer moves, the furthest first, to be written with the rest. nil:
// nothing was varied.
func (s *Set) Vary(all []Sensitivity) { s.sensitivity = all }

// Sensitivities are what Vary keeps.
func (s *Set) Sensitivities() []Sensitivity { return s.sensitivity }

// sensitivityHeader is the columns of sensitivity.csv.
var sensitivityHeader = []string{
	"change", "workload", "policy", "against", "metric", "base", "base_verdict", "difference", "difference_low", "difference_high", "verdict", "moves_by", "moves_by_low", "moves_by_high", "moved",
}

// ReadSensitivity reads sensitivity.csv, in its order; nothing if there is none.
func ReadSensitivity(dir string) (out []Sensitivity, err error) {
	err = csvfile.Read(filepath.Join(dir, "sensitivity.csv"), sensitivityHeader, func(f []string) error {
		v, err := csvfile.Floats(f[5], f[7], f[8], f[9], f[11], f[12], f[13])
		if err != nil {
			return err
		}
		out = append(out, Sensitivity{Change: f[0], Workload: f[1], Policy: f[2], Against: f[3], Metric: f[4], Base: v[0], BaseVerdict: f[6], Diff: v[1], Low: v[2], High: v[3], Verdict: f[10], By: v[4], ByLow: v[5], ByHigh: v[6], Moved: f[14]})
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return out, err
}

// writeSensitivity writes sensitivity.csv, if anything was varied.
func (s *Set) writeSensitivity(dir string) error {
	if s.sensitivity == nil {
		return nil
	}
	return csvfile.Write(filepath.Join(dir, "sensitivity.csv"), sensitivityHeader, func(write func(...string) error) error {
		for i := range s.sensitivity {
			x := &s.sensitivity[i]
			err := write(x.Change, x.Workload, x.Policy, x.Against, x.Metric, csvfile.Number(x.Base), x.BaseVerdict,
				csvfile.Number(x.Diff), csvfile.Number(x.Low), csvfile.Number(x.High), x.Verdict, csvfile.Number(x.By), csvfile.Number(x.ByLow), csvfile.Number(x.ByHigh), x.Moved)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// movedText says what a verdict on a difference of differences means.
const movedText = "higher or lower where that interval is without 0 and not all of it within what matters (delta), same within delta where all of it is, equal in every run where it is 0 in each, not ranked where no policy is, else not known"

var sensitivityDoc = results.FileDoc{Name: "sensitivity.csv", Text: "how differences move when a key has another value, after --vary: one row per change, primary metric, workload and policy, those first that are known to move, the furthest first (by what matters of a metric, its delta)", Columns: [][2]string{
	{"change", "the key and its other value"},
	{"metric", "a primary metric of the experiment"},
	{"base, base_verdict", "the difference to the first policy as the file has it, and what it says"},
	{"difference, difference_low, difference_high, verdict", "the same with the change, and its 95 % interval, which holds together with all others under that change"},
	{"moves_by, moves_by_low, moves_by_high", "the difference of the two, paired by replication, and its 95 % interval, which holds together with all others of this file"},
	{"moved", "" + movedText + "; only the first two can change a verdict"},
}}

// TurnedVerdicts are those of a change that moves the difference and its verdict, in their
// order. A verdict that turns although the difference is not known to move may be chance, and
// left out.
func TurnedVerdicts(all []Sensitivity, change string) (out []Sensitivity) {
	for i := range all {
		if x := &all[i]; x.Change == change && x.Told() && x.Verdict != x.BaseVerdict {
			out = append(out, *x)
		}
	}
	return out
}
