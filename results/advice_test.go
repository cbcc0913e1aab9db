package results

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"cnv/results/stat"
)

// TestAdvice: of the primary differences that are not told from none the one that
// needs the fewest seeds is named, with how many.
func TestAdvice(t *testing.T) {
	row := func(policy string, diff, half float64, primary bool, verdict string) Compared {
		return Compared{Workload: "w", Policy: policy, Metric: "miss_avoidable", Against: "seed", N: 10, Over: OverSeeds, Primary: primary, Family: 1,
			Diff: diff, DiffLow: diff - half, DiffHigh: diff + half, JointLow: diff - half, JointHigh: diff + half, Verdict: verdict}
	}
	never := func(*Compared) bool { return false }
	rows := []Compared{
		row("far", 0.01, 0.2, true, NotKnown), row("near", -0.1, 0.2, true, NotKnown), row("told", 0.5, 0.1, true, Worse),
		row("exploratory", 0.1, 0.11, false, NotKnown), row("same", 0, 0, true, Same),
	}
	got := advice(rows, never)
	if len(got) != 1 || got[0].Where != "w / near" || !strings.Contains(got[0].Text, "over 10 seeds; if it is as large as seen, some 62 tell it in four of five cases (--seeds 62)") {
		t.Errorf("%v", got)
	}
	if got := advice(rows[:1], never); len(got) != 1 || !strings.Contains(got[0].Text, "6100") {
		t.Errorf("%v", got)
	}
	if got := advice([]Compared{row("hopeless", 1e-6, 1, true, NotKnown), rows[2]}, never); got != nil {
		t.Errorf("%v", got)
	}
	if got := advice(rows, func(r *Compared) bool { return r.Policy == "near" }); len(got) != 1 || got[0].Where != "w / far" {
		t.Errorf("%v, want no advice on what one replication makes", got)
	}
}

// TestAdviceIsEnough: so many seeds do tell a difference in four of five cases.
func TestAdviceIsEnough(t *testing.T) {
	const diff, deviation, pilot = 0.5, 1, 10
	half := stat.StudentsT(pilot-1, 0.975) * deviation / math.Sqrt(pilot)
	n := int(needed(&Compared{N: pilot, Family: 1, Diff: diff, DiffLow: diff - half, DiffHigh: diff + half, JointLow: diff - half, JointHigh: diff + half}))
	rng := rand.New(rand.NewPCG(1, 2))
	told, runs := 0, 4000
	for range runs {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = diff + deviation*rng.NormFloat64()
		}
		if _, low, high := Interval(xs); low > 0 || high < 0 {
			told++
		}
	}
	if share := float64(told) / float64(runs); share < 0.75 || share > 0.85 {
		t.Errorf("%d seeds tell it in %.3f of all cases, want 0.8", n, share)
	}
}
