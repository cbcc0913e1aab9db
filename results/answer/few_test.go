package answer

import (
	"math"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// TestFewRunsAreNotFound: a difference of two to four runs that has no interval is not
// known, in every sentence; none compares such runs by their values.
func TestFewRunsAreNotFound(t *testing.T) {
	metrics := []string{results.AvoidableMisses, results.CostInSLO}
	for n := 2; n <= 4; n++ {
		var b board
		for _, w := range []string{"steady", "placed"} {
			better, worse := 0.03, 0.05
			if w == "placed" {
				better, worse = worse, better
			}
			for _, m := range metrics {
				b.add(w, "seed", m, about(worse, 0.01), "", words.NoEstimate(), n)
				b.add(w, "jsq", m, about(better, 0.01), "seed", exactly(better-worse), n)
				b.add(w, "mid", m, about(0.04, 0.01), "seed", exactly(0.04-worse), n)
				b.add(w, "mid", m, about(0.04, 0.01), "jsq", exactly(0.04-better), n)
			}
			b.add(w, "jsq", results.MetricFunction, exactly(1), "", words.NoEstimate(), n)
		}
		for i := range b.Findings {
			b.Findings[i].primary = b.Findings[i].Metric != results.MetricFunction
		}
		spec := theRouter
		spec.Routers = []Pair{{"seed", "jsq"}, {"seed", "mid"}}
		spec.Functions = "jsq"
		spec.Placements = []Placement{{Workload: "steady", Other: "placed"}}
		spec.Shares = []Share{{Metric: results.AvoidableMisses, From: "seed", To: "jsq"}}
		text := strings.Join(answer(b.Findings, nil, spec), "\n")
		for _, want := range []string{
			"The router (seed → jsq): the difference in avoidable misses is not known on steady and placed (too few runs for an interval).",
			"all are not known.",
			"says nothing, as no two policies are told apart on both",
			"are nowhere found cheaper per 1,000 requests in SLO than another policy",
			"from seed to jsq is not known on steady and placed (too few runs for an interval), so no share of it is told.",
			"which of jsq, seed and mid is best is not known",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%d runs: the answer lacks %q:\n%s", n, want, text)
			}
		}
		for _, not := range []string{"single run", "one run", "down by", "up by", " fewer than", "makes up", "does not survive"} {
			if strings.Contains(text, not) {
				t.Errorf("%d runs: the answer says %q:\n%s", n, not, text)
			}
		}
	}
	two := pairOf(about(0.05, 0.01), about(0.03, 0.01), exactly(-0.02), exactly(-0.02), 3)
	if got, want := bestAnswer(two, "steady"), "which of jsq and seed is best is not known: difference from seed −2.0 percentage points (too few runs for an interval)"; !strings.Contains(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestPairsHaveTheirOwnRuns: two policies whose runs agree differ without an interval,
// though each varies from the first; what varies over a few seeds has too few.
func TestPairsHaveTheirOwnRuns(t *testing.T) {
	row := func(policy, against string) compare.Compared {
		return compare.Compared{Workload: "w", Policy: policy, Metric: results.AvoidableMisses, N: 3, Over: stat.OverSeeds, Against: against, Diff: 0.1, JointLow: math.NaN(), JointHigh: math.NaN(), Verdict: compare.NotKnown, Primary: true}
	}
	win := func(over string, n int) compare.Win {
		return compare.Win{Workload: "w", Metric: results.AvoidableMisses, Policy: "c", Against: "b", N: n, Over: over, Difference: exactly(-0.1), Verdict: compare.NotKnown}
	}
	for over, want := range map[string]Sign{stat.OverEqual: Single, stat.OverSeeds: NotKnown, stat.OverWindows: NotKnown, stat.OverDraws: NotKnown, stat.OverBatches: NotKnown, stat.OverNothing: Single} {
		n := words.IfElse(over == stat.OverEqual, 1, 3)
		fs := FindingsOf([]compare.Compared{row("a", ""), row("b", "a"), row("c", "a")}, []compare.Win{win(over, n)})
		if f, _ := fs.Change("w", "b", "c", results.AvoidableMisses); f.Sign() != want || f.TooFew() != (want == NotKnown) {
			t.Errorf("over %s: sign %v, want %v", over, f.Sign(), want)
		}
	}
}

// TestFewWindowsAreNotRuns: over windows of a recording it is these that are too few, or
// the resamples; more runs would not help where it is the windows.
func TestFewWindowsAreNotRuns(t *testing.T) {
	for over, want := range map[string]string{stat.OverSeeds: " (too few runs for an interval)", stat.OverWindows: " (too few windows of the recording, or resamples, for an interval)"} {
		f := Finding{N: 10, Over: over, says: NotKnown, Change: exactly(0.1)}
		if got := f.bracket(); got != want {
			t.Errorf("over %s: %q, want %q", over, got, want)
		}
	}
}

// TestNothingToImprove: said where all policies are equal in every run in all primary
// metrics, and not where one metric may differ.
func TestNothingToImprove(t *testing.T) {
	for _, cost := range []Sign{Equal, Same, NotKnown} {
		fs := pairOf(about(0.05, 0.01), about(0.05, 0.01), exactly(0), exactly(0), 10)
		for i := range fs {
			fs[i].primary = true
			if fs[i].against != "" {
				fs[i].says = Equal
				if fs[i].Metric == results.CostInSLO {
					fs[i].says = cost
				}
			}
		}
		if got := bestAnswer(fs, "steady"); strings.Contains(got, "nothing to improve") != (cost == Equal) {
			t.Errorf("cost %v: %s", cost, got)
		}
	}
}
