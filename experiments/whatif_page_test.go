package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestWhatIfWritesAPage: answer, tables and what they rest on are on it; a policy instead of itself is
// the same.
func TestWhatIfWritesAPage(t *testing.T) {
	path := filepath.Join(journalOf(t, filled("", "", "")), "w", "a", "seed-1")
	file := filepath.Join(t.TempDir(), "report.html")
	var out bytes.Buffer
	if code := run([]string{"whatif", path, "--policy", "a", "--policy", "b", "--draws", "5", "--report", file}, &out, &out); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, out.String())
	}
	said := strings.Join(strings.Fields(out.String()), " ")
	if want := "What if: a instead of a. It is the same, in each of 5 worlds."; !strings.Contains(said, want) {
		t.Errorf("no %q in\n%s", want, out.String())
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<h2>Placebo</h2>", "gives again what was measured", "What if: b instead of a.", "<td>misses, %</td>", "cluster.instance", "--policy b", "They say nothing of other days"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}

// TestWindowAt: no two windows begin at the same text, however short they are.
func TestWindowAt(t *testing.T) {
	for _, c := range []struct {
		begin, long time.Duration
		want        string
	}{
		{7400 * time.Millisecond, time.Second, "7.4s"},
		{7449 * time.Millisecond, 9 * time.Second, "7.4s"},
		{90*time.Second + 1, time.Minute, "1m30s"},
		{1234567 * time.Microsecond, 20 * time.Millisecond, "1.235s"},
	} {
		if got := windowAt(c.begin, c.long); got != c.want {
			t.Errorf("%v of windows of %v: %q, want %q", c.begin, c.long, got, c.want)
		}
	}
}
