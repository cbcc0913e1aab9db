package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cnv/results"
)

// TestWarningsSayWhatTheTableSays: the figures in the warnings about heavy tails and
// recordings are those of the table's rows.
func TestWarningsSayWhatTheTableSays(t *testing.T) {
	h := heavyTails()[0]
	cells, err := h.cells()
	if err != nil {
		t.Fatal(err)
	}
	tail, err := h.experiment(cells, 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	l := allRecordedLines[0]
	s, err := l.study()
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := l.experiment(s, filepath.Join(t.TempDir(), "r"), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		set     *results.Set
		pattern string
		row     string
		all     bool // the figure is of all cases together
	}{
		{tail, `they held means and their differences (.*) times of 100; longer`, "lognormal", true},
		{recorded, `they held means and their differences (.*) times of 100 and`, "recordings", false},
		{recorded, `of few bursts of misses (.*) times \(local`, "recorded misses", false},
		{recorded, `99th percentiles (.*) times \(20`, "windows", false},
	} {
		said := ""
		for _, w := range c.set.Warnings() {
			if found := regexp.MustCompile(c.pattern).FindStringSubmatch(w.Text); found != nil {
				said = found[1]
			}
		}
		if want := tableSays(t, c.row, c.all); said != want {
			t.Errorf("the warning says %q times of 100, the table's row %q %q", said, c.row, want)
		}
	}
}

// tableSays is "93 to 99" of a row's cases, or "95" of all of them together.
func tableSays(t *testing.T, name string, all bool) string {
	t.Helper()
	text, err := os.ReadFile("table.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, " | "); len(cells) == 6 && strings.HasPrefix(line, rowsOf(name)[0].key()) {
			whole, cases, _ := strings.Cut(strings.TrimSuffix(cells[2], ")"), " % (")
			if all {
				return whole
			}
			from, to, _ := strings.Cut(cases, " to ")
			low, _ := share(t, from)
			high, _ := share(t, to)
			return fmt.Sprintf("%.0f to %.0f", low, high)
		}
	}
	t.Fatalf("no row %q", name)
	return ""
}
