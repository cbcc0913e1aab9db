package main

import (
	"fmt"
	"slices"
	"time"

	"cnv/experiments/calibrate"
	"cnv/results/words"
)

// A placebo is what was measured beside what the fitted world gives of it again.
type placebo struct {
	metrics  []calibrate.Metric
	measured []float64
	again    []calibrate.Prediction
	agrees   []bool
}

// newPlacebo holds a run against those of the journal's own policy.
func (t *supposition) newPlacebo(run calibrate.Run) *placebo {
	p := &placebo{metrics: calibrate.Placebo(t.world.seen.Requests)}
	for i := range p.metrics {
		m := &p.metrics[i]
		p.measured, p.again = append(p.measured, m.Of(&run)), append(p.again, calibrate.Predict(t.of(0, m)))
	}
	p.agrees = calibrate.Agrees(p.metrics, p.measured, p.again)
	return p
}

// off are the names of the metrics of the whole run that are not as measured, and the parts
// of the run in which something is not.
func (p *placebo) off() (names []string, parts []int) {
	for i, ok := range p.agrees {
		switch m := &p.metrics[i]; {
		case ok:
		case m.Part == 0:
			names = append(names, m.Name)
		case len(parts) == 0 || parts[len(parts)-1] != m.Part:
			parts = append(parts, m.Part)
		}
	}
	return names, parts
}

// tellPlacebo says whether the fitted world gives again what was measured.
func (t *supposition) tellPlacebo(c *console, run calibrate.Run) (holds bool) {
	p := t.newPlacebo(run)
	names, parts := p.off()
	result := "gives again what was measured."
	switch {
	case len(names) > 0:
		result = "does NOT give again what was measured of " + words.List(names) + "."
	case len(parts) > 0:
		result = "does NOT give again what was measured of parts of the run."
	}
	changed := t.world.seen.Changed()
	if changed != nil && len(names)+len(parts) == 0 {
		result = "gives again what was measured, but its workers did not stay as they are."
	}
	switch {
	case changed != nil:
		result += fmt.Sprintf(" From about %s after the first arrival on, work that had a core for itself took %s times as long as before, on the same workers (%d requests): no world with one speed is like that.",
			at(changed.At-t.world.seen.Start), words.Significant(changed.Factor, 3), changed.N)
	case len(parts) > 0:
		result += " " + p.since(parts[0], &run)
	}
	paragraph(c, fmt.Sprintf("Placebo: the journal's own policy, %s, in %d worlds that fit what its gateway has seen, %s", words.InQuotes(t.world.header.Policy), len(t.runs[0]), result))
	c.printf("\n%-22s %9s  %-28s\n", "", "measured", "again (95 % of runs)")
	for i := range p.metrics {
		if m := &p.metrics[i]; m.Part == 0 {
			p.line(c, m.Name+", "+m.Unit, i)
		}
	}
	for i := range p.metrics {
		m := &p.metrics[i]
		if m.Part > 0 && len(parts) > 0 {
			p.line(c, fmt.Sprintf("from %s: %s, %s", at(run.Parts[m.Part-1].From), m.Name, m.Unit), i)
		}
	}
	return len(names) == 0 && len(parts) == 0 && changed == nil
}

// since says from when on the world of a run is another: the first part that is off or,
// where medians are off to one side before a part and to the other from it on (as where a
// fit lies between the two), that one.
func (p *placebo) since(off int, run *calibrate.Run) string {
	const may = ": something that is not fitted may have changed in the world then."
	if off > 1 {
		return "It differs from " + at(run.Parts[off-1].From) + " after the first arrival on" + may
	}
	var sides []float64
	for i := range p.metrics {
		if m := &p.metrics[i]; m.Part > 0 && m.Name == "p50" {
			sides = append(sides, p.measured[i]-p.again[i].Mean)
		}
	}
	turn := slices.IndexFunc(sides, func(d float64) bool { return d*sides[0] < 0 })
	if turn < 0 || slices.ContainsFunc(sides[turn:], func(d float64) bool { return !(d*sides[0] < 0) }) {
		return "It differs from the first quarter of the requests on."
	}
	return fmt.Sprintf("Median response times are %s than there until %s after the first arrival, and %s from then on%s",
		words.IfElse(sides[0] < 0, "shorter", "longer"), at(run.Parts[turn].From), words.IfElse(sides[0] < 0, "longer", "shorter"), may)
}

// at writes an instant in whole seconds.
func at(d time.Duration) string { return d.Round(time.Second).String() }

// line prints a metric.
func (p *placebo) line(c *console, name string, i int) {
	c.printf("%-22s %9s  %s%s\n", name, digits(p.measured[i]), within(p.metrics[i].Possible(p.again[i]), digits), words.IfElse(p.agrees[i], "", "  NOT AS MEASURED"))
}
