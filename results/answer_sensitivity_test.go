package results

import (
	"strings"
	"testing"
)

// TestVerdictsTurn: only where the difference is known to move.
func TestVerdictsTurn(t *testing.T) {
	all := []Sensitivity{
		{Change: "x", Policy: "b", Workload: "w", BaseVerdict: NotKnown, Verdict: Worse, Moved: NotKnown},
		{Change: "x", Policy: "c", Workload: "w", BaseVerdict: Better, Verdict: Worse, Moved: Higher},
		{Change: "x", Policy: "d", Workload: "w", BaseVerdict: Better, Verdict: NotKnown, Moved: Same},
	}
	if got, want := turned(all, &all[0]), "1 verdict changes: c on w, from better to worse"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestMovesAreTold: the change that moves the answer most first; what is not known to
// move it, and what moves it in no run, are told apart.
func TestMovesAreTold(t *testing.T) {
	of := func(change, moved string, by float64) Sensitivity {
		return Sensitivity{
			Change: change, Workload: "w", Policy: "b", Against: "a", Metric: avoidableMisses, Base: 0.03, BaseVerdict: Worse,
			Diff: 0.03 + by, Low: 0.02 + by, High: 0.04 + by, Verdict: Worse, By: by, ByLow: by - 0.01, ByHigh: by + 0.01, Moved: moved,
		}
	}
	text := strings.Join(sensitivityAnswer([]Sensitivity{of("moved", Higher, 0.04), of("again", NotKnown, 0.004), of("same", NotKnown, 0)}), "\n")
	for _, s := range []string{"moved moves the answer most: on w, b against a, avoidable misses from", "again: not known to move the answer", "same moves the answer in no run"} {
		if !strings.Contains(text, s) {
			t.Errorf("lacks %q:\n%s", s, text)
		}
	}
}
