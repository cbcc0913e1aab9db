package figure

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cnv/results/compare"
	"cnv/results/words"
)

// TestFiguresWithoutNumbers: panels of nothing but NaN, infinities and zeros
// are drawn as empty panels.
func TestFiguresWithoutNumbers(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, -1} {
		e := words.Estimate{Mean: v, Low: v, High: v}
		sheets := []sheet{
			responseFigure([]string{"a"}, []responsePanel{{"w", []tail{{quantiles: []quantile{{0.5, v}, {1, v}}, unanswered: 1}}, 0}}),
			costFigure([]string{"a", "b"}, []costPanel{{"w", []compare.CostPoint{{Cost: e, Misses: e}, {Cost: words.Estimate{Mean: 1, Low: v, High: v}, Misses: e}}}}),
			capacityFigure([]string{"a"}, []capacityPanel{{"w", []track{{[]float64{0, 1, 2}, []float64{v, v, v}, []float64{1, v, 2}, []float64{v, v, v}, []float64{v, 1, v}}}}}),
			ladderFigure([]string{"a", "b"}, []compare.Contrast{{From: "a", To: "b", AgainFrom: "a", AgainTo: "b"}}, []costPanel{{"w", []compare.CostPoint{{Cost: e, Misses: e}, {Cost: words.Estimate{Mean: 1, Low: v, High: v}, Misses: e}}}}),
		}
		for _, s := range sheets {
			svg, err := s.SVG()
			if err != nil {
				t.Fatal(err)
			}
			if text := string(svg); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
				t.Errorf("%s of %v draws at NaN or Inf", s.Name, v)
			}
		}
	}
}

// TestLooksDiffer: the first 56 policies have lines of their own.
func TestLooksDiffer(t *testing.T) {
	seen := map[string]int{}
	for i := range len(palette) * len(dashes) {
		l := lookOf(i)
		name := fmt.Sprint(l.color, l.dash)
		if j, ok := seen[name]; ok {
			t.Errorf("policies %d and %d look alike", j, i)
		}
		seen[name] = i
	}
}
