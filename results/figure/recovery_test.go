package figure

import (
	"math"
	"strings"
	"testing"

	"cnv/results/answer"
	"cnv/results/words"
)

// TestRecoveryIsDrawn: two rows of one panel, lines that end where some run never
// recovers.
func TestRecoveryIsDrawn(t *testing.T) {
	of := func(v float64) answer.Finding {
		return answer.Finding{Value: words.Estimate{Mean: v, Low: math.NaN(), High: math.NaN()}}
	}
	inf := math.Inf(1)
	lines := []answer.RecoveryLine{
		{Panel: "burst", Series: "budget=0.1", Along: "rate", Points: []answer.RecoveryPoint{
			{X: 4, Served: of(0.99), RecoveryIn: of(5)}, {X: 8, Served: of(0.95), RecoveryIn: of(10)}, {X: 12, Served: of(0.9), RecoveryIn: of(30)},
		}},
		{Panel: "burst", Series: "budget=2", Along: "rate", Points: []answer.RecoveryPoint{
			{X: 4, Served: of(0.8), RecoveryIn: of(40)}, {X: 8, Served: of(0.4), RecoveryIn: of(inf)}, {X: 12, Served: of(0), RecoveryIn: of(inf)},
		}},
	}
	s := recoveryFigure(lines)
	if len(s.panels) != 2 || s.Cols != 1 || len(s.legend) != 2 || s.panels[0].plot.X.Min > 4 || s.panels[0].plot.X.Max < 12 {
		t.Errorf("%d panels in %d columns, %d entries of the legend", len(s.panels), s.Cols, len(s.legend))
	}
	lines[0].Points[2].Relapses = of(5.3)
	if s := recoveryFigure(lines); len(s.legend) != 3 || !strings.HasPrefix(s.legend[2].label, "in a ring") {
		t.Errorf("a run that is unhealthy again is not told in the legend of %d entries", len(s.legend))
	}
	if c := recoveryCurve(&lines[1], func(p *answer.RecoveryPoint) float64 { return p.RecoveryIn.Value.Mean }); len(c) != 0 {
		t.Errorf("a line of times through %v, want none through one point", c)
	}
}

// TestCollapsedCellsAreLabelled: a panel whose curve is at its upper edge, or not there at
// all, says why.
func TestCollapsedCellsAreLabelled(t *testing.T) {
	lost := tail{quantiles: []quantile{{0.01, 0.1}}, unanswered: 0.981, least: 0.001}
	well := tail{quantiles: []quantile{{0.5, 0.1}, {0.9, 1}}, least: 0.001}
	s := responseFigure([]string{"jsq"}, []responsePanel{{workload: "w", tails: []tail{lost}}, {workload: "v", tails: []tail{well}}})
	if s.panels[0].note != "98 % without an answer" || s.panels[1].note != "" {
		t.Errorf("notes %q and %q", s.panels[0].note, s.panels[1].note)
	}
	s = responseFigure([]string{"jsq", "nova"}, []responsePanel{{workload: "w", tails: []tail{well, lost}}})
	if s.panels[0].note != "nova: 98 % without an answer" {
		t.Errorf("note %q", s.panels[0].note)
	}
}
