package judges

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A verdict is what a test is told.
type verdict struct {
	testing.TB
	skipped, failed string
}

type ended struct{}

func (v *verdict) Helper() {}

func (v *verdict) Skipf(format string, args ...any) { v.skipped = format; panic(ended{}) }

func (v *verdict) Fatalf(format string, args ...any) { v.failed = format; panic(ended{}) }

// TestFind: a judge that is there judges in the second tier alone, and one that is missing
// is told of, or fails where all are wanted.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "judge"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	for _, c := range []struct {
		tier, name      string
		found           bool
		skipped, failed string
	}{
		{"", "judge", false, "second tier", ""}, {"", "nobody", false, "second tier", ""},
		{"1", "judge", true, "", ""}, {"1", "nobody", false, "not on PATH", ""},
		{"all", "judge", true, "", ""}, {"all", "nobody", false, "", "not on PATH"},
		{"yes", "judge", false, "", "want 1, or all"},
	} {
		t.Setenv("CNV_JUDGES", c.tier)
		v, program := &verdict{}, ""
		func() {
			defer func() {
				if r := recover(); r != nil && r != any(ended{}) {
					panic(r)
				}
			}()
			program = Find(v, c.name, "how to get it")
		}()
		if (program != "") != c.found || !says(v.skipped, c.skipped) || !says(v.failed, c.failed) {
			t.Errorf("CNV_JUDGES=%s, %s: found %q, skipped %q, failed %q; want %+v", c.tier, c.name, program, v.skipped, v.failed, c)
		}
	}
}

// says is whether a text has a part, or is empty where that is.
func says(text, part string) bool {
	return (text == "") == (part == "") && strings.Contains(text, part)
}
