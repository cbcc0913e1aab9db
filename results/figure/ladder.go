package figure

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/words"
)

// The colours of a ladder: of what differs in one change from the first policy, and
// of what differs in one from the last.
var (
	// Black circles and blue squares: told apart in grey too.
	aloneLook = look{color: palette[0], glyph: glyphs[0]}
	againLook = look{color: palette[2], glyph: glyphs[1]}
)

// ladderFigure draws misses and cost of every policy of the contrasts that are made twice,
// a row each in the declared order, with intervals: one row of panels per workload. It has
// no panel where no contrast is. The contrasts are those of the experiment file that say
// again_from and again_to: From and AgainFrom lack the change, To and AgainTo have it.
func ladderFigure(policies []string, contrasts []compare.Contrast, panels []costPanel) sheet {
	s := sheet{Name: "ladder", Cols: 2}
	// By policy, of those that are drawn. A policy of both sides has the look of the last
	// contrast.
	looks := map[string]look{}
	for _, k := range contrasts {
		if k.AgainTo == "" {
			continue
		}
		if len(looks) == 0 {
			s.legend = append(s.legend,
				markKey(k.From+", and what one change alone makes of it", aloneLook.mark(markRadius)),
				markKey(k.AgainTo+", and what it is without one change", againLook.mark(markRadius)))
		}
		looks[k.From], looks[k.To] = aloneLook, aloneLook
		looks[k.AgainFrom], looks[k.AgainTo] = againLook, againLook
	}
	// In the order of the file, whatever the order of the contrasts.
	var rungs []string
	for _, p := range policies {
		if _, ok := looks[p]; ok {
			rungs = append(rungs, p)
		}
	}
	if len(rungs) == 0 {
		return s
	}
	// The figure is as high as it has policies, so that names of rungs never overlap.
	s.height = vg.Length(len(rungs))*ladderRow + tickRoom
	for _, w := range panels {
		var points []compare.CostPoint
		for _, name := range rungs {
			points = append(points, w.points[slices.Index(policies, name)])
		}
		misses, cost := missScale(points), costScale(points)
		// Names are written once, left of the misses.
		s.panels = append(s.panels,
			ladderPanel(w.workload, misses.label("Avoidable misses"), misses, rungs, rungs, looks, func(i int) words.Estimate { return points[i].Misses }),
			ladderPanel(w.workload, cost.label("US$ per 1,000 in SLO"), cost, nil, rungs, looks, func(i int) words.Estimate { return points[i].Cost }))
	}
	return s
}

// ladderRow is the height of a rung. Names are 7 points high.
const ladderRow = vg.Length(10)

// ladderPanel is one quantity on one workload: names (nil: none are written) of the rungs
// from top to bottom. Rung i is at n-i-0.5 of a vertical axis from 0 to n. of gives its
// value with the interval. A rung whose value is not finite stays empty.
func ladderPanel(title, label string, x scale, names, rungs []string, looks map[string]look, of func(i int) words.Estimate) panel {
	p := newPlot(label, "")
	n := float64(len(rungs))
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = x.lo, x.hi, 0, n
	p.X.Tick.Marker = x.ticks
	p.Y.Tick.Length = 0
	// A label of one space, not of none: gonum/plot draws no line of the grid at a tick
	// without a label.
	p.Y.Tick.Marker = plot.TickerFunc(func(_, _ float64) []plot.Tick {
		var out []plot.Tick
		for i := range rungs {
			t := plot.Tick{Value: n - float64(i) - 0.5, Label: " "}
			if names != nil {
				t.Label = names[i]
			}
			out = append(out, t)
		}
		return out
	})
	p.Add(drawing(func(c draw.Canvas, p *plot.Plot) {
		tx, ty := p.Transforms(&c)
		for i, name := range rungs {
			e, l := of(i), looks[name]
			if !e.Finite() {
				continue
			}
			y := ty(n - float64(i) - 0.5)
			if e.Interval() {
				c.StrokeLines(draw.LineStyle{Color: l.color, Width: 0.9}, c.ClipLinesXY([]vg.Point{{X: tx(x.at(e.Low)), Y: y}, {X: tx(x.at(e.High)), Y: y}})...)
			}
			c.DrawGlyphNoClip(l.mark(markRadius), vg.Point{X: tx(x.at(e.Mean)), Y: y})
		}
	}))
	return panel{title, "", p, pointed{}}
}

// ladderCaption says what one sees there.
func ladderCaption(s *answer.Stored) string {
	return "What each change does alone, and what it does where all others are made: avoidable misses (left) and US dollars per 1,000 requests in SLO (right), a row for each policy. " +
		"Bars are 95 % intervals of the mean, each on its own; compare policies by their paired differences in the tables, and changes by interactions.csv. Axes are logarithmic where values are far apart."
}
