package results

import (
	"math"
	"slices"
	"testing"
)

// cellsWith makes cells that hold the given values of slo_attainment.
func cellsWith(over string, values ...[]float64) (policies []string, cells []cell) {
	for i, xs := range values {
		c := cell{basis: basis{over, 20}}
		for _, x := range xs {
			row := Row{Values: make([]float64, len(columns))}
			row.Values[columnOf("slo_attainment")] = x
			row.Values[columnOf("requests")] = 1000
			c.rows = append(c.rows, row)
		}
		policies, cells = append(policies, string(rune('a'+i))), append(cells, c)
	}
	return policies, cells
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
		{"higher is better", OverSeeds, Better, low, high, 3, OverSeeds, true},
		{"lower is worse", OverWindows, Worse, high, low, 3, OverWindows, true},
		{"an A/A comparison finds nothing", OverSeeds, NoDifference, low, low, 3, OverSeeds, true},
		{"chance", OverSeeds, NoDifference, []float64{0.1, 0.2, 0.3}, []float64{0.3, 0.2, 0.2}, 3, OverSeeds, true},
		{"one replication", OverSeeds, NoInterval, low[:1], high[:1], 1, OverNothing, false},
		{"all replications equal", OverSeeds, NoInterval, same, []float64{0.4, 0.4, 0.4}, 1, OverNothing, false},
		{"only one policy is always equal", OverSeeds, Worse, high, same, 3, OverSeeds, false},
		{"one workload", OverNothing, NoInterval, low, high, 3, OverNothing, false},
		{"infinite", OverSeeds, NoInterval, low, []float64{0.1, inf, 0.2}, 3, OverSeeds, false},
		{"infinite both", OverSeeds, NoInterval, []float64{0.1, inf, 0.2}, []float64{0.1, inf, 0.2}, 3, OverSeeds, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			policies, cells := cellsWith(c.over, c.a, c.b)
			rows := compare("w", policies, cells, nil)
			r := rowOf(t, rows, "b", "a", "slo_attainment")
			if r.Verdict != c.verdict || r.N != c.n || r.Over != c.overWhat || !math.IsNaN(r.Low) != c.interval {
				t.Errorf("got %+v, want %q, n = %d over %s, interval %v", r, c.verdict, c.n, c.overWhat, c.interval)
			}
			if (r.Verdict == NoInterval) != math.IsNaN(r.DiffLow) {
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
		better direction
		up     string
		down   string
	}{{moreIsBetter, Better, Worse}, {lessIsBetter, Worse, Better}, {neither, Higher, Lower}} {
		if up, down := judge(2, 1, 3, c.better), judge(-2, -3, -1, c.better); up != c.up || down != c.down {
			t.Errorf("direction %q: %q and %q, want %q and %q", c.better, up, down, c.up, c.down)
		}
	}
	for _, edge := range [][2]float64{{0, 2}, {-2, 0}, {0, 0}} {
		if v := judge((edge[0]+edge[1])/2, edge[0], edge[1], moreIsBetter); v != NoDifference {
			t.Errorf("interval %v touches 0: %q", edge, v)
		}
	}
}

// TestContrasts: a pair that is not with the first policy gets rows of its
// own, once; unknown names, a policy with itself and known pairs get none.
func TestContrasts(t *testing.T) {
	policies, cells := cellsWith(OverSeeds, []float64{0.1, 0.2}, []float64{0.2, 0.4}, []float64{0.3, 0.7})
	plain := compare("w", policies, cells, nil)
	rows := compare("w", policies, cells, []Contrast{
		{"x", "b", "c"}, {"again", "b", "c"}, {"known", "a", "c"}, {"self", "b", "b"}, {"nobody", "b", "z"}, {"back", "b", "a"},
	})
	if got, want := len(rows), len(plain)+2*len(columns); got != want {
		t.Fatalf("%d rows, want %d", got, want)
	}
	if got := rowOf(t, rows, "c", "b", "slo_attainment").Diff; math.Abs(got-0.2) > 1e-15 {
		t.Errorf("c - b = %v, want 0.2", got)
	}
	if got := rowOf(t, rows, "a", "b", "slo_attainment").Diff; math.Abs(got+0.15) > 1e-15 {
		t.Errorf("a - b = %v, want -0.15", got)
	}
}
