package figure

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results/answer"
	"cnv/results/words"
)

// recoveryFigure draws what became of runs after something disturbed them, against their
// load: above the share of users served, below the time until they were healthy again. A
// line per value of the last axis, a column per combination of the others. A line of times
// ends where some run never recovered. A line of one point, or of workloads whose load is
// not a number, is left out; without any line there is no figure.
//
// Panels and series are in order of appearance.
func recoveryFigure(lines []answer.RecoveryLine) sheet {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l answer.RecoveryLine) bool { return len(l.Points) < 2 || math.IsNaN(l.Points[0].X) })
	var panels, series []string
	for _, l := range lines {
		if !slices.Contains(panels, l.Panel) {
			panels = append(panels, l.Panel)
		}
		if !slices.Contains(series, l.Series) {
			series = append(series, l.Series)
		}
	}
	s := sheet{Name: "recovery", Cols: len(panels), height: panelHeight}
	for i, name := range series {
		l := lookOf(i)
		s.legend = append(s.legend, markedKey(name, l.line(dataLine), l.mark(markRadius)))
	}
	if slices.ContainsFunc(lines, relapses) {
		s.legend = append(s.legend, markKey("in a ring: recovers for a time, and is unhealthy again", draw.GlyphStyle{Color: ink, Radius: ringRadius, Shape: draw.RingGlyph{}}))
	}
	above, below := recoveryRows(&s, lines, panels, series)
	// Panels fill rows from the left: with as many columns as there are panels, these are
	// two rows.
	s.panels = append(above, below...)
	return s
}

// relapses says whether some run of the line was unhealthy again.
func relapses(l answer.RecoveryLine) bool {
	return slices.ContainsFunc(l.Points, func(p answer.RecoveryPoint) bool { return p.Again() })
}

// recoveryRows are the panels of both rows. They have the same axes everywhere: loads from
// the least to the most of all lines, users from 0 to 100 %, times from 0 s to the longest
// of all.
//
// Invariant: above and below have one panel for each of panels.
func recoveryRows(s *sheet, lines []answer.RecoveryLine, panels, series []string) (above, below []panel) {
	var xs []float64
	label := "Load, of the file's"
	// Seconds; one of at least 1 s, as the axis needs a length.
	slowest := 1.0
	for _, l := range lines {
		if l.Along == "rate" {
			label = "Requests/s, without repeated tries"
		}
		for _, p := range l.Points {
			xs = append(xs, p.X)
			if t := p.RecoveryIn.Value.Mean; !math.IsInf(t, 0) && !math.IsNaN(t) {
				slowest = max(slowest, t)
			}
		}
	}
	for _, name := range panels {
		served, time := newPlot(label, "Users served after, %"), newPlot(label, "Time to recover, s")
		for _, p := range []*plot.Plot{served, time} {
			// Marks at the ends of the axis are seen whole.
			gap := (slices.Max(xs) - slices.Min(xs)) * 0.04
			p.X.Min, p.X.Max, p.Y.Min = slices.Min(xs)-gap, slices.Max(xs)+gap, 0
			p.X.Tick.Marker, p.Y.Tick.Marker = steps(6, words.Plain), steps(5, words.Plain)
		}
		// Marks at 100 % are seen whole.
		served.Y.Max, time.Y.Max = 104, slowest*1.06
		up, down := make([]curve, len(series)), make([]curve, len(series))
		for _, l := range lines {
			if i := slices.Index(series, l.Series); l.Panel == name {
				up[i] = recoveryCurve(&l, func(p *answer.RecoveryPoint) float64 { return 100 * p.Served.Value.Mean })
				down[i] = recoveryCurve(&l, func(p *answer.RecoveryPoint) float64 { return p.RecoveryIn.Value.Mean })
				served.Add(recoveryMarks(&l, lookOf(i), func(p *answer.RecoveryPoint) float64 { return 100 * p.Served.Value.Mean }))
				time.Add(recoveryMarks(&l, lookOf(i), func(p *answer.RecoveryPoint) float64 { return p.RecoveryIn.Value.Mean }))
			}
		}
		above = append(above, panel{name, addCurves(served, s.inner(), series, up), served, pointed{lines: true, unitY: " %"}})
		below = append(below, panel{name, addCurves(time, s.inner(), series, down), time, pointed{lines: true, unitY: " s"}})
	}
	return above, below
}

// recoveryCurve is the line's values where they are finite. Time to recover is infinite
// where some run never recovered, and leaves a gap.
func recoveryCurve(l *answer.RecoveryLine, of func(*answer.RecoveryPoint) float64) curve {
	var all []spot
	for i := range l.Points {
		all = append(all, spot{l.Points[i].X, of(&l.Points[i])})
	}
	return finiteRuns(all)
}

// ringRadius is that of the ring around a mark of which some run was unhealthy
// again.
const ringRadius = 1.7 * markRadius

// recoveryMarks are the line's finite values, in a ring where some run was unhealthy again.
// Unlike the curve they show a value that has no neighbour.
func recoveryMarks(l *answer.RecoveryLine, how look, of func(*answer.RecoveryPoint) float64) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		for i := range l.Points {
			if y := of(&l.Points[i]); !math.IsNaN(y) && !math.IsInf(y, 0) {
				at := placed(c, p, []spot{{l.Points[i].X, y}})[0]
				c.DrawGlyphNoClip(how.mark(markRadius), at)
				if l.Points[i].Again() {
					c.DrawGlyphNoClip(draw.GlyphStyle{Color: how.color, Radius: ringRadius, Shape: draw.RingGlyph{}}, at)
				}
			}
		}
	}
}

// recoveryCaption says what one sees there.
func recoveryCaption(s *answer.Stored) string {
	return "What became of the runs after what disturbed them was over, against their load (requests/s of their own). " +
		"Above: users answered within the bound, counted from their first try; mean over runs. Below: time until the first span of 5 s from which on, for 60 s, 90 % of what is usual before that were; " +
		"no mark where some run never came so far, one in a ring where some run was unhealthy again later."
}
