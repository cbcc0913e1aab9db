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

// holds says whether the fitted world gives again what was measured.
func (t *supposition) holds(run *calibrate.Run) bool {
	names, parts := t.newPlacebo(*run).off()
	return len(names)+len(parts) == 0 && t.world.seen.Changed() == nil
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
