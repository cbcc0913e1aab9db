package compare

import (
	"math"
	"math/rand/v2"
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// carriedCosts are costs of two policies in ten runs that differ by next to nothing but in
// one of them.
func carriedCosts(apart float64) (a, b []float64) {
	for i := range 10 {
		a, b = append(a, 1+0.001*float64(i)), append(b, 1+0.0011*float64(i))
	}
	b[3] += apart
	return a, b
}

// TestOneRunCarriesNoVerdict: where one run of ten makes the whole spread of a difference,
// it is neither the same within 2 % nor better, as other runs may be as that one is; unless
// that one is off by less than matters, or the others differ by far more.
func TestOneRunCarriesNoVerdict(t *testing.T) {
	for _, c := range []struct {
		name         string
		shift, apart float64
		want         string
	}{
		{"the same but for one run", 0, 0.03, NotKnown},
		{"next to the same in that run, too", 0, 0.0012, Same},
		{"dearer by less than the one run is", 0.05, 0.08, NotKnown},
		{"dearer by far more than that", 0.9, 0.05, Worse},
	} {
		a, b := carriedCosts(c.apart)
		for i := range b {
			b[i] += c.shift
		}
		r := costOf(0, a, b)[1]
		if r.Verdict != c.want || !(r.JointLow <= r.DiffLow && r.DiffHigh <= r.JointHigh) {
			t.Errorf("%s: %+v, want %q", c.name, r, c.want)
		}
		d := stat.Mean(stat.Differences(b, a))
		if _, low, high := stat.Interval(d.At); Judge(d.Value, low, high, r.Delta, 0) == NotKnown {
			t.Errorf("%s: Student's interval %v to %v is not known either, so nothing is shown", c.name, low, high)
		}
	}
}

// TestManyRunsCarryStudentsInterval: normal differences keep the paired t.
func TestManyRunsCarryStudentsInterval(t *testing.T) {
	const experiments = 1000
	widened := 0
	for e := range uint64(experiments) {
		rng := rand.New(rand.NewPCG(e, 15))
		a, b := make([]float64, 10), make([]float64, 10)
		for i := range a {
			a[i], b[i] = 1, 1+0.1*rng.NormFloat64()
		}
		r := costOf(0, a, b)[1]
		if _, low, high := stat.Interval(stat.Differences(b, a)); r.DiffLow < low-1e-9 || r.DiffHigh > high+1e-9 {
			widened++
		}
	}
	if widened > 5 { // one in a thousand is expected
		t.Errorf("%d of %d intervals of normal differences are widened", widened, experiments)
	}
}

// TestUntilHasOneTruth: what is carried by so few that --until does not stop for it is not
// stated as a difference either; the same values without looks are.
func TestUntilHasOneTruth(t *testing.T) {
	a, b := make([]float64, 320), make([]float64, 320)
	for i := range a {
		a[i] = 1 + 0.01*float64(i%7)
		b[i] = a[i] + 0.0005*float64(i%3)
	}
	for i := range 4 {
		b[10+50*i] += 3
	}
	r := costOf(Looks(FirstLook), a, b)[1]
	if w := Widest([]Compared{costOf(1, a, b)[0], r}); len(w.Carried) != 1 || w.Known(0.2) || Differs(r.Verdict) || r.Verdict == Same {
		t.Errorf("%+v, %+v, want it carried by few and not known", w, r)
	}
}

// TestSkewedWithoutAnInterval: a metric that is infinite in some run has no interval, also
// where the work has a heavy tail.
func TestSkewedWithoutAnInterval(t *testing.T) {
	p := &Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: 3}, Over: []string{stat.OverSeeds}, Primary: []string{"cost_usd"}}
	cells := make([]cell, 2)
	for k := range cells {
		cells[k] = cell{Basis: stat.Basis{Over: stat.OverSeeds, Skewed: true}, primary: p.Primary}
		for i := range 3 {
			row := results.Row{Values: make([]float64, len(results.Columns))}
			row.Values[results.ColumnOf("cost_usd")] = []float64{1, 2, math.Inf(1)}[i]
			cells[k].rows = append(cells[k].rows, row)
		}
	}
	if d := newComparison(p, [][]cell{cells}).difference(0, 1, 0, results.ColumnOf("cost_usd")); !math.IsNaN(d.low) || d.verdict != NotKnown {
		t.Errorf("%+v, want no interval", d)
	}
}
