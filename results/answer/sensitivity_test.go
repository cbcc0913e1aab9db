package answer

import (
	"strings"
	"testing"

	"cnv/results"
)

// TestVerdictsTurn: only where the difference is known to move.
func TestVerdictsTurn(t *testing.T) {
	all := []results.Sensitivity{
		{Change: "x", Policy: "b", Workload: "w", BaseVerdict: results.NotKnown, Verdict: results.Worse, Moved: results.NotKnown},
		{Change: "x", Policy: "c", Workload: "w", BaseVerdict: results.Better, Verdict: results.Worse, Moved: results.Higher},
		{Change: "x", Policy: "d", Workload: "w", BaseVerdict: results.Better, Verdict: results.NotKnown, Moved: results.Same},
	}
	if got, want := turned(all, &all[0]), "1 verdict changes: c on w, from better to worse"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestMovesAreTold: the change that moves the answer most first; what is not known to
// move it, and what moves it in no run, are told apart.
func TestMovesAreTold(t *testing.T) {
	of := func(change, moved string, by float64) results.Sensitivity {
		return results.Sensitivity{
			Change: change, Workload: "w", Policy: "b", Against: "a", Metric: results.AvoidableMisses, Base: 0.03, BaseVerdict: results.Worse,
			Diff: 0.03 + by, Low: 0.02 + by, High: 0.04 + by, Verdict: results.Worse, By: by, ByLow: by - 0.01, ByHigh: by + 0.01, Moved: moved,
		}
	}
	text := strings.Join(sensitivityAnswer([]results.Sensitivity{of("moved", results.Higher, 0.04), of("again", results.NotKnown, 0.004), of("same", results.NotKnown, 0)}), "\n")
	cost := of("cost", results.Higher, 0.04)
	cost.Metric = results.CostInSLO
	if text := strings.Join(sensitivityAnswer([]results.Sensitivity{cost, of("cost", results.Equal, 0)}), " "); !strings.Contains(text, "cost moves the answer most: on w, b against a, the cost per") || strings.Contains(text, "in no run") {
		t.Errorf("a change that moves the second primary metric alone: %s", text)
	}
	for _, s := range []string{"moved moves the answer most: on w, b against a, avoidable misses from", "again: not known to move the answer", "same moves the answer in no run"} {
		if !strings.Contains(text, s) {
			t.Errorf("lacks %q:\n%s", s, text)
		}
	}
}
