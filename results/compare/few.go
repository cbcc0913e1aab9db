package compare

import (
	"math"

	gonum "gonum.org/v1/gonum/stat"

	"cnv/results"
	"cnv/results/stat"
)

// few widens the interval of a rate that few independent events may have made: over
// windows of one recording (see stat.FewHigh), or over runs that bursts make (see
// bursts), unless skewness has been corrected for.
func (m *measured) few(rows []results.Row, of *results.Column, about stat.Basis) {
	switch {
	case !rare(of):
	case about.Over == stat.OverWindows:
		down, up := reach(of, m.Linear, scaleOf(of, rows), about)
		m.low, m.high = min(m.low, m.Value-down), max(m.high, m.Value+up)
	// Either end by itself, as bursts may make what is counted or what is left of it.
	case !about.Skewed:
		scale := scaleOf(of, rows)
		if bursts(of, m.At, scale, false) {
			m.high = max(m.high, scale*eventsHigh(of, m.At, scale, false, about))
		}
		if of.Form != results.FormEvents && bursts(of, m.At, scale, true) {
			m.low = min(m.low, 1-eventsHigh(of, m.At, scale, true, about))
		}
	}
}

// burstyRuns is the squared coefficient of variation of a share over runs from which on
// few bursts in each make it: half of the runs have some, or their sizes are exponential.
// Of 10 to 40 such runs Student's interval of the share held the truth 88 to 93 times of
// 100, and 86 to 93 times that of a paired difference; Fay and Feuer's (see
// stat.EventsHigh) 93 to 97, and Willink's (see stat.Skewed) of differences as often.
const burstyRuns = 0.25

// bursts says that bursts make a share of so many runs, of which at is what each
// contributes and scale the whole; of those without events, where others is so. False with
// fewer than fewReplications: a coefficient of variation of so few is luck.
func bursts(c *results.Column, at []float64, scale float64, others bool) bool {
	if len(at) < fewReplications || !(scale > 0) {
		return false
	}
	rate, error := rateOf(at, scale, others), stat.PrecisionOf(at, stat.Basis{Over: stat.OverSeeds}).Error/scale
	return rate > 0 && rate <= most(c) && float64(len(at))*error*error > burstyRuns*rate*rate
}

// rateOf is that share.
func rateOf(at []float64, scale float64, others bool) float64 {
	rate := stat.MeanOf(at) / scale
	if others {
		return 1 - rate
	}
	return rate
}

// eventsHigh is the upper end of that share, of 1 (Fay and Feuer 1997, see
// stat.EventsHigh).
func eventsHigh(c *results.Column, at []float64, scale float64, others bool, about stat.Basis) float64 {
	s := stat.PrecisionOf(at, about)
	return stat.EventsHigh(rateOf(at, scale, others), s.Error/scale, s.T(), s.Level, most(c))
}

// fromBursts says whether bursts make what a metric counts, or what is left of it, under
// either policy.
func (c *comparison) fromBursts(w, policy, against, column int) bool {
	of := &results.Columns[column]
	if !rare(of) {
		return false
	}
	for _, p := range [2]int{policy, against} {
		x := &c.cells[w][p]
		at, scale := x.measure(column).At, scaleOf(of, x.rows)
		if bursts(of, at, scale, false) || of.Form != results.FormEvents && bursts(of, at, scale, true) {
			return true
		}
	}
	return false
}

// rare says whether a metric counts what may happen seldom: then it is widened by counts,
// which others have not.
func rare(c *results.Column) bool {
	return c.Form == results.FormRate || c.Form == results.FormWorst || c.Form == results.FormEvents
}

// most is the largest part of its scale that it can be: all of it, of a share; of events a
// run may have more than others have requests, and a request more than one.
func most(c *results.Column) float64 {
	if c.Form == results.FormEvents {
		return math.Inf(1)
	}
	return 1
}

// scaleOf is what a metric that counts is where all that could happens: 1 of a share, the
// mean number of requests of a run of events.
func scaleOf(c *results.Column, rows []results.Row) float64 {
	if c.Form == results.FormEvents {
		return stat.MeanOf(valuesOf(rows, results.ColumnOf(c.Per)))
	}
	return 1
}

// reach is how far below and above its value a rate may be, in the metric's unit, as there
// may be few events, or few without them; at least Student's half interval. NaN where there
// is none.
func reach(c *results.Column, m stat.Linear, scale float64, about stat.Basis) (down, up float64) {
	s := stat.PrecisionOf(m.At, about)
	rate, error := m.Value/scale, s.Error/scale
	// A metric that is no rate of its scale has Student's ends.
	if math.IsNaN(error) || !(scale > 0) || rate < 0 || rate > most(c) {
		return s.Half(), s.Half()
	}
	up = stat.FewHigh(rate, error, s.T(), s.Level, most(c)) - rate
	if rate <= 1 {
		down = stat.FewHigh(1-rate, error, s.T(), s.Level, 1) - (1 - rate)
	}
	return scale * max(down, s.T()*error), scale * max(up, s.T()*error)
}

// A reached is an estimate over windows of one recording, and how far below and above its
// value it may be.
type reached struct {
	stat.Linear
	down, up float64
}

// reached is that of a rate of a cell.
func (c *cell) reached(column int, about stat.Basis) reached {
	rate := c.measure(column).Linear
	of := &results.Columns[column]
	down, up := reach(of, rate, scaleOf(of, c.rows), about)
	return reached{rate, down, up}
}

// minus is their difference: its ends are recovered from those of the two, with their
// correlation (Zou and Donner 2008, doi:10.1002/sim.3095).
func (a reached) minus(b reached) reached {
	alike := gonum.Correlation(a.At, b.At, nil)
	if math.IsNaN(alike) { // one of them does not vary
		alike = 0
	}
	end := func(x, y float64) float64 { return math.Sqrt(max(x*x+y*y-2*alike*x*y, 0)) }
	return reached{a.Minus(b.Linear), end(a.down, b.up), end(a.up, b.down)}
}

// reach is that of a difference of rates, of policy less against.
func (c *comparison) reach(w, policy, against, column int, about stat.Basis) reached {
	return c.cells[w][policy].reached(column, about).minus(c.cells[w][against].reached(column, about))
}

// stretch lengthens an interval to those ends, which are of one interval on its own, so a
// joint one is stretched in proportion. half is that of Student's own interval: where the
// ends of the parts are Student's, so are these, and nothing changes.
func (a reached) stretch(low, high, half float64) (float64, float64) {
	return a.Value - max(a.down/half, 1)*(a.Value-low), a.Value + max(a.up/half, 1)*(high-a.Value)
}
