package compare

import (
	"math"

	"cnv/results"
	"cnv/results/stat"

	gonum "gonum.org/v1/gonum/stat"
)

// few widens the interval of a rate over windows of one recording, of which few
// independent events may have made it: see stat.FewHigh.
func (m *measured) few(rows []results.Row, of *results.Column, about stat.Basis) {
	if about.Over != stat.OverWindows || !rare(of) {
		return
	}
	down, up := reach(m.Linear, scaleOf(of, rows), about)
	m.low, m.high = min(m.low, m.Value-down), max(m.high, m.Value+up)
}

// rare says whether a metric counts what may happen seldom.
func rare(c *results.Column) bool {
	return c.Form == results.FormRate || c.Form == results.FormWorst || c.Form == results.FormEvents
}

// scaleOf is what a metric that counts is where all that could happens.
func scaleOf(c *results.Column, rows []results.Row) float64 {
	if c.Form == results.FormEvents {
		return stat.MeanOf(valuesOf(rows, results.ColumnOf(c.Per)))
	}
	return 1
}

// reach is how far below and above its value a rate may be, as there may be few events,
// or few without them.
func reach(m stat.Linear, scale float64, about stat.Basis) (down, up float64) {
	s := stat.PrecisionOf(m.At, about)
	rate, error := m.Value/scale, s.Error/scale
	if math.IsNaN(error) || !(scale > 0) || rate < 0 || rate > 1 {
		return s.Half(), s.Half()
	}
	up = stat.FewHigh(rate, error, s.T(), s.Level) - rate
	down = stat.FewHigh(1-rate, error, s.T(), s.Level) - (1 - rate)
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
	down, up := reach(rate, scaleOf(&results.Columns[column], c.rows), about)
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

// reach is that of a difference of rates.
func (c *comparison) reach(w, policy, against, column int, about stat.Basis) reached {
	return c.cells[w][policy].reached(column, about).minus(c.cells[w][against].reached(column, about))
}

// stretch lengthens an interval to those ends. Where those of the parts are Student's, so
// are these, of which half is half.
func (a reached) stretch(low, high, half float64) (float64, float64) {
	return a.Value - max(a.down/half, 1)*(a.Value-low), a.Value + max(a.up/half, 1)*(high-a.Value)
}
