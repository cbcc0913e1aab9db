package answer

import (
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
)

// TestVerdictsTurn: only where the difference is known to move.
func TestVerdictsTurn(t *testing.T) {
	all := []compare.Sensitivity{
		{Change: "x", Policy: "b", Workload: "w", BaseVerdict: compare.NotKnown, Verdict: compare.Worse, Moved: compare.NotKnown},
		{Change: "x", Policy: "c", Workload: "w", BaseVerdict: compare.Better, Verdict: compare.Worse, Moved: compare.Higher},
		{Change: "x", Policy: "d", Workload: "w", BaseVerdict: compare.Better, Verdict: compare.NotKnown, Moved: compare.Same},
	}
	if got, want := turned(all, &all[0]), "1 verdict changes: c on w, from better to worse"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestMovesAreTold: the change that moves the answer most first; what is not known to
// move it, and what moves it in no run, are told apart.
func TestMovesAreTold(t *testing.T) {
	of := func(change, moved string, by float64) compare.Sensitivity {
		return compare.Sensitivity{
			Change: change, Workload: "w", Policy: "b", Against: "a", Metric: results.AvoidableMisses, Base: 0.03, BaseVerdict: compare.Worse,
			Diff: 0.03 + by, Low: 0.02 + by, High: 0.04 + by, Verdict: compare.Worse, By: by, ByLow: by - 0.01, ByHigh: by + 0.01, Moved: moved,
		}
	}
	text := strings.Join(sensitivityAnswer([]compare.Sensitivity{of("moved", compare.Higher, 0.04), of("again", compare.NotKnown, 0.004), of("same", compare.NotKnown, 0)}), "\n")
	cost := of("cost", compare.Higher, 0.04)
	cost.Metric = results.CostInSLO
	if text := strings.Join(sensitivityAnswer([]compare.Sensitivity{cost, of("cost", compare.Equal, 0)}), " "); !strings.Contains(text, "cost moves the answer most: on w, b against a, the cost per") || strings.Contains(text, "in no run") {
		t.Errorf("a change that moves the second primary metric alone: %s", text)
	}
	for _, s := range []string{"moved moves the answer most: on w, b against a, avoidable misses from", "again: not known to move the answer", "same moves the answer in no run",
		"What is said of how far differences move holds together with 95 %: of every change and workload, of each policy against a, in avoidable misses."} {
		if !strings.Contains(text, s) {
			t.Errorf("lacks %q:\n%s", s, text)
		}
	}
}
