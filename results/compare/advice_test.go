package compare

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// TestAdvice: of the primary differences that are not known the one that needs the
// fewest seeds is named, with how many; never so many as there are, and nothing
// where few replications carry it or nothing varies.
func TestAdvice(t *testing.T) {
	row := func(policy string, diff, half float64, primary bool, verdict string) Compared {
		return Compared{Workload: "w", Policy: policy, Metric: "miss_avoidable", Against: "seed", N: 20, Over: stat.OverSeeds, Primary: primary, Family: 1, Carriers: 7, Delta: 0.01,
			Diff: diff, DiffLow: diff - half, DiffHigh: diff + half, JointLow: diff - half, JointHigh: diff + half, Verdict: verdict}
	}
	rows := []Compared{
		row("far", 0.01, 0.1, true, NotKnown), row("near", -0.01, 0.02, true, NotKnown), row("told", 0.5, 0.001, true, Worse),
		row("exploratory", 0.01, 0.006, false, NotKnown), row("same", 0, 0, true, Same),
	}
	got := advice(rows)
	// 20 × (1.96 / 2.093 × 0.02 / 0.005)² × 19 / 11.65 = 458
	if len(got) != 1 || got[0].Where != "w / near" || !strings.Contains(got[0].Text, "over 20 seeds; some 460 give it a verdict in nine of ten cases") {
		t.Errorf("%v", got)
	}
	for name, change := range map[string]func(*Compared){
		"few carry it":           func(r *Compared) { r.Carriers = 4.9 },
		"nothing varies":         func(r *Compared) { r.DiffLow, r.DiffHigh, r.JointLow, r.JointHigh, r.Carriers = 0, 0, 0, 0, 0 },
		"no interval":            func(r *Compared) { r.JointLow, r.JointHigh = math.NaN(), math.NaN() },
		"none that holds":        func(r *Compared) { r.JointLow, r.JointHigh = math.Inf(-1), math.Inf(1) },
		"more than anyone makes": func(r *Compared) { r.Delta = 1e-5 },
		"one recording":          func(r *Compared) { r.Over = stat.OverWindows },
	} {
		r := rows[1]
		if change(&r); advice([]Compared{r}) != nil {
			t.Errorf("%s: %v", name, advice([]Compared{r}))
		}
	}
	r := row("close", 0.0052, 0.0053, true, NotKnown)
	r.N = 12
	if n := needed(&r); n <= 12 {
		t.Errorf("advises %v after 12", n)
	}
}

// TestAdviceIsEnough: so many fresh seeds as a first experiment of 20 calls for
// give a verdict in nine of ten cases at least, whatever the true difference is.
func TestAdviceIsEnough(t *testing.T) {
	const delta, deviation, pilot = 0.5, 0.7, 20
	for _, diff := range []float64{0, 0.25, 0.5, 1} {
		rng, known, advised := rand.New(rand.NewPCG(1, 2)), 0, 0
		draw := func(n int) []float64 {
			xs := make([]float64, n)
			for i := range xs {
				xs[i] = diff + deviation*rng.NormFloat64()
			}
			return xs
		}
		verdict := func(xs []float64) (mean, low, high float64, v string) {
			mean, low, high = stat.Interval(xs)
			return mean, low, high, Judge(mean, low, high, delta, results.LowerIsBetter)
		}
		for range 1000 {
			mean, low, high, v := verdict(draw(pilot))
			if v != NotKnown {
				continue
			}
			n := needed(&Compared{N: pilot, Delta: delta, Diff: mean, DiffLow: low, DiffHigh: high, JointLow: low, JointHigh: high})
			if n <= pilot {
				t.Fatalf("advises %v", n)
			}
			advised++
			if _, _, _, v := verdict(draw(int(n))); v != NotKnown {
				known++
			}
		}
		if share := float64(known) / float64(advised); advised > 0 && share < 0.88 {
			t.Errorf("difference %v: so many give a verdict in %.3f of %d cases, want 0.9", diff, share, advised)
		}
	}
}
