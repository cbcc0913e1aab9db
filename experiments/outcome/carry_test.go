package outcome

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// folderOf is results of a command: a manifest, runs and other files.
func folderOf(t *testing.T, command, runs string, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	text, err := json.MarshalIndent(map[string]any{"run": map[string]any{"command": command}}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"manifest.json": string(text), "runs.csv": runs} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(command), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestFilesAreOfTheCommandThatMadeThem: what a second command carried, and a third, of other
// runs, puts into the folder of earlier files, is said to be of the first command, which
// made it.
func TestFilesAreOfTheCommandThatMadeThem(t *testing.T) {
	first := folderOf(t, "compare x --saturate 5%", "1", "saturation.csv", "report.md")
	second := folderOf(t, "compare x --vary slo=3s", "1", "sensitivity.csv")
	third := folderOf(t, "compare x", "2")
	taken, err := carry(first, second)
	if err != nil || !slices.Equal(taken, []string{"saturation.csv"}) {
		t.Fatal(taken, err)
	}
	if err := credit(first, second, taken); err != nil {
		t.Fatal(err)
	}
	got, err := stow(second, third, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"saturation.csv made by an earlier run: compare x --saturate 5%", "sensitivity.csv made by an earlier run: compare x --vary slo=3s"}
	for _, text := range want {
		if !slices.Contains(got, text) {
			t.Errorf("%q lacks %q", got, text)
		}
	}
}

// TestDrawnFilesAreOfTheCommandThatDrewThem: as of what it has found.
func TestDrawnFilesAreOfTheCommandThatDrewThem(t *testing.T) {
	first := folderOf(t, "compare x --worlds 0", "1", "report.md")
	second := folderOf(t, "compare x", "1")
	taken, err := carryDrawn(first, second)
	if err != nil || !slices.Equal(taken, []string{"report.md"}) {
		t.Fatal(taken, err)
	}
	if err := credit(first, second, taken); err != nil {
		t.Fatal(err)
	}
	got, err := stow(second, folderOf(t, "compare x", "2"), nil)
	if err != nil || !slices.Contains(got, "report.md made by an earlier run: compare x --worlds 0") {
		t.Error(got, err)
	}
}

// TestUnknownCommandIsNotNamed: an earlier program has carried files and did not say which.
func TestUnknownCommandIsNotNamed(t *testing.T) {
	run := map[string]any{"command": "b", earlierKey: []any{"a"}}
	if got := madeBy(run, "saturation.csv"); got != "" {
		t.Errorf("made by %q, and may be of either", got)
	}
	if got := madeBy(run, "pareto.csv"); got != "b" {
		t.Errorf("made by %q, want b", got)
	}
}
