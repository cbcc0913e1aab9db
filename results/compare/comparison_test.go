package compare

import (
	"math"
	"slices"
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// cellsWith makes cells that hold the given values of slo_attainment.
func cellsWith(over string, values ...[]float64) (policies []string, cells []cell) {
	for i, xs := range values {
		c := cell{Basis: stat.Basis{Over: over, Windows: 20}}
		for _, x := range xs {
			row := results.Row{Values: make([]float64, len(results.Columns))}
			row.Values[results.ColumnOf("requests")], row.Values[results.ColumnOf("in_slo")] = 1000, 1000*x
			row.Values[results.ColumnOf("slo_attainment")] = x
			c.rows = append(c.rows, row)
		}
		policies, cells = append(policies, string(rune('a'+i))), append(cells, c)
	}
	return policies, cells
}

// rowsOf compares them.
func rowsOf(policies []string, cells []cell, contrasts []Contrast) []Compared {
	p := &Plan{Design: results.Design{Workloads: []string{"w"}, Policies: policies, Replications: len(cells[0].rows)}, Contrasts: contrasts}
	return newComparison(p, [][]cell{cells}).rows(0)
}

// rowOf finds the row of a metric.
func rowOf(t *testing.T, rows []Compared, policy, against, metric string) Compared {
	t.Helper()
	i := slices.IndexFunc(rows, func(r Compared) bool { return r.Policy == policy && r.Against == against && r.Metric == metric })
	if i < 0 {
		t.Fatalf("no row for %s of %q against %q", metric, policy, against)
	}
	return rows[i]
}

// TestVerdicts: what is said of a difference, and when there is no interval.
func TestVerdicts(t *testing.T) {
	low, high, same := []float64{0.1, 0.11, 0.12}, []float64{0.5, 0.52, 0.51}, []float64{0.3, 0.3, 0.3}
	inf := math.Inf(1)
	for _, c := range []struct {
		name, over, verdict string
		a, b                []float64
		n                   int
		overWhat            string
		interval            bool // of the mean of b
	}{
		{"higher is better", stat.OverSeeds, Better, low, high, 3, stat.OverSeeds, true},
		{"lower is worse", stat.OverWindows, Worse, high, low, 3, stat.OverWindows, true},
		{"an A/A comparison is equal", stat.OverSeeds, Equal, low, low, 3, stat.OverSeeds, true},
		{"chance", stat.OverSeeds, NotKnown, []float64{0.1, 0.2, 0.3}, []float64{0.3, 0.2, 0.2}, 3, stat.OverSeeds, true},
		{"one replication", stat.OverSeeds, NotKnown, low[:1], high[:1], 1, stat.OverNothing, false},
		{"all replications equal", stat.OverSeeds, NotKnown, same, []float64{0.4, 0.4, 0.4}, 1, stat.OverEqual, false},
		{"only one policy is always equal", stat.OverSeeds, Worse, high, same, 3, stat.OverSeeds, false},
		{"the same within a point", stat.OverSeeds, Same, []float64{0.3, 0.31, 0.32}, []float64{0.301, 0.312, 0.321}, 3, stat.OverSeeds, true},
		{"one workload", stat.OverNothing, NotKnown, low, high, 3, stat.OverNothing, false},
		{"infinite", stat.OverSeeds, NotKnown, low, []float64{0.1, inf, 0.2}, 3, stat.OverSeeds, false},
		{"infinite both", stat.OverSeeds, NotKnown, []float64{0.1, inf, 0.2}, []float64{0.1, inf, 0.2}, 3, stat.OverSeeds, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			policies, cells := cellsWith(c.over, c.a, c.b)
			rows := rowsOf(policies, cells, nil)
			r := rowOf(t, rows, "b", "a", "slo_attainment")
			if r.Verdict != c.verdict || r.N != c.n || r.Over != c.overWhat || !math.IsNaN(r.Low) != c.interval {
				t.Errorf("got %+v, want %q, n = %d over %s, interval %v", r, c.verdict, c.n, c.overWhat, c.interval)
			}
			if r.Verdict != NotKnown && math.IsNaN(r.DiffLow) {
				t.Errorf("verdict %q of the interval %v to %v", r.Verdict, r.DiffLow, r.DiffHigh)
			}
			if first := rowOf(t, rows, "a", "", "slo_attainment"); !math.IsNaN(first.Diff) || first.Verdict != "" {
				t.Errorf("the first policy is compared: %+v", first)
			}
		})
	}
}

// TestJudgeKnowsDirections: the sign of a difference is judged by the metric, and
// an interval that touches 0 finds nothing.
func TestJudgeKnowsDirections(t *testing.T) {
	for _, c := range []struct {
		better results.Direction
		up     string
		down   string
	}{{results.HigherIsBetter, Better, Worse}, {results.LowerIsBetter, Worse, Better}, {results.NeitherIsBetter, Higher, Lower}} {
		if up, down := Judge(2, 1, 3, 0.5, c.better), Judge(-2, -3, -1, 0.5, c.better); up != c.up || down != c.down {
			t.Errorf("direction %q: %q and %q, want %q and %q", c.better, up, down, c.up, c.down)
		}
	}
	for _, c := range []struct {
		low, high float64
		want      string
	}{{0, 2, NotKnown}, {-2, 0, NotKnown}, {-0.4, 0.6, NotKnown}, {0, 0, Same}, {-0.5, 0.5, Same}, {0.1, 0.3, Same}, {0.1, 0.6, Better}} {
		if v := Judge((c.low+c.high)/2, c.low, c.high, 0.5, results.HigherIsBetter); v != c.want {
			t.Errorf("interval %v to %v with delta 0.5: %q, want %q", c.low, c.high, v, c.want)
		}
	}
}

// TestContrasts: a pair that is not with the first policy gets rows of its
// own, once; unknown names, a policy with itself and known pairs get none.
func TestContrasts(t *testing.T) {
	policies, cells := cellsWith(stat.OverSeeds, []float64{0.1, 0.2}, []float64{0.2, 0.4}, []float64{0.3, 0.7})
	plain := rowsOf(policies, cells, nil)
	rows := rowsOf(policies, cells, []Contrast{
		{Name: "x", From: "b", To: "c"}, {Name: "again", From: "b", To: "c"}, {Name: "known", From: "a", To: "c"}, {Name: "self", From: "b", To: "b"}, {Name: "nobody", From: "b", To: "z"}, {Name: "back", From: "b", To: "a"},
	})
	if got, want := len(rows), len(plain)+2*len(results.Columns); got != want {
		t.Fatalf("%d rows, want %d", got, want)
	}
	if got := rowOf(t, rows, "c", "b", "slo_attainment").Diff; math.Abs(got-0.2) > 1e-15 {
		t.Errorf("c - b = %v, want 0.2", got)
	}
	if got := rowOf(t, rows, "a", "b", "slo_attainment").Diff; math.Abs(got+0.15) > 1e-15 {
		t.Errorf("a - b = %v, want -0.15", got)
	}
}

// TestOverDraws: where the question is about the arrivals that were recorded, what
// policies draw has an interval, and the answer says about what.
func TestOverDraws(t *testing.T) {
	policies, cells := cellsWith(stat.OverDraws, []float64{0.1, 0.2, 0.15, 0.12, 0.18, 0.11}, []float64{0.2, 0.3, 0.25, 0.22, 0.28, 0.21})
	rows := rowsOf(policies, cells, nil)
	r := rowOf(t, rows, "b", "a", "slo_attainment")
	if r.Over != stat.OverDraws || !(r.Low < r.Mean && r.Mean < r.High) || r.Verdict == NotKnown {
		t.Errorf("%+v: want an interval over draws and a verdict", r)
	}
	if got := stat.Overlap(r.Over, r.N); got != "over draws, n = 6, of the same arrivals" {
		t.Errorf("about %q", got)
	}
}
