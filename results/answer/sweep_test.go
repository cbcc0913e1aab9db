package answer

import (
	"strings"
	"testing"

	"cnv/results/compare"
	"cnv/results/words"
)

// TestSweepTellsMainEffectsAndPolicies: what a key does from its least value to its greatest, over
// all pairs that are otherwise alike, and under which policies most and least.
func TestSweepTellsMainEffectsAndPolicies(t *testing.T) {
	var fs Findings
	boot := compare.Factor{Key: "boot", Of: map[[2]string]string{}}
	for w, v := range map[string]string{"w boot=2s": "2s", "w boot=90s": "90s", "w boot=1m": "1m"} {
		for p, misses := range map[string]map[string]float64{"vms": {"2s": 0, "1m": 0.9, "90s": 0.5}, "functions": {"2s": 0.1, "1m": 0.1, "90s": 0.2}} {
			fs = append(fs, Finding{workload: w, policy: p, Metric: MissQuantity.Metric, N: 1, Value: words.Estimate{Mean: misses[v]}})
			boot.Of[[2]string{w, p}] = v
		}
	}
	got := strings.Join(sweepAnswer(fs, []compare.Factor{boot}), "\n")
	want := "From boot = 2s to 90s, avoidable misses change by 30 percentage points on average over 2 pairs of cells that are otherwise alike: most under vms (50 percentage points), least under functions (10 percentage points)."
	if got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
	boot.Of[[2]string{"w boot=1m", "vms"}] = "auto"
	if got := sweepAnswer(fs, []compare.Factor{boot}); got != nil {
		t.Errorf("of a key whose values are no numbers it says %q", got)
	}
}

// TestInteractionsInBrief: each change whose effect depends on the others with where that is most,
// and how many do not.
func TestInteractionsInBrief(t *testing.T) {
	row := func(name, workload string, differs float64, verdict string) compare.Interaction {
		return compare.Interaction{Contrast: compare.Contrast{Name: name, From: "a", To: name}, Workload: workload, Metric: MissQuantity.Metric, Alone: 0.2, Again: 0.2 + differs, Differs: differs, Verdict: verdict}
	}
	all := []compare.Interaction{row("x", "calm", -0.1, compare.Lower), row("x", "burst", -0.15, compare.Lower), row("y", "calm", 0, compare.Same)}
	want := "What one change brings depends on the others: x (avoidable misses on burst: 20 percentage points alone, 5.0 percentage points with the others); of 1 more that is not found."
	if got := interactionBrief(all); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if got := interactionBrief(all[2:]); !strings.Contains(got, "is not found") {
		t.Errorf("where nothing depends it says %q", got)
	}
}
