package compare

import (
	"math"
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// sharesOf compares two policies' shares of avoidable misses, by replication.
func sharesOf(t *testing.T, a, b []float64) Compared {
	t.Helper()
	p := &Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: len(a)}, Primary: []string{results.AvoidableMisses}}
	cells := make([]cell, 2)
	for i, shares := range [][]float64{a, b} {
		cells[i].Over, cells[i].primary = stat.OverSeeds, p.Primary
		for k, miss := range shares {
			v := costAndMisses(1, miss)
			v[results.ColumnOf("events")] = float64(100*k + i) // else all runs would agree in every number
			cells[i].rows = append(cells[i].rows, results.Row{Values: v})
		}
	}
	return rowOf(t, newComparison(p, [][]cell{cells}).rows(0), "b", "a", results.AvoidableMisses)
}

// TestEqualInEveryRun: a difference that is 0 in every run has one verdict, however few
// runs there are and whatever matters, and its ends are those of a part that is 0.
func TestEqualInEveryRun(t *testing.T) {
	for _, n := range []int{2, 3, 10, 30} {
		r := sharesOf(t, make([]float64, n), make([]float64, n))
		if end := 1 - math.Pow(0.05, 1/float64(n)); r.Verdict != Equal || math.Abs(r.High-end) > 1e-12 || math.Abs(r.JointHigh-end) > 1e-12 || math.Abs(r.DiffLow+end) > 1e-12 {
			t.Errorf("%d runs: %+v, want %q and both intervals to end at %v", n, r, Equal, end)
		}
	}
}

// TestFewPairsDiffer: where few pairs differ, a difference is as uncertain as the part
// that has what differs; it is not the same within a point while that part may be far off.
func TestFewPairsDiffer(t *testing.T) {
	a, b := make([]float64, 10), make([]float64, 10)
	b[3] = 0.02
	r := sharesOf(t, a, b)
	if r.Verdict != NotKnown || math.Abs(r.JointHigh-r.High) > 1e-12 || math.Abs(r.JointLow+r.High) > 1e-12 {
		t.Errorf("%+v, want a difference as wide as the part, up to %v either way", r, r.High)
	}
	for i := range b {
		b[i] = 0.2 + 0.01*float64(i%3)
	}
	if r = sharesOf(t, a, b); r.Verdict != Worse || r.JointHigh > 0.23 {
		t.Errorf("%+v, want the paired t where most pairs differ", r)
	}
}

// TestNoIntervalBeyondThePossible: shares end at 0 and 1, and an interval of few runs that
// is longer than that is none.
func TestNoIntervalBeyondThePossible(t *testing.T) {
	if r := sharesOf(t, []float64{0.1, 0.9}, []float64{0.4, 0.3}); !math.IsNaN(r.JointLow) || !math.IsNaN(r.Low) && r.High-r.Low > 1 || r.Verdict != NotKnown {
		t.Errorf("%+v, want no interval of two runs", r)
	}
	r := sharesOf(t, []float64{0.9, 0.1, 0.9, 0.1, 0.9, 0.2}, []float64{0.1, 0.9, 0.1, 0.8, 0.1, 0.1})
	if r.JointLow < -1 || r.JointHigh > 1 || r.Low < 0 || r.High > 1 || math.IsNaN(r.JointLow) {
		t.Errorf("%+v, want ends within what is possible", r)
	}
}

// TestNoCostBelowNothing: the interval of what cannot be negative ends at 0; that of the
// regret, which can, does not.
func TestNoCostBelowNothing(t *testing.T) {
	var rows []results.Row
	for _, cost := range []float64{0.1, 0.1, 0.1, 4} {
		v := costAndMisses(cost, 0)
		v[results.ColumnOf("regret_per_1000_usd")] = cost
		rows = append(rows, results.Row{Values: v})
	}
	about := stat.Basis{Over: stat.OverSeeds}
	if m := estimated(rows, &results.Columns[results.ColumnOf("cost_usd")], about); m.low != 0 || m.high < m.Value {
		t.Errorf("%v to %v, want from 0", m.low, m.high)
	}
	if !isSigned(results.ColumnOf("regret_per_1000_usd")) || !isSigned(results.ColumnOf("prediction_tau")) || isSigned(results.ColumnOf("cost_usd")) {
		t.Error("a regret and a correlation can be below 0, and a cost cannot")
	}
	m := measured{Linear: stat.Linear{Value: 2}, low: -1, high: 5} // over batches of one run, say
	if m.cut(results.ColumnOf("steady_response_mean_s"), scope{10, stat.Basis{Over: stat.OverBatches}}); m.low != 0 {
		t.Errorf("%v, want from 0", m.low)
	}
}

// TestEqualHasNoIntervalOfSize: ten runs in which a cost is equal do not say that it is
// surely equal: comparison.csv has the verdict and no interval, on its own or joint, where
// a share has what so few may miss. Neither asks --until for more seeds of the cost.
func TestEqualHasNoIntervalOfSize(t *testing.T) {
	cells := make([]cell, 2)
	for i := range cells {
		cells[i].Over = stat.OverSeeds
		for k := range 10 {
			v := make([]float64, len(results.Columns))
			v[results.ColumnOf("cost_usd")], v[results.ColumnOf("requests")] = 0.01*float64(k+1), 100
			v[results.ColumnOf("answered_response_mean_s")] = float64(k + i)
			cells[i].rows = append(cells[i].rows, results.Row{Values: v})
		}
	}
	rows := newComparison(&Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: 10}, Primary: []string{"cost_usd"}}, [][]cell{cells}).rows(0)
	r := rowOf(t, rows, "b", "a", "cost_usd")
	for _, v := range []float64{r.DiffLow, r.DiffHigh, r.JointLow, r.JointHigh} {
		if !math.IsNaN(v) {
			t.Errorf("%+v, want no interval", r)
		}
	}
	if r.Verdict != Equal || r.Diff != 0 {
		t.Errorf("%+v, want %q", r, Equal)
	}
	if w := Widest(rows); !w.Known(0.01) || len(w.Without) > 0 {
		t.Errorf("%+v, want it known", w)
	}
}

// TestConstantDifferencesOfFewRuns: a cost that is apart by the same in each of two to five
// runs has an interval of no length, which says nothing of other runs: it is not known, nor
// is how far a change moves it. Of six runs that agree it is.
func TestConstantDifferencesOfFewRuns(t *testing.T) {
	column := results.ColumnOf("cost_usd")
	for n := 2; n <= 7; n++ {
		compared := func(apart float64) *comparison {
			var rows [2][]results.Row
			for i := range n {
				for p := range rows {
					r := results.Row{Values: make([]float64, len(results.Columns))}
					r.Values[column] = 10 + 0.1*float64(i) + float64(p)*apart
					rows[p] = append(rows[p], r)
				}
			}
			about := stat.Basis{Over: stat.OverSeeds}
			return newComparison(&Plan{Design: results.Design{Replications: n, Workloads: []string{"w"}, Policies: []string{"a", "b"}}, Primary: []string{"cost_usd"}}, [][]cell{{{rows: rows[0], Basis: about}, {rows: rows[1], Basis: about}}})
		}
		base := compared(3)
		moves := []moving{base.moved(compared(5), 0, 1, column)}
		base.judgeMoved(moves)
		want := [2]string{NotKnown, NotKnown}
		if n >= stat.FewestFlips {
			want = [2]string{Worse, Higher}
		}
		if d := base.difference(0, 1, 0, column); d.verdict != want[0] || moves[0].Moved != want[1] {
			t.Errorf("%d runs: %s (%v to %v), moved: %s; want %v", n, d.verdict, d.jointLow, d.jointHigh, moves[0].Moved, want)
		}
	}
}

// TestMovesStayPossible: a difference of shares moves by 2 at most, and an interval that is
// longer than all from -2 to 2 is none where runs are few.
func TestMovesStayPossible(t *testing.T) {
	column := results.ColumnOf("slo_attainment")
	compared := func(values ...[]float64) *comparison {
		policies, cells := cellsWith(stat.OverSeeds, values...)
		return newComparison(&Plan{Design: results.Design{Replications: len(values[0]), Workloads: []string{"w"}, Policies: policies}, Primary: []string{"slo_attainment"}}, [][]cell{cells})
	}
	base := compared([]float64{0.9, 0.1, 0.8}, []float64{0.2, 0.8, 0.1})
	moves := []moving{base.moved(compared([]float64{0.1, 0.9, 0.1}, []float64{0.9, 0.2, 0.8}), 0, 1, column)}
	base.judgeMoved(moves)
	if m := &moves[0]; m.ByHigh-m.ByLow > 4 || m.Moved != NotKnown {
		t.Errorf("moves by %v (%v to %v): %s, which no share can", m.By, m.ByLow, m.ByHigh, m.Moved)
	}
}
