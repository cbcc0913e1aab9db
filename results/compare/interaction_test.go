package compare

import (
	"math"
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// TestInteractions: a change that brings 0.2 alone and 0.05 where all else is
// otherwise differs by -0.15; the interval is that of the paired difference of
// differences, which here varies less than either difference.
func TestInteractions(t *testing.T) {
	base := []float64{0.10, 0.20, 0.30, 0.15, 0.25, 0.22, 0.18, 0.28}
	plus := func(by ...float64) (out []float64) {
		for i, x := range base {
			out = append(out, x+by[i%len(by)])
		}
		return out
	}
	policies, cells := cellsWith(stat.OverSeeds, plus(0), plus(0.19, 0.21), plus(0.3), plus(0.35, 0.35, 0.351))
	plan := &Plan{
		Design:    results.Design{Workloads: []string{"w"}, Policies: policies, Replications: len(base)},
		Primary:   []string{"slo_attainment"},
		Contrasts: []Contrast{{Name: "the change", From: "a", To: "b", AgainFrom: "c", AgainTo: "d"}, {Name: "not twice", From: "a", To: "c"}},
	}
	all := newComparison(plan, [][]cell{cells}).interactions()
	if len(all) != 1 {
		t.Fatalf("%d interactions, want one: %+v", len(all), all)
	}
	x := all[0]
	if math.Abs(x.Alone-0.2) > 1e-9 || math.Abs(x.Again-0.0502) > 1e-3 || math.Abs(x.Differs+0.15) > 1e-3 {
		t.Errorf("alone %v, again %v, differs %v; want 0.2, 0.05, -0.15", x.Alone, x.Again, x.Differs)
	}
	if !(x.DiffersLow < x.Differs && x.Differs < x.DiffHigh) || x.DiffHigh-x.DiffersLow > 0.05 || x.Verdict != Lower {
		t.Errorf("interval %v to %v, %s; want a narrow one below 0", x.DiffersLow, x.DiffHigh, x.Verdict)
	}
}

// TestInteractionsOfUnevenSeeds: a workload that --until gave fewer seeds than another has
// a bound that is Student's with its own seeds at least, in whatever order they are; and
// looks that may be taken make all intervals wider.
func TestInteractionsOfUnevenSeeds(t *testing.T) {
	values := func(n int, by float64) (out []float64) {
		for i := range n {
			out = append(out, 0.5+by+0.01*float64(i*i%7))
		}
		return out
	}
	widths := func(looks int, seeds ...int) (out []float64) {
		plan := &Plan{Primary: []string{"slo_attainment"}, Contrasts: []Contrast{{Name: "c", From: "a", To: "b", AgainFrom: "c", AgainTo: "d"}}, Looks: looks}
		var cells [][]cell
		for _, n := range seeds {
			var own []cell
			plan.Policies, own = cellsWith(stat.OverSeeds, values(n, 0), values(n, 0.1), values(n, 0), make([]float64, n))
			for i := range own[3].rows {
				own[3].rows[i].Values[results.ColumnOf("slo_attainment")] = 0.01 * float64(i%3)
				own[3].rows[i].Values[results.ColumnOf("in_slo")] = 10 * float64(i%3)
			}
			for p := range own {
				own[p].Looks = looks
			}
			plan.Workloads, cells, plan.Replications = append(plan.Workloads, "w"), append(cells, own), max(plan.Replications, n)
		}
		for _, x := range newComparison(plan, cells).interactions() {
			out = append(out, x.DiffHigh-x.DiffersLow)
		}
		return out
	}
	short, long := widths(1, 20, 8), widths(1, 8, 20)
	if math.Abs(short[0]-long[1]) > 1e-9 || math.Abs(short[1]-long[0]) > 1e-9 {
		t.Errorf("20 and 8 seeds: widths %v, 8 and 20: %v; want the same", short, long)
	}
	if more := widths(5, 20, 8); !(more[0] > short[0]*1.1 && more[1] > short[1]*1.1) {
		t.Errorf("five looks: widths %v, one look: %v; want wider", more, short)
	}
}

// TestInteractionsWhereTheyMean: a workload that the contrast is not about has none, and
// one on which no policy is ranked has no verdict and no interval.
func TestInteractionsWhereTheyMean(t *testing.T) {
	plan := &Plan{
		Design:    results.Design{Workloads: []string{"calm", "crowded", "other"}, Replications: 8},
		Primary:   []string{"slo_attainment"},
		Contrasts: []Contrast{{Name: "c", From: "a", To: "b", AgainFrom: "c", AgainTo: "d", On: []string{"calm", "crowded"}}},
	}
	var cells [][]cell
	for range plan.Workloads {
		var own []cell
		even, odd := []float64{0.2, 0.21, 0.2, 0.21, 0.2, 0.21, 0.2, 0.21}, []float64{0.02, 0.01, 0.02, 0.01, 0.02, 0.01, 0.02, 0.01}
		plan.Policies, own = cellsWith(stat.OverSeeds, odd, even, odd, odd)
		cells = append(cells, own)
	}
	cells[1][2].rows[3].Info.Unranked = "14 of 14 requests waited for a core"
	all := newComparison(plan, cells).interactions()
	if len(all) != 2 || all[0].Workload != "calm" || all[0].Verdict != Lower || all[1].Verdict != NotRanked || !math.IsNaN(all[1].DiffHigh) {
		t.Fatalf("%+v, want calm lower and crowded not ranked", all)
	}
}

// TestInteractionsVaryAsEitherDoes: a change whose runs agree in every number alone, and
// which varies again, differs by an interval over seeds; the other way round likewise.
func TestInteractionsVaryAsEitherDoes(t *testing.T) {
	const n = 8
	var low, high, less, more []float64
	for i := range n {
		low, high = append(low, 0.5), append(high, 0.7)
		less, more = append(less, 0.4+0.01*float64(i%3)), append(more, 0.5+0.011*float64(i%4))
	}
	for _, c := range []Contrast{
		{Name: "equal first", From: "a", To: "b", AgainFrom: "c", AgainTo: "d"},
		{Name: "equal again", From: "c", To: "d", AgainFrom: "a", AgainTo: "b"},
	} {
		plan := &Plan{Design: results.Design{Workloads: []string{"w"}, Replications: n}, Primary: []string{"slo_attainment"}, Contrasts: []Contrast{c}}
		var cells []cell
		plan.Policies, cells = cellsWith(stat.OverSeeds, low, high, less, more)
		x := newComparison(plan, [][]cell{cells}).interactions()[0]
		if !(x.DiffersLow < x.Differs && x.Differs < x.DiffHigh) || x.Verdict != Higher && x.Verdict != Lower {
			t.Errorf("%s: %v (%v to %v), %s; want a known difference with its interval", c.Name, x.Differs, x.DiffersLow, x.DiffHigh, x.Verdict)
		}
	}
	plan := &Plan{Design: results.Design{Workloads: []string{"w"}, Replications: n}, Primary: []string{"slo_attainment"}, Contrasts: []Contrast{{Name: "no change first", From: "a", To: "b", AgainFrom: "c", AgainTo: "d"}}}
	same := append([]float64(nil), less...)
	for i := range same { // sums to 0, but is not 0 in each
		same[i] += 0.05 * float64(1-2*(i%2))
	}
	var cells []cell
	plan.Policies, cells = cellsWith(stat.OverSeeds, low, low, less, same)
	if x := newComparison(plan, [][]cell{cells}).interactions()[0]; x.Verdict == Equal {
		t.Errorf("%s, though the second pair differs in each replication", x.Verdict)
	}
}

// TestExpectedAgain: the pair of which again_expected speaks has rows in comparison.csv,
// whatever the metric, as wins.csv has none where neither end is better.
func TestExpectedAgain(t *testing.T) {
	policies := []string{"a", "b", "c", "d"}
	k := Contrast{From: "a", To: "b", AgainFrom: "c", AgainTo: "d"}
	if got := beside(policies, []Contrast{k}); got != nil {
		t.Errorf("nothing is expected of them, and they have rows: %v", got)
	}
	k.AgainExpected = map[string]Expectation{results.MetricFunction: ExpectHigher}
	if got := beside(policies, []Contrast{k, k}); len(got) != 1 || got[0] != [2]int{2, 3} {
		t.Errorf("rows of %v, want those of c and d, once", got)
	}
}
