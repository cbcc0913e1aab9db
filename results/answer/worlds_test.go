package answer

import (
	"math"
	"slices"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// TestWorldsInWords: the sentence has all workloads alike in one piece, and where it turns.
func TestWorldsInWords(t *testing.T) {
	fs := Findings{{workload: "steady"}, {workload: "flash"}, {workload: "heavy"}}
	held := []compare.Held{
		{Finding: compare.Finding{Workload: "steady", Policy: "b", Against: "a", Metric: results.AvoidableMisses, Sign: -1}, Drawn: 20, Holds: 20, Low: -0.312, High: -0.03},
		{Finding: compare.Finding{Workload: "flash", Policy: "b", Against: "a", Metric: results.AvoidableMisses, Sign: -1}, Drawn: 20, Holds: 12, Opposite: 8, Turn: "below 20 s of boot", Low: -0.05, High: 0.02},
		{Finding: compare.Finding{Workload: "heavy", Policy: "b", Against: "a", Metric: results.AvoidableMisses, Sign: -1}, Drawn: 20, Holds: 20, Low: -0.02, High: -0.01},
	}
	want := "holds in 20 of 20 worlds on steady (3.0 to 31 percentage points) and heavy (1.0 to 2.0), and in 12 of 20 worlds on flash (−2.0 to 5.0; the opposite in 8; turns below 20 s of boot)"
	if got := inWorlds(fs, held, Pair{"a", "b"}, results.AvoidableMisses); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := inWorlds(fs, held[1:2], Pair{"a", "b"}, results.AvoidableMisses); got != "holds in 12 of 20 worlds (−2.0 to 5.0 percentage points; the opposite in 8; turns below 20 s of boot)" {
		t.Error(got)
	}
	if got := inWorlds(fs, held[:1], Pair{"a", "b"}, results.AvoidableMisses); got != "holds in 20 of 20 worlds (3.0 to 31 percentage points)" {
		t.Error(got)
	}
	dearer := []compare.Held{{Finding: compare.Finding{Workload: "steady", Policy: "b", Against: "a", Metric: results.CostInSLO, Sign: 1}, Drawn: 20, Holds: 20, Low: 0.0011, High: math.Inf(1)}}
	if got := inWorlds(fs, dearer, Pair{"a", "b"}, results.CostInSLO); got != "holds in 20 of 20 worlds ($0.0011 to $∞)" {
		t.Error(got)
	}
	named := slices.Clone(held[:1])
	named[0].Workload = "calls (noon) x"
	if got := inWorlds(Findings{{workload: "calls (noon) x"}}, named, Pair{"a", "b"}, results.AvoidableMisses); got != "holds in 20 of 20 worlds (3.0 to 31 percentage points)" {
		t.Errorf("a workload with a bracket in its name: %q", got)
	}
	if got := inWorlds(fs, held, Pair{"b", "a"}, results.AvoidableMisses); got != "" {
		t.Errorf("a pair without findings: %q", got)
	}
}

// TestContrastHoldsWhereItIs: in how many worlds a contrast holds is said of the workloads
// that its sentences are about.
func TestContrastHoldsWhereItIs(t *testing.T) {
	var fs Findings
	var held []compare.Held
	for w, holds := range map[string]int{"steady": 20, "flash": 12} {
		fs = append(fs, Finding{workload: w, policy: "b", against: "a", Metric: results.AvoidableMisses, N: 8, Over: stat.OverSeeds, primary: true, says: Lower, Value: words.Estimate{Mean: 0.1, Low: 0.1, High: 0.1}, Change: words.Estimate{Mean: -0.2, Low: -0.3, High: -0.1}})
		held = append(held, compare.Held{Finding: compare.Finding{Workload: w, Policy: "b", Against: "a", Metric: results.AvoidableMisses, Sign: -1}, Drawn: 20, Holds: holds, Low: -0.3, High: -0.1})
	}
	got := contrastAnswer(fs, held, compare.Contrast{Name: "the router", From: "a", To: "b", On: []string{"steady"}})
	if !strings.Contains(got, "This holds in 20 of 20 worlds (10 to 30 percentage points).") || strings.Contains(got, "flash") {
		t.Errorf("it says %q", got)
	}
}

// TestWorldsMethod: what a world is, and how many were run.
func TestWorldsMethod(t *testing.T) {
	w := &compare.Worlds{Constants: []compare.Constant{{Name: "boot", Text: "%s s of boot"}}}
	for k := range 6 {
		w.Rows = append(w.Rows, compare.WorldRow{World: k})
	}
	if text := strings.Join(worldsMethod(w), ""); !strings.Contains(text, "Each of 6 was run with one seed") {
		t.Error(text)
	}
}

// TestHeldTellsTheOthers: what is so in the worlds in which a finding does not hold is
// said with it.
func TestHeldTellsTheOthers(t *testing.T) {
	for _, c := range []struct {
		h    compare.Held
		want string
	}{
		{compare.Held{Drawn: 20, Holds: 20}, "in 20 of 20 worlds"},
		{compare.Held{Drawn: 20, Holds: 10}, "in 10 of 20 worlds; (no difference in 10, though there is one in each as the file is)"},
		{compare.Held{Drawn: 20, Holds: 10, Idle: 10}, "in 10 of 20 worlds; (no difference in 10, nor is there one in any as the file is)"},
		{compare.Held{Drawn: 20, Holds: 10, Idle: 4}, "in 10 of 20 worlds; (no difference in 10, 4 of them also as the file is)"},
		{compare.Held{Drawn: 20, Holds: 19, Idle: 1}, "in 19 of 20 worlds; (no difference in 1, nor is there one as the file is)"},
		{compare.Held{Drawn: 20, Holds: 11, Opposite: 6, Chance: 6}, "in 11 of 20 worlds; (no difference in 3, though there is one in each as the file is; the opposite in 6, 6 of them also as the file is)"},
		{compare.Held{Drawn: 20, Holds: 15, Opposite: 5, Turn: "below 20 s of boot"}, "in 15 of 20 worlds; (the opposite in 5; turns below 20 s of boot)"},
	} {
		if got := heldText(&c.h, ""); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
