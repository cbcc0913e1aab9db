package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// TestDiff: of two journals of one experiment that differ in their boots the launch of a
// worker is named, and launches make most of the gap; a journal against itself does not
// part; one of another policy is refused.
func TestDiff(t *testing.T) {
	quick := filepath.Join(journalOf(t, rising("2s")), "w", "a", "seed-1")
	slow := filepath.Join(journalOf(t, rising("40s")), "w", "a", "seed-1")
	diff := func(want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if code := run(append([]string{"diff"}, args...), &out, &out); code != want {
			t.Fatalf("%v: exit code %d, want %d\n%s", args, code, want, out.String())
		}
		return strings.Join(strings.Fields(out.String()), " ")
	}
	said := diff(exitDone, slow, quick, "--draws", "3")
	for _, want := range []string{"is ready simulated only. caused by a boot worker 2 took", "Misses: most is launches"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	said = diff(exitDone, quick, quick, "--no-split")
	if !strings.Contains(said, "the views of the policies are alike to the end") || strings.Contains(said, "What makes the gap") {
		t.Errorf("it said\n%s", said)
	}
	diff(exitInput, quick, filepath.Join(filepath.Dir(filepath.Dir(slow)), "b", "seed-1"))
}

// rising is an experiment whose load rises, under a boot.
func rising(boot string) string {
	text := filled("", "boot = \""+boot+"\"", "")
	return strings.Replace(text, "generator = \"poisson\"\nrate = 12\n", "generator = \"flash\"\nrate = 8\npeak = 40\nat = \"20s\"\nrise = \"10s\"\nhold = \"1m\"\nfall = \"10s\"\n", 1)
}
