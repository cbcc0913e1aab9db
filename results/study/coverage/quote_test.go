package coverage

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestTable: rows that were measured are made again with the least and the most of their
// kinds, others stay, and rows that nothing measures any more go. What is beside a row's
// figure is not in it.
func TestTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "table.md")
	if err := os.WriteFile(file, []byte(tableHead+"| b | 95 % | 94.0 % | 7 | 10 | x |\n| gone | 95 % | 1 % | 7 | 10 | x |\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	all := []claim{{name: "A", text: "a", want: seldom}, {name: "B", text: "b"}, {name: "C", text: "c"}}
	now := []measured{{&all[0], []outcome{{runs: 10, k: 6, n: 100}, {runs: 5, k: 20, n: 1000}, {runs: 1, k: 3, n: 3, aside: true}}, 70}}
	if err := update(file, all, now); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(file)
	want := tableHead + "| a | 5 % | 2.4 % (2.0 ± 0.9 to 6.0 ± 5.1) | 2 × 100 | 5 to 10 | `--row \"A\" --experiments 70` |\n| b | 95 % | 94.0 % | 7 | 10 | x |\n"
	if string(got) != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestBrokenBounds: what holds 88 times of 100 or is found 14 times of 100 fails, of
// rows that reports warn of too where they do not; chance alone does not.
func TestBrokenBounds(t *testing.T) {
	say := func(doubted bool, o outcome) []string {
		c := claim{name: "x", doubted: doubted, measure: func(int) ([]outcome, error) { return []outcome{o}, nil }}
		_, faults, err := rows([]*claim{&c}, 0, true)
		if err != nil {
			t.Fatal(err)
		}
		return faults
	}
	for _, c := range []struct {
		doubted bool
		o       outcome
		faults  int
	}{
		{false, outcome{k: 880, n: 1000}, 1},
		{false, outcome{k: 92, n: 100}, 0},
		{false, outcome{want: seldom, k: 140, n: 1000}, 1},
		{false, outcome{want: seldom, k: 8, n: 100}, 0},
		{true, outcome{k: 880, n: 1000}, 0},
		{true, outcome{k: 880, n: 1000, aside: true}, 1},
	} {
		if got := say(c.doubted, c.o); len(got) != c.faults {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestTableIsWhatIsClaimed: the table has a row for each claim of the study, all of them
// written by the command. What should hold 95 times of 100 did so 93 times in all of a
// row's cases together, but for those of which reports warn, and what should be found in 5 %
// was found in 6.5 % at most, if a row has enough experiments to say so; and so did each
// case within the half-width beside it.
// Each share that README says is of a row of the table.
func TestTableIsWhatIsClaimed(t *testing.T) {
	text, err := os.ReadFile("table.md")
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(string(text), tableHead)
	if !ok {
		t.Fatalf("the table begins otherwise: %s", text)
	}
	lines := strings.Split(strings.TrimSpace(rest), "\n")
	if len(lines) != len(claimed) {
		t.Errorf("%d rows, %d claims", len(lines), len(claimed))
	}
	for i, line := range lines[:min(len(lines), len(claimed))] {
		c, cells := &claimed[i], strings.Split(line, " | ")
		if !strings.HasPrefix(line, c.key()) || len(cells) != 6 {
			t.Errorf("want the row of %q, got %s", c.text, line)
			continue
		}
		all, low, high := shares(t, cells[2])
		enough := experiments(t, cells[3]) >= enoughForAll
		switch {
		case c.want == holds && !c.doubted && (enough && all < 100*leastHeld || low < 100*leastHeld):
			t.Errorf("held in %s: %s", cells[2], c.text)
		case c.want == seldom && (enough && all > 100*mostFalse || high > 100*mostFalse):
			t.Errorf("found in %s: %s", cells[2], c.text)
		}
	}
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, quoted, ok := strings.Cut(string(readme), "| intervals of | held |\n|---|---|\n")
	quoted, _, _ = strings.Cut(quoted, "\n\n")
	all := regexp.MustCompile(`[0-9]+\.[0-9] %`).FindAllString(quoted, -1)
	for _, share := range all {
		if !strings.Contains(string(text), "| "+share+" (") {
			t.Errorf("README says %s, which no row of results/study/coverage/table.md does", share)
		}
	}
	if !ok || len(all) < 6 {
		t.Errorf("README quotes %d shares of results/study/coverage/table.md", len(all))
	}
}

// enoughForAll is of how many experiments a share is known to some two points.
const enoughForAll = 400

// experiments reads "4 × 30".
func experiments(t *testing.T, s string) float64 {
	t.Helper()
	cases, each, _ := strings.Cut(s, " × ")
	return number(t, cases) * number(t, each)
}

// shares reads "95.0 % (92.0 ± 1.7 to 97.1 ± 1.0)" or "94.0 ± 1.5 %": what all cases
// together had, and by their half-widths the most that the least may have in truth and
// the least that the most may.
func shares(t *testing.T, s string) (all, low, high float64) {
	t.Helper()
	whole, cases, ok := strings.Cut(strings.TrimSuffix(s, ")"), " % (")
	if !ok {
		all, half := share(t, strings.TrimSuffix(s, " %"))
		return all, all + half, all - half
	}
	from, to, _ := strings.Cut(cases, " to ")
	low, half := share(t, from)
	low += half
	high, half = share(t, to)
	return number(t, whole), low, high - half
}

// share reads "92.0 ± 1.7".
func share(t *testing.T, s string) (value, half float64) {
	t.Helper()
	v, h, _ := strings.Cut(s, " ± ")
	return number(t, v), number(t, h)
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
