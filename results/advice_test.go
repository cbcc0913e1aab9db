package results

import (
	"strings"
	"testing"
)

// TestAdvice: of the primary differences that are not told from none the one that
// needs the fewest seeds is named, with how many.
func TestAdvice(t *testing.T) {
	row := func(policy string, diff, half float64, primary bool, verdict string) Compared {
		return Compared{Workload: "w", Policy: policy, Metric: "miss_avoidable", Against: "seed", N: 10, Over: OverSeeds, Primary: primary,
			Diff: diff, DiffLow: diff - half, DiffHigh: diff + half, Verdict: verdict}
	}
	rows := []Compared{
		row("far", 0.01, 0.2, true, NoDifference), row("near", -0.1, 0.2, true, NoDifference), row("told", 0.5, 0.1, true, Worse),
		row("exploratory", 0.1, 0.11, false, NoDifference), row("same", 0, 0, true, NoDifference),
	}
	got := advice(rows)
	if len(got) != 1 || got[0].Where != "w / near" || !strings.Contains(got[0].Text, "over 10 seeds; if it is as large as seen, some 48 would tell it (--seeds 48)") {
		t.Errorf("%v", got)
	}
	if got := advice(rows[:1]); len(got) != 1 || !strings.Contains(got[0].Text, "4800") {
		t.Errorf("%v", got)
	}
	if got := advice([]Compared{row("hopeless", 1e-6, 1, true, NoDifference), rows[2]}); got != nil {
		t.Errorf("%v", got)
	}
}
