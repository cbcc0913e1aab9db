package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/words"
)

// A costPanel is one workload of the cost figure, points by policy. Cost is in US$ per
// 1,000 requests within the SLO, misses are a fraction of all arrivals.
//
// Invariant: points has one element for each policy, in the declared order; a value that is
// not there is NaN.
type costPanel struct {
	workload string
	points   []compare.CostPoint
}

// costFigure draws what a policy costs against how many requests it misses that it could
// have served, one panel per workload: down and to the left is better. Policies that no
// other one beats on both counts are joined by a line (the Pareto front). Names stand
// beside the points; policies that share a point share its name. Each panel has axes of its
// own range and kind; their labels say where they are logarithmic.
func costFigure(policies []string, panels []costPanel) sheet {
	s := sheet{Name: "cost", Cols: columnsFor(len(panels)), height: panelHeight}
	for i, name := range policies {
		s.legend = append(s.legend, markKey(name, lookOf(i).mark(markRadius)))
	}
	s.legend = append(s.legend, lineKey("Pareto front: nothing else is cheaper and better", frontLine))
	for _, w := range panels {
		x, y := costScale(w.points), missScale(w.points)
		p := newPlot(x.label("US$ per 1,000 in SLO"), y.label("Avoidable misses"))
		p.X.Tick.Marker, p.Y.Tick.Marker = x.ticks, y.ticks
		// The front lies under the marks, and names are last: they look for places that
		// nothing covers.
		p.Add(front(w.points, x, y))
		var tells pointed
		for i, at := range w.points {
			if at.Drawable() {
				tells.marks = append(tells.marks, pointedMark{spot{x.at(at.Cost.Mean), y.at(at.Misses.Mean)}, policies[i] + ": " + toldText(at.Cost, "$", "") + " per 1,000 in SLO, " + toldText(at.Misses.Times(100), "", " %") + " missed"})
			}
			p.Add(costMark(at, lookOf(i), x, y))
		}
		p.Add(axisBreak(y.gap))
		p.Add(names(policies, w.points, x, y))
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = x.lo, x.hi, y.lo, y.hi
		s.panels = append(s.panels, panel{w.workload, "", p, tells})
	}
	return s
}

var frontLine = draw.LineStyle{Color: color.NRGBA{0xa0, 0xa0, 0xa0, 0xff}, Width: 1}

// costMark draws one policy with its error bars. Bars that leave the panel are cut at its
// edge. A point without a finite cost or misses is not drawn; the caption names it.
func costMark(at compare.CostPoint, l look, x, y scale) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		if !at.Drawable() {
			return
		}
		tx, ty := p.Transforms(&c)
		centre := vg.Point{X: tx(x.at(at.Cost.Mean)), Y: ty(y.at(at.Misses.Mean))}
		bar := draw.LineStyle{Color: l.color, Width: 0.7}
		if at.Cost.Interval() {
			c.StrokeLines(bar, c.ClipLinesXY([]vg.Point{
				{X: tx(x.at(at.Cost.Low)), Y: centre.Y}, {X: tx(x.at(at.Cost.High)), Y: centre.Y}})...)
		}
		if at.Misses.Interval() {
			c.StrokeLines(bar, c.ClipLinesXY([]vg.Point{
				{X: centre.X, Y: ty(y.at(at.Misses.Low))}, {X: centre.X, Y: ty(y.at(at.Misses.High))}})...)
		}
		c.DrawGlyphNoClip(l.mark(markRadius), centre)
	}
}

// front draws the Pareto front as a staircase, from the upper edge to the right one. A
// policy on it is as good at any cost above its own, hence steps and no slanted lines:
// between two policies there is none.
func front(points []compare.CostPoint, x, y scale) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		tx, ty := p.Transforms(&c)
		var stairs []vg.Point
		for k, i := range compare.Pareto(points) {
			at := vg.Point{X: tx(x.at(points[i].Cost.Mean)), Y: ty(y.at(points[i].Misses.Mean))}
			if k == 0 {
				// From the upper edge down to the cheapest.
				stairs = append(stairs, vg.Point{X: at.X, Y: c.Max.Y})
			} else {
				stairs = append(stairs, vg.Point{X: at.X, Y: stairs[len(stairs)-1].Y})
			}
			stairs = append(stairs, at)
		}
		if len(stairs) > 0 {
			stairs = append(stairs, vg.Point{X: c.Max.X, Y: stairs[len(stairs)-1].Y})
			c.StrokeLines(frontLine, stairs)
		}
	}
}

// axisBreak marks on the vertical axis that it does not go on below at. It is two short
// slanted strokes over a gap in the axis, 5 points wide; at is a coordinate of the scale,
// 0: no break.
func axisBreak(at float64) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		if at == 0 {
			return
		}
		_, ty := p.Transforms(&c)
		x, y := c.Min.X, ty(at)
		// The white hides the line of the axis between the strokes.
		c.FillPolygon(color.White, []vg.Point{{X: x - 3, Y: y - 2.4}, {X: x + 2, Y: y - 0.4}, {X: x + 2, Y: y + 2.4}, {X: x - 3, Y: y + 0.4}})
		slash := draw.LineStyle{Color: ink, Width: 0.5}
		c.StrokeLine2(slash, x-3, y-2.4, x+2, y-0.4)
		c.StrokeLine2(slash, x-3, y+0.4, x+2, y+2.4)
	}
}

// costPanels are the panels of the cost figure. What the files do not have is NaN.
//
// Invariant: misses with a mean of 0 have no interval; missScale relies on it.
func costPanels(s *answer.Stored) []costPanel {
	var out []costPanel
	for _, w := range s.Found.Workloads() {
		p := costPanel{workload: w}
		for _, policy := range s.Found.Policies() {
			point := compare.CostPoint{Cost: words.NoEstimate(), Misses: words.NoEstimate()}
			if f, ok := s.Found.Value(w, policy, results.CostInSLO); ok {
				point.Cost = f.Value
			}
			if f, ok := s.Found.Value(w, policy, results.AvoidableMisses); ok {
				point.Misses = f.Value
			}
			if point.Misses.Mean == 0 { // what so few runs cannot rule out would cover the panel
				point.Misses.Low, point.Misses.High = math.NaN(), math.NaN()
			}
			p.points = append(p.points, point)
		}
		out = append(out, p)
	}
	return out
}
