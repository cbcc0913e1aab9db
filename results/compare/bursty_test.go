package compare

import (
	"math/rand/v2"
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// TestSharesThatBurstsMake: of ten or twenty runs a part has misses, exponentially many.
// Intervals of the share hold the truth, and so do those of the paired difference to a
// policy that misses some of the same ones: Student's did in 86 to 92 %. Where nothing
// differs in the mean, no interval is shorter than Student's.
func TestSharesThatBurstsMake(t *testing.T) {
	const experiments, size, per = 1000, 0.05, 1000
	for _, k := range []struct {
		part float64
		runs int
	}{{0.5, 20}, {0.7, 10}, {0.7, 20}, {1, 10}, {1, 20}} {
		rng := rand.New(rand.NewPCG(15, uint64(100*k.part)+uint64(k.runs)))
		truth := k.part * size
		level, diff := 0, 0
		for range experiments {
			var a, b []results.Row
			for range k.runs {
				missed := 0.0
				if rng.Float64() < k.part {
					missed = min(size*rng.ExpFloat64(), 1)
				}
				a, b = append(a, countedRow(per, per*missed)), append(b, countedRow(per, per*missed*rng.Float64()))
			}
			about := stat.Basis{Over: stat.OverSeeds}
			if k.runs > 10 { // flipping signs takes long
				if m := estimated(a, &results.Columns[results.ColumnOf(results.AvoidableMisses)], about); m.low <= truth && truth <= m.high {
					level++
				}
				continue
			}
			c := newComparison(&Plan{Design: results.Design{Replications: k.runs}}, [][]cell{{{rows: a, Basis: about}, {rows: b, Basis: about}}})
			column := results.ColumnOf(results.AvoidableMisses)
			if m := c.cells[0][0].measure(column); m.low <= truth && truth <= m.high {
				level++
			}
			d := c.difference(0, 1, 0, column)
			if d.low <= -truth/2 && -truth/2 <= d.high {
				diff++
			}
			if d.jointLow > d.low || d.jointHigh < d.high {
				t.Fatalf("the joint interval is shorter than its own: %+v", d)
			}
		}
		for what, n := range map[string]int{"the share": level, "the difference": diff} {
			if held := float64(n) / experiments; (held < 0.93 || held > 0.98) && (n > 0 || k.runs == 10) {
				t.Errorf("%d runs, %v with misses: intervals of %s hold in %.1f %%", k.runs, k.part, what, 100*held)
			}
		}
	}
}

// TestSharesThatVaryLittle: where runs differ by a third of their share of misses or less,
// its interval is Student's to the bit.
func TestSharesThatVaryLittle(t *testing.T) {
	var rows []results.Row
	var shares []float64
	for i := range 10 {
		rows = append(rows, countedRow(1000, 100+float64(10*i)))
		shares = append(shares, rows[i].Value(results.AvoidableMisses))
	}
	m := estimated(rows, &results.Columns[results.ColumnOf(results.AvoidableMisses)], stat.Basis{Over: stat.OverSeeds})
	if low, high := stat.PrecisionOf(m.At, stat.Basis{Over: stat.OverSeeds}).Own(m.Value); m.low != low || m.high != high {
		t.Errorf("%v to %v, want %v to %v, of %v", m.low, m.high, low, high, shares)
	}
}

// TestBurstsOverDraws: replications are independent over draws as over seeds, so the same
// runs have the same intervals, of shares and of their differences.
func TestBurstsOverDraws(t *testing.T) {
	var a, b []results.Row
	for i, missed := range []float64{0, 2, 150, 0, 7, 40, 0, 90, 1, 3} {
		requests := float64(1000 + 10*i)
		a, b = append(a, countedRow(requests, missed)), append(b, countedRow(requests, missed/float64(2+i%3)))
	}
	column := results.ColumnOf(results.AvoidableMisses)
	of := func(over string) (measured, difference) {
		about := stat.Basis{Over: over}
		c := newComparison(&Plan{Design: results.Design{Replications: 10}}, [][]cell{{{rows: a, Basis: about}, {rows: b, Basis: about}}})
		return *c.cells[0][0].measure(column), *c.difference(0, 1, 0, column)
	}
	level, diff := of(stat.OverSeeds)
	gotLevel, gotDiff := of(stat.OverDraws)
	if gotLevel.low != level.low || gotLevel.high != level.high {
		t.Errorf("the share over draws is %v to %v, over seeds %v to %v", gotLevel.low, gotLevel.high, level.low, level.high)
	}
	if gotDiff.low != diff.low || gotDiff.high != diff.high || gotDiff.jointLow != diff.jointLow || gotDiff.jointHigh != diff.jointHigh {
		t.Errorf("the difference over draws is %+v, over seeds %+v", gotDiff, diff)
	}
}

// TestBurstsOfHeavyWork: where bursts make a share, no interval of its difference is shorter
// than Student's, whether or not the work is heavy too.
func TestBurstsOfHeavyWork(t *testing.T) {
	var a, b []results.Row
	for _, missed := range []float64{0, 2, 150, 0, 7, 40, 0, 90, 1, 3} {
		a, b = append(a, countedRow(1000, missed)), append(b, countedRow(1000, missed/2))
	}
	column := results.ColumnOf(results.AvoidableMisses)
	for _, heavy := range []bool{false, true} {
		about := stat.Basis{Over: stat.OverSeeds, Skewed: heavy}
		c := newComparison(&Plan{Design: results.Design{Replications: 10}}, [][]cell{{{rows: a, Basis: about}, {rows: b, Basis: about}}})
		linear, _ := c.paired(0, 1, 0, column)
		low, high := stat.PrecisionOf(linear.At, stat.Basis{Over: stat.OverSeeds}).Own(linear.Value)
		if d := c.difference(0, 1, 0, column); d.low > low || d.high < high {
			t.Errorf("heavy %v: %v to %v, by Student's t %v to %v", heavy, d.low, d.high, low, high)
		}
	}
}
