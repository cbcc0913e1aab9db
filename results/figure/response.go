package figure

import (
	"math"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results/answer"
	"cnv/results/words"
)

// A tail is the distribution of the response times of one policy on one workload, over all
// its arrivals.
//
// The zero tail is of a policy without a distribution on the workload.
type tail struct {
	// quantiles are (p, seconds) in ascending order of p; a request without
	// an answer counts as +Inf seconds.
	quantiles []quantile
	// unanswered is the fraction of arrivals that got no answer, where the curve ends.
	unanswered float64
	// least is the fraction that one request is of all, over all replications; the curve
	// ends there. 0: how many there were is not known.
	least float64
}

// A quantile says that a fraction p of the arrivals had a response time of at
// most seconds.
type quantile struct {
	p, seconds float64
}

// A responsePanel is one workload of the response figure. Tails are by policy,
// in the declared order; empty where there is none.
type responsePanel struct {
	workload string
	tails    []tail
	bound    float64 // the one SLO of all classes, seconds; 0 if there is none
}

// lowestFraction is where the response figure ends: fewer than one request in
// 100,000 says more about chance than about a policy.
const lowestFraction = -5 // log10

// responseFigure draws complementary distributions on log-log axes, one panel per workload
// with the same axes: how many requests took longer than a time, down to those that were
// never answered, which have a strip of their own. Of two curves the lower one is better at
// that time; at the bound a curve says how many requests missed the SLO.
func responseFigure(policies []string, panels []responsePanel) sheet {
	xlo, xhi, ylo := responseRange(panels)
	s := sheet{Name: "response", Cols: columnsFor(len(panels)), height: panelHeight}
	for i, name := range policies {
		s.legend = append(s.legend, lineKey(name, lookOf(i).line(dataLine)))
	}
	// The strip is so wide in data coordinates that it has neverRoom points on paper.
	right := xhi
	if anyUnanswered(panels, ylo) {
		right += (xhi - xlo) * float64(neverRoom/(s.inner().X-neverRoom))
	}
	for _, w := range panels {
		p := newPlot("Response time", "Requests that took longer")
		p.X.Tick.Marker, p.Y.Tick.Marker = upTo(xhi, decades(secondsLabel)), decades(percentLabel)
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = xlo, right, ylo, 0
		if w.bound > 0 {
			p.Add(boundLine(math.Log10(w.bound)))
		}
		if right > xhi {
			p.Add(never(w.tails, xhi))
		}
		curves := make([]curve, len(w.tails))
		for i, t := range w.tails {
			if line := survival(t); len(line) > 0 {
				curves[i] = curve{line}
			}
		}
		note := addCurves(p, s.inner(), policies, curves)
		if lost := collapsed(policies, w.tails); lost != "" {
			note = strings.TrimPrefix(note+"; "+lost, "; ")
		}
		s.panels = append(s.panels, panel{w.workload, note, p, pointed{lines: true, logX: true, logY: true, unitX: " s", unitY: " %", timesY: 100}})
	}
	return s
}

// mostLost is the share without an answer from which on a curve is so near the upper
// edge of its panel that it is not seen.
const mostLost = 0.8

// collapsed says which policies left nearly all requests without an answer. Their curves
// are flat lines at the upper edge: "lc: 93 % without an answer". The name is left out
// where the panel is of one policy.
func collapsed(policies []string, tails []tail) string {
	var lost []string
	for i, t := range tails {
		if t.unanswered < mostLost {
			continue
		}
		text := words.Percent(t.unanswered) + " without an answer"
		if len(tails) > 1 {
			text = policies[i] + ": " + text
		}
		lost = append(lost, text)
	}
	return strings.Join(lost, ", ")
}

// survival is the curve of t: (log10 seconds, log10 fraction longer). It ends at the
// fraction without an answer, or with the last finite quantile. Quantiles that are not
// above 0 have no logarithm, and a fraction of less than one request is no measurement:
// both are left out. nil: no quantile is left.
func survival(t tail) []spot {
	var line []spot
	for _, q := range t.quantiles {
		if math.IsInf(q.seconds, 1) || math.IsNaN(q.seconds) || q.seconds <= 0 || 1-q.p < max(t.least, 1e-9) {
			continue
		}
		line = append(line, spot{math.Log10(q.seconds), math.Log10(1 - q.p)})
	}
	// Straight down to the level of what never had an answer.
	if n := len(line); n > 0 && t.unanswered > 0 {
		line = append(line, spot{line[n-1].x, math.Log10(t.unanswered)})
	}
	return line
}

// spot is a point in data coordinates. Where axes are logarithmic, these are logarithms.
type spot struct{ x, y float64 }

// responseRange is the range that shows all curves, as log10 of seconds and of fractions;
// the upper end of fractions is 0, which is 100 %. Times below the lower half percent of
// every curve set no left end. The lower end is at a half decade, never below
// lowestFraction; times go over one decade at least.
func responseRange(panels []responsePanel) (xlo, xhi, ylo float64) {
	xlo, xhi, ylo = math.Inf(1), math.Inf(-1), -1
	for _, w := range panels {
		for _, t := range w.tails {
			for _, p := range survival(t) {
				// Below the panel.
				if p.y < lowestFraction {
					continue
				}
				xhi = math.Max(xhi, p.x)
				ylo = math.Min(ylo, p.y)
				if p.y < -0.002 { // 99.5 % took longer
					xlo = math.Min(xlo, p.x)
				}
			}
		}
		// The bound is in the panel even where all are far from it.
		if w.bound > 0 {
			xlo, xhi = math.Min(xlo, math.Log10(w.bound)), math.Max(xhi, math.Log10(w.bound))
		}
	}
	// No curve at all: 10 ms to 10 s, and down to 0.1 %.
	if math.IsInf(xlo, 0) || math.IsInf(xhi, 0) {
		return -2, 1, -3
	}
	return xlo - 0.1, math.Max(xhi+0.1, xlo+1), math.Max(math.Floor(2*ylo-0.1)/2, lowestFraction)
}

// placed converts data coordinates to those of the canvas.
func placed(c draw.Canvas, p *plot.Plot, line []spot) []vg.Point {
	x, y := p.Transforms(&c)
	out := make([]vg.Point, len(line))
	for i, v := range line {
		out[i] = vg.Point{X: x(v.x), Y: y(v.y)}
	}
	return out
}

// boundLine marks the SLO's bound. at is log10 of its seconds. The name stands to the left
// of its foot, where curves are still high.
func boundLine(at float64) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, _ := p.Transforms(&c)
		l := draw.LineStyle{Color: guide, Width: 0.7, Dashes: []vg.Length{3, 2}}
		c.StrokeLine2(l, x(at), c.Min.Y, x(at), c.Max.Y)
		c.FillText(textStyle(sans(tickSize-0.5), guide, draw.XRight, draw.YBottom), vg.Point{X: x(at) - 2, Y: c.Min.Y + 2}, "SLO")
	}
}

// responsePanels are the panels of the response figure, one per workload that
// has a distribution.
func responsePanels(s *answer.Stored) []responsePanel {
	var out []responsePanel
	for _, w := range s.Found.Workloads() {
		p := responsePanel{workload: w, bound: bound(s)}
		any := false
		for _, policy := range s.Found.Policies() {
			t := tailOf(s, w, policy)
			any = any || len(t.quantiles) > 0
			p.tails = append(p.tails, t)
		}
		if any {
			out = append(out, p)
		}
	}
	return out
}

// tailOf is the distribution of one cell; empty if there is none. Requests are the mean of
// a run, so that all replications have that many times N.
func tailOf(s *answer.Stored, workload, policy string) tail {
	var t tail
	for _, d := range s.Distributions {
		if d.Workload != workload || d.Policy != policy {
			continue
		}
		for i := range d.P {
			t.quantiles = append(t.quantiles, quantile{d.P[i], d.Response[i]})
		}
	}
	requests, _ := s.Found.Value(workload, policy, "requests")
	answered, _ := s.Found.Value(workload, policy, "answered")
	if all := requests.Value.Mean; all > 0 {
		t.unanswered = max(0, 1-answered.Value.Mean/all)
		t.least = 1 / (all * float64(max(requests.N, 1)))
	}
	return t
}

// bound is the one SLO of all requests, seconds; 0 if bounds differ by class or are
// multiples of the service time. The manifest's own entry counts before the configuration
// of the experiment.
func bound(s *answer.Stored) float64 {
	for _, at := range []map[string]any{s.Manifest.Run, s.Configuration()} {
		text, ok := at["slo"].(string)
		if d, err := time.ParseDuration(text); ok && err == nil {
			return d.Seconds()
		}
	}
	return 0
}
