package compare

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"cnv/results"
	"cnv/results/stat"
)

// missing is a set of two policies on a workload w, whose misses of 1,000 requests are
// given by policy and replication.
func missing(t *testing.T, misses func(policy, i int) int) *Set {
	t.Helper()
	const n = 10
	s := NewSet(Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: n}, Name: "x", Over: []string{stat.OverSeeds}}, "")
	for policy := range 2 {
		for i := range n {
			r, err := s.Open(0, policy, i, uint64(i), nil)
			if err != nil {
				t.Fatal(err)
			}
			for id := range 1000 {
				q := results.Request{ID: uint64(id), Status: 200, Attempts: 1, Kind: results.KindVM, Arrival: time.Duration(id) * time.Second, Ideal: time.Second, Bound: 2 * time.Second}
				q.Start, q.Finish = q.Arrival, q.Arrival+time.Second
				if id < misses(policy, i) {
					q.Finish = q.Arrival + 3*time.Second
				}
				r.Add(&q)
			}
			if err := s.Add(0, policy, r, r.Finish(1000*time.Second, results.Ledger{Instances: 1}, results.Counts{VMSeconds: 1000})); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// TestMovedInAnyPrimaryMetric: a change that moves the second primary metric alone moves
// the answer.
func TestMovedInAnyPrimaryMetric(t *testing.T) {
	same := func(policy, i int) int { return 100 + policy*(i%4) }
	base, dearer := missing(t, same), missing(t, same)
	for i := range dearer.Rows(0, 1) {
		r := &dearer.Rows(0, 1)[i]
		r.Values[results.ColumnOf("cost_usd")] *= 1.1 + 0.001*float64(i)
		r.Values[results.ColumnOf(results.CostInSLO)] *= 1.1 + 0.001*float64(i)
	}
	all := base.Moved([]string{"x=1"}, []*Set{dearer})
	if len(all) != 2 || all[0].Metric != results.CostInSLO || all[0].Moved != Higher || all[1].Moved != Equal {
		t.Errorf("%+v, want the cost to move and misses not to", all)
	}
}

// TestMovedIsPaired: what replications share cancels between the file and a change, so
// that a small move is told though the differences themselves vary ten times as much;
// what draws again is not, though its verdict is another; what changes nothing moves in no run.
func TestMovedIsPaired(t *testing.T) {
	luck := []int{0, 37, 11, 62, 25, 48, 5, 71, 19, 53}
	noise := []int{3, 8, 1, 9, 4, 7, 2, 6, 5, 0}
	base := missing(t, func(policy, i int) int { return 100 + policy*luck[i] })
	moved := missing(t, func(policy, i int) int { return 100 + policy*(luck[i]+40+noise[i]/2) })
	again := missing(t, func(policy, i int) int { return 100 + policy*(luck[(i+3)%10]+noise[i]) })
	all := base.Moved([]string{"same", "moved", "again"}, []*Set{base, moved, again})
	all = slices.DeleteFunc(all, func(x Sensitivity) bool { return x.Metric != results.AvoidableMisses }) // the cost is moved by them, too
	if len(all) != 3 || all[0].Change != "moved" {
		t.Fatalf("%+v", all)
	}
	want := map[string]string{"moved": Higher, "again": NotKnown, "same": Equal}
	for i := range all {
		if x := &all[i]; x.Moved != want[x.Change] {
			t.Errorf("%s: %s (%.3f, %.3f to %.3f), want %s", x.Change, x.Moved, x.By, x.ByLow, x.ByHigh, want[x.Change])
		}
	}
	if w := all[0].High - all[0].Low; all[0].ByHigh-all[0].ByLow > w/3 {
		t.Errorf("moves by %.4f to %.4f, the difference is known to %.4f: not paired", all[0].ByLow, all[0].ByHigh, w)
	}
	dir := t.TempDir()
	base.Vary(all)
	if err := base.writeSensitivity(dir); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadSensitivity(dir); err != nil || fmt.Sprint(got) != fmt.Sprint(all) {
		t.Errorf("read %v, %v\nwrote %v", got, err, all)
	}
}

// TestFewReplicationsMove: where a change moves one replication of twenty, the mean may
// move as far as what one in twenty says of the part that it moves, not as little as
// Student's t says; an interaction that one replication has likewise.
func TestFewReplicationsMove(t *testing.T) {
	const n = 20
	var none, some, more, once []float64
	for i := range n {
		none, some = append(none, 0.5+0.01*float64(i%7)), append(some, 0.6+0.01*float64(i%5))
	}
	more = append(more, some...)
	more[3] += 0.05
	once = append(once, none...)
	once[3] += 0.05
	plan := &Plan{Design: results.Design{Workloads: []string{"w"}, Replications: n}, Primary: []string{"slo_attainment"}}
	compared := func(values ...[]float64) *comparison {
		var cells []cell
		plan.Policies, cells = cellsWith(stat.OverSeeds, values...)
		for p := range cells { // replications of unequal size, as they are
			for k := range cells[p].rows {
				for _, name := range []string{"requests", "in_slo"} {
					cells[p].rows[k].Values[results.ColumnOf(name)] *= 1 + 0.01*float64(k%3)
				}
			}
		}
		return newComparison(plan, [][]cell{cells})
	}
	base, other := compared(none, some), compared(none, more)
	all := []moving{base.moved(other, 0, 1, results.ColumnOf("slo_attainment"))}
	base.judgeMoved(all)
	if m := &all[0]; m.Moved != NotKnown || math.Abs(m.By-0.05/n) > 1e-4 || m.ByHigh < 0.05 || m.ByLow > -0.05 {
		t.Errorf("%s by %v (%v to %v), want not known, as one of twenty may be a fifth of all", m.Moved, m.By, m.ByLow, m.ByHigh)
	}
	plan.Contrasts = []Contrast{{Name: "c", From: "a", To: "b", AgainFrom: "c", AgainTo: "d"}}
	if x := compared(none, some, none, more).interactions()[0]; x.Verdict != NotKnown || x.DiffHigh < 0.05 {
		t.Errorf("%+v, want an interaction that is not known", x)
	}
	if x := compared(none, some, once, more).interactions()[0]; x.Verdict != Equal {
		t.Errorf("%+v, want none: both differences are the same but for rounding", x)
	}
}

// TestMovesOverWindowsReach: over windows of one recording, of which few bursts make the
// misses, a difference that a change takes away moves as uncertainly as it was itself.
func TestMovesOverWindowsReach(t *testing.T) {
	var bursts, none []float64
	for i := range 10 {
		bursts, none = append(bursts, 0.99-0.01*float64(i*i%5)), append(none, 1)
	}
	plan := &Plan{Design: results.Design{Workloads: []string{"w"}, Replications: 10}, Primary: []string{"slo_attainment"}}
	compared := func(values ...[]float64) *comparison {
		var cells []cell
		plan.Policies, cells = cellsWith(stat.OverWindows, values...)
		return newComparison(plan, [][]cell{cells})
	}
	base, other := compared(none, bursts), compared(none, none)
	column := results.ColumnOf("slo_attainment")
	all := []moving{base.moved(other, 0, 1, column)}
	base.judgeMoved(all)
	was, m := base.difference(0, 1, 0, column), &all[0]
	if got, want := m.ByHigh-m.By, was.value-was.jointLow; math.Abs(got-want) > 1e-9*want {
		t.Errorf("it moves up by at most %v more, want %v, as the difference is known", got, want)
	}
	if half := m.Half(); m.ByHigh-m.By < 1.2*half {
		t.Errorf("it reaches %v, Student's half is %v: want more of few bursts", m.ByHigh-m.By, half)
	}
}

// TestHeavyWorkOfEitherSide: where the work is heavy under the change alone, or in the
// file alone, what the change moves is corrected for skewness.
func TestHeavyWorkOfEitherSide(t *testing.T) {
	var rows [2][]results.Row
	for i := range 10 {
		for p := range rows {
			r := results.Row{Values: make([]float64, len(results.Columns))}
			r.Values[results.ColumnOf("cost_usd")] = 10 + float64(p)*math.Exp(float64(i)/2) + float64(i%3)
			rows[p] = append(rows[p], r)
		}
	}
	column := results.ColumnOf("cost_usd")
	ends := func(fileHeavy, changeHeavy bool) float64 {
		of := func(heavy bool, second int) pair {
			about := stat.Basis{Over: stat.OverSeeds, Skewed: heavy}
			c := newComparison(&Plan{Design: results.Design{Replications: 10, Workloads: []string{"w"}}, Primary: []string{"cost_usd"}}, [][]cell{{{rows: rows[0], Basis: about}, {rows: rows[second], Basis: about}}})
			return pair{c, 0, 1, 0, column}
		}
		file := of(fileHeavy, 0)
		all := []moving{movingOf(file, of(changeHeavy, 1))}
		file.judgeMoved(all)
		return all[0].ByHigh
	}
	plain, want := ends(false, false), ends(true, true)
	if want <= plain {
		t.Fatalf("corrected for skewness it ends at %v, else at %v", want, plain)
	}
	for _, sides := range [][2]bool{{true, false}, {false, true}} {
		if got := ends(sides[0], sides[1]); got != want {
			t.Errorf("heavy %v: the interval ends at %v, want %v", sides, got, want)
		}
	}
}
