package answer

import (
	"math"
	"strings"
	"testing"
	"time"

	"cnv/results"
	"cnv/results/words"
)

// TestPlacementAnswer: only differences that are found on both workloads count.
func TestPlacementAnswer(t *testing.T) {
	p := Placement{Workload: "w", Other: "w burst", Bin: time.Minute}
	build := func(n int, w, other, change, changeOther words.Estimate) Findings {
		var b board
		for _, m := range []string{results.AvoidableMisses, results.CostInSLO} {
			for _, x := range []struct {
				workload  string
				b, change words.Estimate
			}{{"w", w, change}, {"w burst", other, changeOther}} {
				b.add(x.workload, "seed", m, about(0.5, 0.01), "", words.NoEstimate(), n)
				b.add(x.workload, "jsq", m, x.b, "seed", x.change, n)
			}
		}
		return b.Findings
	}
	better, worse, same := about(0.4, 0.01), about(0.6, 0.01), about(0.49, 0.05)
	less, more, none := about(-0.1, 0.02), about(0.1, 0.02), about(-0.01, 0.05)
	for _, c := range []struct {
		fs   Findings
		want string
	}{
		{build(10, better, better, less, less), "the ranking survives: of 2 differences found on both"},
		{build(10, better, same, less, none), "says nothing, as no two policies are told apart on both"},
		{build(10, better, worse, less, more), "does not survive by avoidable misses (jsq is better than seed only on the first) and by the cost per 1,000 requests in SLO (jsq is better than seed only on the first)."},
		{build(10, worse, better, more, less), "does not survive by avoidable misses (seed is better than jsq only on the first)"},
		{build(1, exactly(0.4), exactly(0.6), exactly(-0.1), exactly(0.1)), "does not survive"},
		{build(3, exactly(0.4), exactly(0.6), exactly(-0.1), exactly(0.1)), "says nothing, as no two policies are told apart on both"}, // too few
		{build(10, exactly(math.NaN()), exactly(math.NaN()), exactly(math.NaN()), exactly(math.NaN())), "says nothing, as no two policies are told apart on both"},
		{build(10, better, exactly(math.Inf(1)), less, exactly(math.Inf(1))), "says nothing, as no two policies are told apart on both"},
	} {
		if got := placementAnswer(c.fs, p); !strings.Contains(got, c.want) || !strings.Contains(got, "1m0s") {
			t.Errorf("%s\nwant %q", got, c.want)
		}
	}
	var one board
	one.add("w", "seed", results.AvoidableMisses, about(1, 0), "", words.NoEstimate(), 10)
	if got := placementAnswer(one.Findings, p); got != "" {
		t.Errorf("with one policy: %q", got)
	}
}
