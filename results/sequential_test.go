package results

import (
	"math"
	"slices"
	"testing"
)

// TestWidest: of the differences that have an interval which more seeds narrow the
// widest is told, and those without one by name, so that nothing to look at is
// not taken for narrow.
func TestWidest(t *testing.T) {
	nan := math.NaN()
	const share, response = "miss_avoidable", "response_p99_s"
	unit := map[string]string{share: "fraction", response: "s"}
	level := func(metric string, mean float64) Compared {
		return Compared{Workload: "w", Policy: "a", Metric: metric, Unit: unit[metric], Primary: true, Over: OverSeeds, Mean: mean}
	}
	difference := func(policy, against, metric, over string, half float64) Compared {
		return Compared{Workload: "w", Policy: policy, Metric: metric, Unit: unit[metric], Primary: true, Over: over, Against: against, DiffLow: -half, DiffHigh: half}
	}
	exploratory := difference("b", "a", response, OverSeeds, 9)
	exploratory.Primary = false
	for _, c := range []struct {
		name string
		rows []Compared
		want Width
	}{
		{"nothing", nil, Width{}},
		{"one policy", []Compared{level(share, 0.1), level(response, 2)}, Width{}},
		{"a share and a time", []Compared{level(share, 0.1), level(response, 2), difference("b", "a", share, OverSeeds, 0.02), difference("b", "a", response, OverSeeds, 0.1), exploratory},
			Width{Intervals: 2, Widest: 0.05, Where: "response_p99_s of b on w"}},
		{"equal", []Compared{level(share, 0), difference("b", "a", share, OverSeeds, 0)}, Width{Intervals: 1, Where: "miss_avoidable of b on w"}},
		{"no interval", []Compared{level(response, 2), difference("b", "a", response, OverNothing, nan)}, Width{Without: []string{"response_p99_s of b on w"}}},
		{"relative to nothing", []Compared{level(response, 0), difference("b", "a", response, OverSeeds, 1)}, Width{Without: []string{"response_p99_s of b on w"}}},
		{"relative to what is infinite", []Compared{level(response, math.Inf(1)), difference("c", "b", response, OverSeeds, 1)},
			Width{Without: []string{"response_p99_s of c against b on w"}}},
		{"windows", []Compared{level(share, 0.1), difference("b", "a", share, OverWindows, 0.5)}, Width{}},
	} {
		got := Widest(c.rows)
		if got.Intervals != c.want.Intervals || got.Widest != c.want.Widest || got.Where != c.want.Where || !slices.Equal(got.Without, c.want.Without) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
