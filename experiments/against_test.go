package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/results/fidelity"
)

// TestAgainst: compare --against tells what the simulator gives for runs that a folder of
// results holds, keeps it in a file and in the page, and plot draws it again; a folder of
// other policies is refused before anything runs.
func TestAgainst(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "small.toml")
	if err := os.WriteFile(file, []byte(filled("", "", "")), 0o644); err != nil {
		t.Fatal(err)
	}
	command := func(want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if code := run(args, &out, &out); code != want {
			t.Fatalf("%v: exit code %d, want %d\n%s", args, code, want, out.String())
		}
		return strings.Join(strings.Fields(out.String()), " ")
	}
	past := filepath.Join(dir, "past") // its runs stand for live ones
	command(exitDone, "compare", file, "--no-figures", "--out", past, "--seeds", "2")
	said := command(exitDone, "compare", file, "--out", dir, "--against", filepath.Join(past, "small"))
	if !strings.Contains(said, "12 of 12 measured values lie within") {
		t.Errorf("it said\n%s", said)
	}
	rows, err := fidelity.Read(filepath.Join(dir, "small"))
	if err != nil || len(rows) != 12 || rows[0].Runs != 2 {
		t.Errorf("%v (%v)", rows, err)
	}
	page := filepath.Join(dir, "small", "report.html")
	before, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(before), "Measured live and simulated") {
		t.Errorf("it is not in the page (%v)", err)
	}
	command(exitDone, "plot", filepath.Join(dir, "small"))
	if after, err := os.ReadFile(page); err != nil || !bytes.Equal(before, after) {
		t.Errorf("plot draws another page (%v)", err)
	}
	other := filepath.Join(dir, "other.toml")
	if err := os.WriteFile(other, []byte(strings.NewReplacer(`name = "a"`, `name = "c"`, `name = "b"`, `name = "d"`).Replace(filled("", "", ""))), 0o644); err != nil {
		t.Fatal(err)
	}
	if said := command(exitInput, "compare", other, "--out", dir, "--against", filepath.Join(past, "small")); !strings.Contains(said, "none of its runs") {
		t.Errorf("it said\n%s", said)
	}
	command(exitInput, "compare", file, "--out", dir, "--against", dir)
}

// TestDriftCommand: the record of live runs is shown, and its lack is named.
func TestDriftCommand(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	if code := run([]string{"drift", dir}, &out, &out); code != exitInput || !strings.Contains(out.String(), "every live command adds to it") {
		t.Errorf("exit code %d\n%s", code, out.String())
	}
	e := fidelity.Entry{Experiment: "x", Target: "local", Row: fidelity.Row{Workload: "w", Policy: "a", Metric: "p99", Unit: "s", Level: "L1", Measured: 2, Predicted: 1.9, Within: true}}
	if err := fidelity.Append(dir, []fidelity.Entry{e}); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if code := run([]string{"drift", dir}, &out, &out); code != exitDone || !strings.Contains(out.String(), "1 of 1") {
		t.Errorf("exit code %d\n%s", code, out.String())
	}
	if code := run([]string{"drift", dir, "--target", "aws"}, &out, &out); code != exitInput {
		t.Errorf("exit code %d\n%s", code, out.String())
	}
}
