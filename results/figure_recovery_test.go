package results

import (
	"math"
	"testing"

	"cnv/results/words"
)

// TestRecoveryIsDrawn: two rows of one panel, lines that end where some run never
// recovers.
func TestRecoveryIsDrawn(t *testing.T) {
	of := func(v float64) finding {
		return finding{value: words.Estimate{Mean: v, Low: math.NaN(), High: math.NaN()}}
	}
	inf := math.Inf(1)
	lines := []recoveryLine{
		{panel: "burst", series: "budget=0.1", along: "rate", points: []recoveryPoint{
			{x: 4, served: of(0.99), recoveryIn: of(5)}, {x: 8, served: of(0.95), recoveryIn: of(10)}, {x: 12, served: of(0.9), recoveryIn: of(30)},
		}},
		{panel: "burst", series: "budget=2", along: "rate", points: []recoveryPoint{
			{x: 4, served: of(0.8), recoveryIn: of(40)}, {x: 8, served: of(0.4), recoveryIn: of(inf)}, {x: 12, served: of(0), recoveryIn: of(inf)},
		}},
	}
	s := recoveryFigure(lines)
	if len(s.panels) != 2 || s.cols != 1 || len(s.legend) != 2 || s.panels[0].plot.X.Min > 4 || s.panels[0].plot.X.Max < 12 {
		t.Errorf("%d panels in %d columns, %d entries of the legend", len(s.panels), s.cols, len(s.legend))
	}
	if c := recoveryCurve(&lines[1], func(p *recoveryPoint) float64 { return p.recoveryIn.value.Mean }); len(c) != 0 {
		t.Errorf("a line of times through %v, want none through one point", c)
	}
}
