package results

import (
	"strings"
	"testing"

	"cnv/results/words"
)

// TestWorldsInWords: the sentence has all workloads alike in one piece, and where it turns.
func TestWorldsInWords(t *testing.T) {
	fs := findings{{workload: "steady"}, {workload: "flash"}, {workload: "heavy"}}
	held := []Held{
		{Finding: Finding{"steady", "b", "a", avoidableMisses, -1}, Drawn: 20, Holds: 20},
		{Finding: Finding{"flash", "b", "a", avoidableMisses, -1}, Drawn: 20, Holds: 12, Opposite: 8, Turn: "below 20 s of boot"},
		{Finding: Finding{"heavy", "b", "a", avoidableMisses, -1}, Drawn: 20, Holds: 20},
	}
	want := "holds in 20 of 20 worlds on steady and heavy, and in 12 of 20 worlds on flash (the opposite in 8; turns below 20 s of boot)"
	if got := inWorlds(fs, held, Pair{"a", "b"}, avoidableMisses); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := inWorlds(fs, held[1:2], Pair{"a", "b"}, avoidableMisses); got != "holds in 12 of 20 worlds (the opposite in 8; turns below 20 s of boot)" {
		t.Error(got)
	}
	if got := inWorlds(fs, held, Pair{"b", "a"}, avoidableMisses); got != "" {
		t.Errorf("a pair without findings: %q", got)
	}
}

// TestContrastHoldsWhereItIs: in how many worlds a contrast holds is said of the workloads
// that its sentences are about.
func TestContrastHoldsWhereItIs(t *testing.T) {
	var fs findings
	var held []Held
	for w, holds := range map[string]int{"steady": 20, "flash": 12} {
		fs = append(fs, finding{workload: w, policy: "b", against: "a", metric: avoidableMisses, n: 8, over: OverSeeds, primary: true, says: lower, value: words.Estimate{Mean: 0.1, Low: 0.1, High: 0.1}, change: words.Estimate{Mean: -0.2, Low: -0.3, High: -0.1}})
		held = append(held, Held{Finding: Finding{w, "b", "a", avoidableMisses, -1}, Drawn: 20, Holds: holds})
	}
	got := contrastAnswer(fs, held, Contrast{Name: "the router", From: "a", To: "b", On: []string{"steady"}})
	if !strings.Contains(got, "This holds in 20 of 20 worlds.") || strings.Contains(got, "flash") {
		t.Errorf("it says %q", got)
	}
}

// TestWorldsMethod: what a world is, and how many were run.
func TestWorldsMethod(t *testing.T) {
	w := &Worlds{Constants: []Constant{{Name: "boot", Text: "%s s of boot"}}}
	for k := range 6 {
		w.Rows = append(w.Rows, WorldRow{World: k})
	}
	if text := strings.Join(worldsMethod(w), ""); !strings.Contains(text, "Each of 6 was run with one seed") {
		t.Error(text)
	}
}
