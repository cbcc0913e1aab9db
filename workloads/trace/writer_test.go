package trace

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
)

// begun is a trace that is being written.
func begun(t *testing.T, dir string) *writer {
	w, err := create(dir, Header{Kind: Events, Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	w.classes = []class{one("all", "")}
	return w
}

// TestTwoWritersOfOneTrace: the first that is done wins, whole, and the other says so
// and leaves nothing behind.
func TestTwoWritersOfOneTrace(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "x")
	first, second := begun(t, dir), begun(t, dir)
	for i, w := range []*writer{first, second, second} {
		w.event(&workloads.Arrival{At: time.Duration(i) * time.Second, Work: -1, Wall: -1, Memory: -1, BytesIn: -1, BytesOut: -1, Status: -1}, nil)
	}
	if _, err := first.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := second.close(); err == nil || !strings.Contains(err.Error(), "was written by another program in the meantime") {
		t.Errorf("error = %v", err)
	}
	if errs := Validate(dir); len(errs) > 0 {
		t.Error(errs)
	}
	if h, err := readHeader(dir); err != nil || h.Records != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	if left, _ := os.ReadDir(parent); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

// TestFullDisk: writing stops, the error is told once, and nothing stays behind.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("no file that is always full: %v", err)
	}
	parent := t.TempDir()
	w := begun(t, filepath.Join(parent, "x"))
	w.f.Close()
	w.f, w.z = full, packedFast(full)
	w.w = bufio.NewWriterSize(w.z, 1<<10)
	for i := 0; i < 1_000_000 && w.failed == nil; i++ {
		w.event(&workloads.Arrival{At: time.Duration(i) * 977 * time.Microsecond, Wall: time.Duration(i*i%7919) * time.Microsecond}, nil)
	}
	if w.failed == nil {
		t.Error("a million events were written to a full disk")
	}
	if _, err := w.close(); err == nil || strings.Count(err.Error(), "no space left") != 1 {
		t.Errorf("error = %v", err)
	}
	if left, _ := os.ReadDir(parent); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// TestShown: a path that a terminal would not show is quoted.
func TestShown(t *testing.T) {
	for path, want := range map[string]string{"a/b c": "a/b c", "a\nb": `"a\nb"`, "a\x1b[31m": `"a\x1b[31m"`, "é": "é"} {
		if got := Shown(path); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}
