package results

import (
	"math"

	"cnv/results/stat"

	gonum "gonum.org/v1/gonum/stat"
)

// few widens the interval of a rate over windows of one recording, of which few
// independent events may have made it: see stat.FewHigh.
func (m *measured) few(rows []Row, of *column, about stat.Basis) {
	if about.Over != stat.OverWindows || !of.rare() {
		return
	}
	down, up := reach(m.Linear, of.scale(rows), about)
	m.low, m.high = min(m.low, m.Value-down), max(m.high, m.Value+up)
}

// rare says whether a metric counts what may happen seldom.
func (c *column) rare() bool {
	return c.form == formRate || c.form == formWorst || c.form == formEvents
}

// scale is what a metric that counts is where all that could happens.
func (c *column) scale(rows []Row) float64 {
	if c.form == formEvents {
		return stat.MeanOf(valuesOf(rows, columnOf(c.per)))
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

// stretch lengthens the intervals of a difference of rates over windows of one recording:
// its ends are recovered from those of the two, with their correlation (Zou and Donner
// 2008, doi:10.1002/sim.3095). Where those are Student's, so are these, of which half is
// half.
func (c *comparison) stretch(d *difference, w, policy, against, column int, half float64) {
	of, p, q := &columns[column], &c.cells[w][policy], &c.cells[w][against]
	a, b := p.measure(column).Linear, q.measure(column).Linear
	aDown, aUp := reach(a, of.scale(p.rows), d.Basis)
	bDown, bUp := reach(b, of.scale(q.rows), d.Basis)
	alike := gonum.Correlation(a.At, b.At, nil)
	if math.IsNaN(alike) { // one of them does not vary
		alike = 0
	}
	times := func(x, y float64) float64 {
		return max(math.Sqrt(max(x*x+y*y-2*alike*x*y, 0))/half, 1)
	}
	down, up := times(aDown, bUp), times(aUp, bDown)
	d.low, d.high = d.value-down*(d.value-d.low), d.value+up*(d.high-d.value)
	d.jointLow, d.jointHigh = d.value-down*(d.value-d.jointLow), d.value+up*(d.jointHigh-d.value)
}
