package outcome

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/results"
)

const searchedFile = `question = "Is what a search has run kept?"
seeds = 1
slo = "3s"
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.03 }
initial = 2
max = 4
[[workload]]
generator = "poisson"
rate = 1
size = "exponential"
mean_work = "1s"
duration = "60s"
[[policy]]
name = "demand"
router = "random"
scaler = "demand"
`

// openSearch opens the search of a folder, and closes it at the test's end.
func openSearch(t *testing.T, dir string) *Search {
	t.Helper()
	s, err := Options{Out: dir}.Search(&plan.Plan{Name: "x"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestSearchIsKept: what a search has run is found by the next one, bit by bit,
// also after a kill in the middle of a line; what differs in anything is not.
func TestSearchIsKept(t *testing.T) {
	p, err := plan.Parse("x.toml", ".", searchedFile, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cell := p.Cells()[0]
	louder, err := cell.AtLoad(1.5)
	if err != nil {
		t.Fatal(err)
	}
	drawn := cell
	if drawn.Policy = cell.Policy.Draw(nil, policy.NewRand(1, "test", 0).At(1)); drawn.Policy == nil {
		t.Fatal("the demand scaler has nothing to tune")
	}
	const miss, p99, none = "miss_avoidable", "response_p99_s", "no such metric"
	runs := []struct {
		cell    plan.Cell
		seed    uint64
		metrics []string
	}{
		{cell, 1, []string{miss, p99, none}}, {cell, 2, []string{miss, p99, none}}, {cell, 1, []string{p99, miss}},
		{louder, 1, []string{miss, p99}}, {drawn, 1, []string{miss, p99}}, {cell, 1, []string{miss, p99}},
	}
	dir := t.TempDir()
	all := func(found int) (out [][]uint64) {
		t.Helper()
		s := openSearch(t, dir)
		for _, r := range runs {
			v, err := s.Measure(t.Context(), r.cell, r.seed, 1, r.metrics...)
			if err != nil {
				t.Fatal(err)
			}
			var bits []uint64
			for _, x := range v[0] {
				bits = append(bits, math.Float64bits(x))
			}
			out = append(out, bits)
		}
		if s.Found() != found {
			t.Errorf("%d of %d runs were found, want %d", s.Found(), len(runs), found)
		}
		return out
	}
	fresh := all(0)
	if again := all(len(runs)); !reflect.DeepEqual(fresh, again) {
		t.Errorf("kept: %v, ran: %v", again, fresh)
	}
	if !math.IsNaN(math.Float64frombits(fresh[0][2])) {
		t.Error("NaN is not among what is kept")
	}
	file := filepath.Join(dir, runsFolder, "x", searchedName())
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	lines[1] = "A" + lines[1][1:]                                    // damaged
	torn := strings.Join(lines[:3], "") + lines[3][:len(lines[3])/2] // killed
	if err := os.WriteFile(file, []byte(torn), 0o644); err != nil {
		t.Fatal(err)
	}
	if again := all(2); !reflect.DeepEqual(fresh, again) {
		t.Errorf("after a kill: %v, ran: %v", again, fresh)
	}
	if again := all(len(runs)); !reflect.DeepEqual(fresh, again) {
		t.Errorf("after that: %v, ran: %v", again, fresh)
	}
	if s, err := (Options{Out: dir, Fresh: true}).Search(&plan.Plan{Name: "x"}, 2); err != nil || len(s.known) > 0 {
		t.Errorf("--fresh knows %d runs, %v", len(s.known), err)
	}
}

// TestPruneKeepsWhatIsBeingWritten by others, of other seeds, shards and
// lately other programs; it removes what a kill has left, and what nobody has asked for in a
// while. Merging removes nothing.
func TestPruneKeepsWhatIsBeingWritten(t *testing.T) {
	s, err := openStore(&Options{Out: t.TempDir()}, "x")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	own := s.builtBy()
	s.used[own+"used.run"] = true
	for name, age := range map[string]time.Duration{
		results.KeptTemp + "1": 0, results.KeptTemp + "2": 2 * time.Hour,
		own + "used.run": 30 * 24 * time.Hour, own + "other-seed.run": 3 * 24 * time.Hour, own + "forgotten.run": 8 * 24 * time.Hour,
		"another-program.run": time.Hour, "an-old-program.run": 2 * 24 * time.Hour,
		searchedPrefix + "other": 2 * 24 * time.Hour, searchedName(): 30 * 24 * time.Hour, "notes": 300 * 24 * time.Hour,
	} {
		path := filepath.Join(s.dir, name)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	s.merge = true
	s.prune(now)
	if files, _ := os.ReadDir(s.dir); len(files) != 10 {
		t.Errorf("merging left %d files of 10", len(files))
	}
	s.merge = false
	s.prune(now)
	files, _ := os.ReadDir(s.dir)
	var left []string
	for _, f := range files {
		left = append(left, f.Name())
	}
	if want := slices.Sorted(slices.Values([]string{results.KeptTemp + "1", own + "used.run", own + "other-seed.run", "another-program.run", "notes", searchedName()})); !reflect.DeepEqual(left, want) {
		t.Errorf("left: %q, want %q", left, want)
	}
}

// TestSearchKnowsPredictions: errors of predictions have values in runs of a search as in
// others, steady or not; what was kept when nobody asked for them is run again.
func TestSearchKnowsPredictions(t *testing.T) {
	const metric = "prediction_mape"
	file := strings.Replace(searchedFile, `router = "random"`, `router = "jsq"`, 1)
	file = strings.Replace(file, `scaler = "demand"`, `scaler = "fixed"`, 1)
	for _, steady := range []bool{false, true} {
		dir := t.TempDir()
		for _, c := range []struct {
			more string
			has  bool
		}{{"", false}, {"estimator = \"mean\"\n", true}} {
			p, err := plan.Parse("x.toml", ".", file+c.more, plan.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s, err := Options{Out: dir}.Search(&plan.Plan{Name: "x", Steady: steady}, 2)
			if err != nil {
				t.Fatal(err)
			}
			v, err := s.Measure(t.Context(), p.Cells()[0], 1, 2, metric)
			if err := errors.Join(err, s.Close()); err != nil {
				t.Fatal(err)
			}
			if has := !math.IsNaN(v[0][0]); has != c.has {
				t.Errorf("steady %v, %q: %s = %v", steady, c.more, metric, v[0][0])
			}
		}
	}
}

// TestSearchedLinesAreInOrder: the file of a search does not depend on the order in which
// its runs ended.
func TestSearchedLinesAreInOrder(t *testing.T) {
	var files []string
	for _, order := range [][]string{{"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"}, {"bbbbbbbbbbbbbbbb", "aaaaaaaaaaaaaaaa"}} {
		dir := t.TempDir()
		s, err := Options{Out: dir}.Search(&plan.Plan{Name: "x"}, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range order {
			if err := s.remember(key, []float64{1}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, runsFolder, "x", searchedName()))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, string(text))
	}
	if files[0] != files[1] || strings.Count(files[0], "\n") != 2 {
		t.Errorf("%q and %q", files[0], files[1])
	}
}
