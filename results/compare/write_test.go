package compare

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/results"
)

// TestWriteIsAtomic: where anything fails, earlier results stay as they were
// and nothing temporary is left; where nothing does, the new replace the old.
func TestWriteIsAtomic(t *testing.T) {
	out := t.TempDir()
	dir, err := smallSet(t, smallPlan(), "", 1).Write(out)
	if err != nil {
		t.Fatal(err)
	}
	before := filesOf(t, dir)
	untouched := func(why string) {
		t.Helper()
		if !maps.Equal(filesOf(t, dir), before) {
			t.Errorf("%s: earlier results changed", why)
		}
		entries, err := os.ReadDir(out)
		if err != nil || len(entries) != 1 {
			t.Errorf("%s: left behind %v, %v", why, entries, err)
		}
	}

	plan := smallPlan()
	plan.Manifest["bad"] = make(chan int) // cannot be JSON: the last file but one fails
	if _, err := smallSet(t, plan, "", 1).Write(out); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("error %v, want one that names %s", err, dir)
	}
	untouched("a manifest that cannot be written")

	plan = smallPlan()
	plan.Requests = "parquet"
	spool := t.TempDir()
	s := smallSet(t, plan, spool, 1)
	if spooled, err := os.ReadDir(spool); err != nil || os.Remove(filepath.Join(spool, spooled[len(spooled)/2].Name())) != nil {
		t.Fatal("no records to remove: ", err)
	}
	if _, err := s.Write(out); err == nil {
		t.Error("no error though the records of a run are gone")
	}
	untouched("records lost")

	plan = smallPlan()
	plan.Question = "Another one?"
	if _, err := smallSet(t, plan, "", 1).Write(out); err != nil {
		t.Fatal(err)
	}
	before["manifest.json"] = strings.Replace(before["manifest.json"], smallPlan().Question, plan.Question, 1)
	untouched("new results")
}

// TestWriteRefuses: a place that is not for results is named, not replaced.
func TestWriteRefuses(t *testing.T) {
	s := smallSet(t, smallPlan(), "", 1)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("into a file: %v, want an error that names it", err)
	}
	out := t.TempDir()
	source := filepath.Join(out, "small", "main.go")
	if err := os.Mkdir(filepath.Dir(source), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(source, []byte("package main"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(out); err == nil || !strings.Contains(err.Error(), "holds no results") {
		t.Errorf("over somebody's folder: %v", err)
	}
	if _, err := os.Stat(source); err != nil {
		t.Error("somebody's file is gone")
	}
	if _, err := NewSet(smallPlan(), "").Write(out); err == nil || !strings.Contains(err.Error(), "steady / first #0") {
		t.Errorf("without runs: %v, want the first missing one named", err)
	}
	r, err := s.Open(0, 0, 0, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(0, 0, r, r.Finish(1, results.Ledger{}, results.Counts{})); err == nil || !strings.Contains(err.Error(), "added twice") {
		t.Errorf("a run added twice: %v", err)
	}
}

// TestReplacePutsBack: where the new folder cannot be renamed, the old one is
// where it was.
func TestReplacePutsBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "results")
	keep := filepath.Join(dir, "keep")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keep, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Replace(dir, dir+".gone"); err == nil {
		t.Error("no error though there is no new folder")
	}
	if text, err := os.ReadFile(keep); err != nil || string(text) != "old" {
		t.Errorf("the old folder holds %q, %v", text, err)
	}
}
