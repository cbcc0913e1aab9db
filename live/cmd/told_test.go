package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/live/local"
)

// TestNothingIsSpilledToWorkers: who gives workers is told that there are no
// functions if the policy would use them, and whose the costs are.
func TestNothingIsSpilledToWorkers(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		a, _ := m.worker(t)
		b, _ := m.worker(t)
		for spill, want := range map[string]bool{"": false, `spill = "never"`: false, `spill = "busy"`: true} {
			text := strings.NewReplacer(`router = "jsq"`, "router = \"jsq\"\n"+spill, "[telemetry]", "[functions]\nmemory_mb = 1769\n[telemetry]", `duration = "2s"`, `duration = "500ms"`).Replace(experiment)
			dir := t.TempDir()
			code, said := m.run(write(t, text), "--workers", a+","+b, "--policy", "jsq", "--no-figures", "--out", dir)
			if code != exitDone {
				t.Fatalf("exit %d: %s", code, said)
			}
			if got := strings.Contains(said, "nothing is spilled to them"); got != want {
				t.Errorf("%q: warned %v, want %v:\n%s", spill, got, want, said)
			}
			if unfolded := strings.Join(strings.Fields(said), " "); !strings.Contains(unfolded, "costs are what the experiment's instances would cost at AWS, not what these workers do") {
				t.Errorf("whose costs they are is not said:\n%s", said)
			}
		}
	})
}

// TestTwoRunsInOneFolder: the second is told how to have tables of its own.
func TestTwoRunsInOneFolder(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	dir := filepath.Join(out, ".local")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	cloud, err := local.Start(local.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	var errs bytes.Buffer
	if code := command([]string{write(t, rise), "--worker", script(t), "--no-figures", "--out", out}, &errs, &errs); code != exitInput || !strings.Contains(errs.String(), "give this run another folder (--out DIR)") {
		t.Errorf("exit %d:\n%s", code, errs.String())
	}
}
