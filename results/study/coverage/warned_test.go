package coverage

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cnv/results/compare"
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
		set     *compare.Set
		pattern string
		row     string
	}{
		{tail, `they contained the mean or difference (.*) times of 100; longer`, "lognormal"},
		{recorded, `they held means and their differences (.*) times of 100 and`, "recordings"},
		{recorded, `of few bursts of misses (.*) times \(local`, "recorded misses"},
		{recorded, `99th percentiles (.*) times \(20`, "windows"},
	} {
		said := ""
		for _, w := range c.set.Warnings() {
			if found := regexp.MustCompile(c.pattern).FindStringSubmatch(w.Text); found != nil {
				said = found[1]
			}
		}
		if want := tableSays(t, c.row); said != want {
			t.Errorf("the warning says %q times of 100, the table's row %q %q", said, c.row, want)
		}
	}
}

// tableSays is "95.0" of all cases of a row together.
func tableSays(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("table.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, " | "); len(cells) == 6 && strings.HasPrefix(line, rowsOf(name)[0].key()) {
			whole, _, _ := strings.Cut(cells[2], " % (")
			return whole
		}
	}
	t.Fatalf("no row %q", name)
	return ""
}
