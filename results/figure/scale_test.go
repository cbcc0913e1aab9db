package figure

import (
	"math"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"cnv/results/words"
)

// TestLongLabelsAreFew: of five ticks with long labels every other has one, so that they
// stand apart in a panel of three in a row; short ones stay.
func TestLongLabelsAreFew(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   int
	}{{0.0008, 0.0009, 3}, {0.2, 0.6, 5}, {0.00081, 0.00083, 3}} {
		labels := 0
		for _, tick := range fitting(words.Plain, c.lo, c.hi) {
			if tick.Label != "" {
				labels++
			}
		}
		if labels < 2 || labels > c.want {
			t.Errorf("from %v to %v: %d labels, want at most %d", c.lo, c.hi, labels, c.want)
		}
	}
}

// TestNoCurveHasALevel: of a policy whose quantiles are all of requests without an answer
// the level of those is drawn across the panel.
func TestNoCurveHasALevel(t *testing.T) {
	lost := tail{quantiles: []quantile{{0.5, math.Inf(1)}}, unanswered: 0.99}
	p := plot.New()
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -1, 1, -2, 0
	var r recorder.Canvas
	never([]tail{lost}, 0.5)(draw.NewCanvas(&r, 300, 200), p)
	drawn := 0
	for _, a := range r.Actions {
		if s, ok := a.(*recorder.Stroke); ok && s.Path[0].Pos.X == 0 && s.Path[1].Pos.X > vg.Length(200) {
			drawn++
		}
	}
	if drawn != 1 {
		t.Errorf("%d levels from the left edge, want 1", drawn)
	}
}
