package outcome

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSweep: folders of killed processes go, with their journals; those of
// processes that run, of other machines, and those left on purpose stay.
func TestSweep(t *testing.T) {
	ended := exec.Command("go", "version")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	out, dead := t.TempDir(), fmt.Sprint(spoolPrefix(), ended.Process.Pid)
	if err := os.MkdirAll(filepath.Join(out, dead+"-1", journals), 0o755); err != nil {
		t.Fatal(err)
	}
	stays := []string{
		fmt.Sprint(spoolPrefix(), os.Getpid(), "-1"), unfinished + "another-" + fmt.Sprint(ended.Process.Pid) + "-1",
		strings.Replace(dead, unfinished, interrupted, 1) + "-1", spoolPrefix() + "x-1", "results",
	}
	for _, name := range append(stays, dead+"-4") {
		if err := os.MkdirAll(filepath.Join(out, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if n := sweep(out); n != 2 {
		t.Errorf("%d removed, want 2", n)
	}
	left, _ := os.ReadDir(out)
	if len(left) != len(stays) {
		t.Errorf("left: %v, want %v", left, stays)
	}
	for _, name := range stays {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestAbandonedJournalsStay: what an interrupted try says that it has left is
// not removed by the next.
func TestAbandonedJournalsStay(t *testing.T) {
	o := Options{Out: t.TempDir(), Journals: true}
	spool, err := o.spool()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(spool, journals, "w", "p", "seed-1"), 0o755); err != nil {
		t.Fatal(err)
	}
	left := (&Outcome{o: o, spool: spool}).Abandon()
	if _, err := os.Stat(filepath.Join(left, "w")); err != nil || !strings.Contains(left, interrupted) {
		t.Errorf("%s: %v", left, err)
	}
}

// TestReplacingIsPutBack: results that a process was replacing when it was killed are
// in place again; those that it had replaced stay as they are.
func TestReplacingIsPutBack(t *testing.T) {
	ended := exec.Command("go", "version")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	aside := filepath.Join(out, fmt.Sprint(spoolPrefix(), ended.Process.Pid, "-1"))
	for path, text := range map[string]string{
		filepath.Join(aside, "lost.old", "runs.csv"): "before", filepath.Join(aside, "lost", "runs.csv"): "half",
		filepath.Join(aside, "there.old", "runs.csv"): "before", filepath.Join(out, "there", "runs.csv"): "after",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sweep(out)
	for name, want := range map[string]string{"lost": "before", "there": "after"} {
		if text, err := os.ReadFile(filepath.Join(out, name, "runs.csv")); string(text) != want {
			t.Errorf("%s: %q, %v, want %q", name, text, err, want)
		}
	}
	if _, err := os.Stat(aside); err == nil {
		t.Error("the folder of a killed process stays")
	}
}
