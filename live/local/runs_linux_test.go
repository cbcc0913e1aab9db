package local

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestNoexec: a folder that nothing can be run from is refused, with the way out.
func TestNoexec(t *testing.T) {
	if err := runs(t.TempDir()); err != nil {
		t.Errorf("where this test runs from: %v", err)
	}
	mounts, _ := os.ReadFile("/proc/mounts")
	for line := range strings.Lines(string(mounts)) {
		f := strings.Fields(line)
		if len(f) < 4 || !slices.Contains(strings.Split(f[3], ","), "noexec") {
			continue
		}
		if err := runs(f[1]); err == nil || !strings.Contains(err.Error(), "set TMPDIR") {
			t.Errorf("%s: %v, want a word about TMPDIR", f[1], err)
		}
		return
	}
	t.Skip("nothing is mounted noexec here")
}
