package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestKilledImportsAreSweptAway: what a process that is gone made a trace in is removed and
// named by the next import there; what this process makes stays.
func TestKilledImportsAreSweptAway(t *testing.T) {
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Skipf("no program to run: %v", err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host = regexp.MustCompile(`[^\p{L}\p{Nd}]`).ReplaceAllString(host, "_")
	t.Chdir(t.TempDir())
	t.Setenv("TMPDIR", ".")
	left := fmt.Sprintf(".x.new-%s-%d-1", host, gone.ProcessState.Pid())
	spool := fmt.Sprintf("cnv-import-%s-%d-1", host, gone.ProcessState.Pid())
	mine := fmt.Sprintf(".y.new-%s-%d-1", host, os.Getpid())
	for _, dir := range []string{left, spool, mine} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("a.csv", []byte("ts,took_ms\n1740909600,5\n1740909601,5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"trace", "import", "a.csv", "-o", filepath.Join(".", "x")}, &out, &errs); code != 0 {
		t.Fatal(errs.String())
	}
	for _, dir := range []string{left, spool} {
		if _, err := os.Stat(dir); err == nil || !strings.Contains(out.String(), "removed "+dir+", which an import that was killed has left") {
			t.Errorf("%s: %v, said:\n%s", dir, err, out.String())
		}
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}
