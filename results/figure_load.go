package results

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// A loadPanel is one workload of the load figure: what was seen at each load,
// by policy in the declared order, and the highest loads.
type loadPanel struct {
	workload string
	curves   []loadCurve
	highest  []float64 // requests/s; 0, NaN or infinite: no mark
}

// loadPanels are the panels of what was searched; none if nothing was.
func (s *stored) loadPanels() []loadPanel {
	var out []loadPanel
	for _, w := range s.found.workloads() {
		p := loadPanel{workload: w}
		for _, name := range s.found.policies() {
			var c loadCurve
			for _, x := range s.loads {
				if x.workload == w && x.policy == name {
					c = x
				}
			}
			h := math.NaN()
			for _, x := range s.highest {
				if x.workload == w && x.policy == name {
					h = x.perSecond
				}
			}
			p.curves, p.highest = append(p.curves, c), append(p.highest, h)
		}
		if len(s.loads) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// loadFigure draws the 99th percentile of response times against the offered
// load on log-log axes. A mark is the highest load within the SLO; a curve ends
// where the percentile is infinite.
func loadFigure(policies []string, panels []loadPanel) sheet {
	s := sheet{name: "load", cols: columnsFor(len(panels)), height: panelHeight}
	for i, name := range policies {
		s.legend = append(s.legend, lineKey(name, lookOf(i).line(dataLine)))
	}
	for _, w := range panels {
		p := newPlot("Offered load, requests/s (log)", "99th percentile (log)")
		curves, r := logCurves(w)
		if !(r.xhi > r.xlo) {
			continue
		}
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = r.xlo-0.03, r.xhi+0.03, r.ylo-0.1, r.yhi+0.1
		p.X.Tick.Marker, p.Y.Tick.Marker = oneTwoFive(plain), oneTwoFive(timeLabel)
		note := addCurves(p, s.inner(), policies, curves)
		for i := range policies {
			if at, ok := onCurve(curves[i], math.Log10(w.highest[i])); ok {
				p.Add(mark(at, lookOf(i).mark(markRadius)))
			}
		}
		s.panels = append(s.panels, panel{w.workload, note, p})
	}
	return s
}

// timeLabel writes seconds in the unit people use for them.
func timeLabel(s float64) string {
	switch {
	case s < 1e-3:
		return plain(s*1e6) + " µs"
	case s < 1:
		return plain(s*1e3) + " ms"
	}
	return plain(s) + " s"
}

// A box is the range of curves.
type box struct{ xlo, xhi, ylo, yhi float64 }

// logCurves are the curves of a panel in logarithms, and their range.
func logCurves(w loadPanel) ([]curve, box) {
	r := box{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}
	out := make([]curve, len(w.curves))
	for i, c := range w.curves {
		var line []spot
		for k, q := range c.points {
			if !(q.P99 > 0) || math.IsInf(q.P99, 0) {
				continue
			}
			at := spot{math.Log10(c.perSecond[k]), math.Log10(q.P99)}
			line = append(line, at)
			r = box{min(r.xlo, at.x), max(r.xhi, at.x), min(r.ylo, at.y), max(r.yhi, at.y)}
		}
		if len(line) > 1 {
			out[i] = curve{line}
		}
	}
	return out, r
}

// onCurve is the point of a curve at x, between its points in a straight line.
func onCurve(c curve, x float64) (spot, bool) {
	for _, run := range c {
		for k := 1; k < len(run); k++ {
			if a, b := run[k-1], run[k]; a.x <= x && x <= b.x {
				return spot{x, a.y + (b.y-a.y)*(x-a.x)/(b.x-a.x)}, true
			}
		}
	}
	return spot{}, false
}

// mark draws a glyph at a point.
func mark(at spot, g draw.GlyphStyle) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		c.DrawGlyph(g, placed(c, p, []spot{at})[0])
	}
}

// loadCaption says what one sees in the load figure.
func (s *stored) loadCaption() string {
	if len(s.highest) == 0 {
		return ""
	}
	limit := 100 * s.highest[0].limit
	return "How response times grow with the load: the 99th percentile over all arrivals, mean over seeds. A mark is the highest load with at most " +
		decimal(limit, decimalsFor(limit, 2)) + " % avoidable misses; curves end where too few requests are answered for a percentile. The fleet begins as large at every load."
}
