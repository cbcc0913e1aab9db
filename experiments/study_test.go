package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/results/fidelity"
)

// TestStudyFidelity: a part of the table is made, printed and written; of what is not asked for nothing.
func TestStudyFidelity(t *testing.T) {
	file := filepath.Join(t.TempDir(), "table.md")
	var out bytes.Buffer
	if code := run([]string{"study", "fidelity", "--quick", "--only", "theory", "-o", file}, &out, &out); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, out.String())
	}
	table, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## Theory (L0)", "| M/M/4, 80 % load: mean |", "within 5.00 %"} {
		if !strings.Contains(string(table), want) || strings.Contains(string(table), "## Hidden") {
			t.Errorf("no %q, or too much, in\n%s", want, table)
		}
	}
	for want, args := range map[string][]string{
		"no part of the study": {"--only", "thery"}, "want 1 to 10000": {"--pairs", "0"}, "must be one of": {"speed"},
	} {
		args = append([]string{"study"}, args...)
		if args[1] != "speed" {
			args = append([]string{"study", "fidelity"}, args[1:]...)
		}
		out.Reset()
		if code := run(args, &out, &out); code != exitInput || !strings.Contains(out.String(), want) {
			t.Errorf("%v: exit code %d, no %q in %s", args, code, want, out.String())
		}
	}
}

// TestShare: what chance explains is not off.
func TestShare(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
		off       bool
	}{
		{95, 100, 0.93, 0.97, false}, {100, 100, 0.93, 0.97, false}, {1000, 1000, 0.93, 0.97, true}, {850, 1000, 0.93, 0.97, true},
		{60, 100, 0.80, 1, true}, {76, 100, 0.80, 1, false}, {0, 0, 0.80, 1, false}, {7, 200, 0, 0.05, false}, {30, 200, 0, 0.05, true},
	} {
		if r := share("", c.k, c.n, c.low, c.high); r.off != c.off {
			t.Errorf("%d of %d, want %v to %v: off %v (%s)", c.k, c.n, c.low, c.high, r.off, r.found)
		}
	}
}

// TestDriftCountsWhatIsRanked: values of runs that had to wait for cores are not among those that
// scores are over.
func TestDriftCountsWhatIsRanked(t *testing.T) {
	dir := t.TempDir()
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	var all []fidelity.Entry
	for i := range 5 {
		row := fidelity.Row{Workload: "w", Policy: "a", Metric: "p99", Unit: "s", Level: "L1", Runs: 1, Draws: 10, Measured: 2, Predicted: 2, Low: 1, High: 3, Within: true, Unranked: i < 3}
		all = append(all, fidelity.Entry{When: at.Add(time.Duration(i) * time.Hour), Experiment: "x", Target: "local", Row: row})
	}
	if err := fidelity.Append(dir, all); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run([]string{"drift", dir}, &out, &out); code != exitDone || !strings.Contains(out.String(), "Over 2 values") {
		t.Errorf("exit code %d, want scores over 2 values\n%s", code, out.String())
	}
}
