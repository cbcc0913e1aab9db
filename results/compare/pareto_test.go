package compare

import (
	"math"
	"testing"

	_ "cnv/internal/seeded"
	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"

	"pgregory.net/rapid"
)

// drawnMean is a mean without an interval.
func drawnMean(t *rapid.T, name string) words.Estimate {
	return words.Estimate{Mean: float64(rapid.IntRange(0, 4).Draw(t, name)), Low: math.NaN(), High: math.NaN()}
}

// TestParetoTwin compares the front with its definition on random points.
func TestParetoTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) CostPoint {
			return CostPoint{drawnMean(t, "cost"), drawnMean(t, "misses")}
		}), 1, 8).Draw(t, "points")
		on := map[int]bool{}
		for _, i := range Pareto(points) {
			on[i] = true
		}
		for i, a := range points {
			beaten := false
			for _, b := range points {
				c, m := b.Cost.Mean-a.Cost.Mean, b.Misses.Mean-a.Misses.Mean
				beaten = beaten || c <= 0 && m <= 0 && c+m < 0
			}
			if on[i] == beaten {
				t.Fatalf("point %d of %v: on the front %v, beaten %v", i, points, on[i], beaten)
			}
		}
	})
}

// TestSurelyBeaten: where b costs surely more than a, it is surely beaten if its misses are
// surely no fewer: not if none of the runs has any, as so few may miss a difference, whose
// interval says so. A cost that is equal in every run has no interval, and counts as equal.
func TestSurelyBeaten(t *testing.T) {
	cost, miss := results.ColumnOf(results.CostInSLO), results.ColumnOf(results.AvoidableMisses)
	run := func(missed, cost float64) results.Row {
		r := countedRow(1000, missed)
		r.Values[results.ColumnOf("in_slo")], r.Values[results.ColumnOf("cost_usd")] = 500, cost
		return r
	}
	for name, c := range map[string]struct {
		missed, dearer float64
		want           bool
	}{"no run misses": {0, 1, false}, "more misses, and dearer": {50, 1, true}, "more misses, as dear": {50, 0, true}} {
		var a, b []results.Row
		for i := range 10 {
			noise := float64(i)
			a = append(a, run(words.IfElse(c.missed > 0, 10+noise, 0), 5+noise/10))
			b = append(b, run(words.IfElse(c.missed > 0, 10+noise+c.missed+float64(i%3), 0), 5+noise/10+c.dearer*(1+float64(i%3)/10)))
		}
		about := stat.Basis{Over: stat.OverSeeds}
		all := newComparison(&Plan{Design: results.Design{Replications: 10}}, [][]cell{{{rows: a, Basis: about}, {rows: b, Basis: about}}})
		if got := all.surelyBeaten(0, 1, 0, cost, miss); got != c.want {
			t.Errorf("%s: surely beaten %v, want %v: misses %+v, cost %+v", name, got, c.want, all.difference(0, 1, 0, miss), all.difference(0, 1, 0, cost))
		}
	}
}
