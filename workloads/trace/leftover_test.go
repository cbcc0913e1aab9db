package trace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLeftovers: what a trace is made in is found beside its place by the process that
// makes it, and nothing else there is.
func TestLeftovers(t *testing.T) {
	parent := t.TempDir()
	t.Setenv("TMPDIR", filepath.Join(parent, "tmp"))
	dir := filepath.Join(parent, "x")
	begun(t, dir)
	for _, name := range []string{".y.new-1234", ".new-" + machine() + "-x-1", "y.new-" + machine() + "-1-1", "x", "tmp", filepath.Join("tmp", "cnv-import-"+machine()+"-77-1")} {
		if err := os.Mkdir(filepath.Join(parent, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	got := Leftovers(dir)
	if len(got) != 2 || got[0].Process != os.Getpid() || got[1].Process != 77 || !strings.HasPrefix(filepath.Base(got[0].Path), ".x.new-") {
		t.Errorf("%+v", got)
	}
}
