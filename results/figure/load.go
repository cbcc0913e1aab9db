package figure

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/words"
)

// A loadPanel is one workload of the load figure: what was seen at each load, by policy in
// the declared order, and the highest loads.
//
// Invariant: curves and highest have one element for each policy. A curve without points
// was not searched.
type loadPanel struct {
	workload string
	curves   []compare.LoadCurve
	highest  []words.Estimate // requests/s; a mean of 0, NaN or infinite: no mark
	rate     float64          // of the workload as it is, requests/s; 0: unknown
}

// loadPanels are the panels of what was searched; none if nothing was. A workload on which
// nothing was searched has a panel without curves, which loadFigure leaves out.
func loadPanels(s *answer.Stored) []loadPanel {
	if len(s.Loads) == 0 {
		return nil
	}
	var out []loadPanel
	for _, w := range s.Found.Workloads() {
		p := loadPanel{workload: w}
		for _, name := range s.Found.Policies() {
			var c compare.LoadCurve
			for _, x := range s.Loads {
				if x.Workload == w && x.Policy == name {
					c = x
				}
			}
			h := words.NoEstimate()
			for _, x := range s.Highest {
				if x.Workload == w && x.Policy == name {
					h = rateOf(&x)
				}
			}
			// Loads are relative to the file's, so that any point tells the rate of load 1.
			if len(c.Points) > 0 {
				p.rate = c.PerSecond[0] / c.Points[0].Load
			}
			p.curves, p.highest = append(p.curves, c), append(p.highest, h)
		}
		out = append(out, p)
	}
	return out
}

// rateOf is the highest load in requests/s. Its interval is scaled with it: the load is
// relative to the file's, and requests/s go with the load.
func rateOf(r *compare.HighestLoad) words.Estimate {
	scale := r.PerSecond / r.Load.Mean
	return words.Estimate{Mean: r.PerSecond, Low: r.Load.Low * scale, High: r.Load.High * scale}
}

// loadFigure draws the 99th percentile of response times, which grows by orders of
// magnitude near saturation, against the offered load on log-log axes. A mark is the
// highest load within the SLO, a bar its interval; a curve ends where the percentile is
// infinite.
func loadFigure(policies []string, panels []loadPanel) sheet {
	s := sheet{Name: "load", Cols: columnsFor(len(panels)), height: panelHeight}
	for i, name := range policies {
		l := lookOf(i)
		s.legend = append(s.legend, markedKey(name, l.line(dataLine), l.mark(markRadius)))
	}
	for _, w := range panels {
		p := newPlot("Offered load, requests/s (log)", "99th percentile (log)")
		curves, r := logCurves(w)
		// No curve has two points.
		if !(r.xhi > r.xlo) {
			continue
		}
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = r.xlo-0.03, r.xhi+0.03, r.ylo-0.1, r.yhi+0.1
		p.X.Tick.Marker, p.Y.Tick.Marker = oneTwoFive(words.Plain), oneTwoFive(timeLabel)
		if at := math.Log10(w.rate); at >= r.xlo && at <= r.xhi {
			p.Add(ownLoad(at))
		}
		note := addCurves(p, s.inner(), policies, curves)
		for i := range policies {
			if at, ok := onCurve(curves[i], math.Log10(w.highest[i].Mean)); ok {
				p.Add(highestMark(at, w.highest[i], lookOf(i)))
			}
		}
		s.panels = append(s.panels, panel{w.workload, note, p, pointed{}})
	}
	return s
}

// timeLabel writes seconds in the unit people use for them. Unlike secondsLabel it takes
// any number: 0.05 is "50 ms".
func timeLabel(s float64) string {
	switch {
	case s < 1e-3:
		return words.Plain(s*1e6) + " µs"
	case s < 1:
		return words.Plain(s*1e3) + " ms"
	}
	return words.Plain(s) + " s"
}

// A box is the range of curves. Its zero value is not empty; one from +Inf to -Inf is.
type box struct{ xlo, xhi, ylo, yhi float64 }

// with is the smallest box that has a point too.
func (b box) with(at spot) box {
	return box{min(b.xlo, at.x), max(b.xhi, at.x), min(b.ylo, at.y), max(b.yhi, at.y)}
}

// logCurves are the curves of a panel in logarithms, apart where the percentile is
// infinite, and the range that shows them and the bars of their marks. The curves are by
// policy, nil where no two points beside each other are finite.
func logCurves(w loadPanel) ([]curve, box) {
	r := box{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}
	out := make([]curve, len(w.curves))
	for i, c := range w.curves {
		var line []spot
		// A run is over: it is kept if it can be drawn.
		end := func() {
			if len(line) > 1 {
				out[i] = append(out[i], line)
			}
			line = nil
		}
		for k, q := range c.Points {
			if !(q.P99 > 0) || math.IsInf(q.P99, 0) {
				end()
				continue
			}
			at := spot{math.Log10(c.PerSecond[k]), math.Log10(q.P99)}
			line, r = append(line, at), r.with(at)
		}
		end()
		// The bar of the highest load may reach beyond the loads that were tried.
		at, ok := onCurve(out[i], math.Log10(w.highest[i].Mean))
		for _, x := range []float64{w.highest[i].Low, w.highest[i].High} {
			if ok && x > 0 && !math.IsInf(x, 0) {
				r = r.with(spot{math.Log10(x), at.y})
			}
		}
	}
	return out, r
}

// onCurve is the point of a curve at x, between its points in a straight line. x is log10
// of a load. false: the curve does not go there, as of a NaN, or of a highest load of 0,
// whose logarithm is -Inf.
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

// highestMark marks a highest load at a point of its curve, with its interval where there
// is one. Ends of the interval that leave the panel are cut.
func highestMark(at spot, load words.Estimate, l look) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		if load.Interval() {
			ends := placed(c, p, []spot{{math.Log10(load.Low), at.y}, {math.Log10(load.High), at.y}})
			bar := draw.LineStyle{Color: l.color, Width: 0.8}
			c.StrokeLines(bar, c.ClipLinesXY(ends)...)
			for _, end := range ends {
				c.StrokeLine2(bar, end.X, end.Y-capHeight, end.X, end.Y+capHeight)
			}
		}
		c.DrawGlyph(l.mark(markRadius), placed(c, p, []spot{at})[0])
	}
}

// capHeight is half that of the ends of an error bar.
const capHeight = 2.2

// ownLoad is a line at the load that the experiment has. at is log10 of requests/s.
func ownLoad(at float64) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, _ := p.Transforms(&c)
		c.StrokeLine2(draw.LineStyle{Color: guide, Width: 0.7, Dashes: dashes[4]}, x(at), c.Min.Y, x(at), c.Max.Y)
	}
}

// loadCaption says what one sees in the load figure. The limit is the same for all
// workloads and policies. It is "" where nothing was searched.
func loadCaption(s *answer.Stored) string {
	if len(s.Highest) == 0 {
		return ""
	}
	limit := 100 * s.Highest[0].Limit
	bars, text := false, "How response times grow with the load: the 99th percentile over all arrivals, mean over runs. A mark is the highest load with at most "+
		words.Decimal(limit, words.DecimalsFor(limit, 2))+" % avoidable misses"
	for _, r := range s.Highest {
		bars = bars || r.Load.Interval()
	}
	if bars {
		text += ", a bar its 95 % interval"
	}
	return text + ". The dashed line is the load of the experiment as it is. Curves go to that load, and at most a factor of two above their mark; they end earlier where too few requests are answered for a percentile. The fleet begins as large at every load."
}
