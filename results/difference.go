package results

import (
	"math"
	"slices"

	"cnv/results/stat"
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
	carriers            float64 // replications that it varies by: see carriers
	delta               float64 // the smallest difference that matters, in the metric's unit
	verdict             string
}

// A comparison is the cells of an experiment and the family of what may be said of
// them: every pair of policies, on every workload, in every primary metric.
type comparison struct {
	plan  *Plan
	cells [][]cell // by workload, then policy
	family
}

// A family is differences that hold together with 95 % confidence.
type family struct {
	size     int
	flipped  float64 // the most |t| of those whose signs can be flipped
	judgedBy map[[3]int]*difference
}

// newComparison sizes the family.
func newComparison(p *Plan, cells [][]cell) *comparison {
	c := &comparison{plan: p, cells: cells, family: family{judgedBy: map[[3]int]*difference{}}}
	var blocks []stat.Block
	flips, fewest := 0, p.Replications
	for w := range cells {
		for _, metric := range p.primary() {
			column := columnOf(metric)
			if column < 0 {
				continue
			}
			block := make(stat.Block, len(cells[w]))
			for a := range cells[w] {
				for b := range a {
					d, about := c.paired(w, a, b, column)
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
	return (about.Over == stat.OverSeeds || about.Over == stat.OverDraws) && about.n >= stat.FewestFlips
}

// paired is a difference, linearised, and over what.
func (c *comparison) paired(w, policy, against, column int) (stat.Linear, scope) {
	p, q := &c.cells[w][policy], &c.cells[w][against]
	var about scope
	about.of(p, q, column)
	if about.Over == stat.OverBatches {
		x, y := pairs(p, q, column)
		return stat.Mean(x).Minus(stat.Mean(y)), about
	}
	d := p.measure(column).Minus(q.measure(column).Linear)
	d.At = d.At[:min(len(d.At), about.n)]
	return d, about
}

// difference judges one.
func (c *comparison) difference(w, policy, against, column int) *difference {
	key := [3]int{w*len(c.cells[w]) + policy, against, column}
	if known := c.judgedBy[key]; known != nil {
		return known
	}
	d, about := c.paired(w, policy, against, column)
	s := stat.PrecisionOf(d.At, about.Basis)
	out := &difference{scope: about, value: d.Value, family: 1, carriers: stat.Carriers(d.At)}
	out.low, out.high = s.Own(d.Value)
	out.jointLow, out.jointHigh = out.low, out.high
	if slices.Contains(c.plan.primary(), columns[column].name) {
		out.family = max(c.size, 1)
		out.jointLow, out.jointHigh = s.Wider(d.Value, c.most(about, s))
	}
	if about.Over == stat.OverWindows && columns[column].rare() && s.Error > 0 {
		c.stretch(out, w, policy, against, column, s.Half())
	}
	if s.Error == 0 {
		half := c.unvaried(w, d, about, column, out.family)
		out.jointLow, out.jointHigh = d.Value-half, d.Value+half
	}
	out.delta = c.delta(w, against, column)
	out.verdict = Judge(out.value, out.jointLow, out.jointHigh, out.delta, columns[column].better)
	if c.unranked(w) {
		out.jointLow, out.jointHigh, out.verdict = math.NaN(), math.NaN(), NotRanked
	}
	c.judgedBy[key] = out
	return out
}

// unranked says whether nothing is to be concluded from differences on a workload.
func (c *comparison) unranked(w int) bool {
	return slices.ContainsFunc(c.cells[w], func(x cell) bool {
		return slices.ContainsFunc(x.rows, func(r Row) bool { return r.Info.Unranked != "" })
	})
}

// most is the bound of |t| that holds for all of the family: by flipping signs, or by
// Bonferroni where they cannot be.
func (c *comparison) most(about scope, s stat.Precision) float64 {
	if math.IsNaN(s.Error) || flippable(about) {
		return c.flipped
	}
	return stat.Bonferroni(c.size, s.Freedom, s.Level)
}

// unvaried is half the interval of a difference that is the same in every
// replication. What is counted may differ in one that was not seen: see
// stat.RareHigh. Where it is the same but not 0 in a few, none is known.
func (c *comparison) unvaried(w int, d stat.Linear, about scope, column, family int) float64 {
	of, scale := &columns[column], 1.0
	switch of.form {
	case formRate, formWorst:
	case formEvents:
		scale = stat.MeanOf(c.cells[w][0].values(columnOf(of.per)))
	default:
		return 0
	}
	n := about.n
	if about.Over == stat.OverWindows {
		n = min(n, about.Windows)
	}
	switch {
	case d.Value == 0:
		return scale * stat.RuleOfThree(n, 1-(1-about.Level())/float64(max(family, 1)))
	case n < stat.FewestFlips:
		return math.NaN()
	}
	return 0
}

// DefaultDelta is the smallest difference that matters where the file says nothing:
// of shares one point, of all else 2 % of what the policy that is compared to has.
func DefaultDelta(metric string) float64 {
	if IsShare(metric) {
		return 0.01
	}
	return 0.02
}

// delta is the smallest difference of a metric that matters, in its unit.
func (c *comparison) delta(w, against, column int) float64 {
	name := columns[column].name
	d, given := c.plan.Delta[name]
	if !given {
		d = DefaultDelta(name)
	}
	if IsShare(name) {
		return d
	}
	return d * math.Abs(c.cells[w][against].measure(column).Value)
}
