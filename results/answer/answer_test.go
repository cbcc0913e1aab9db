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

// board builds findings by hand.
type board struct{ Findings }

func (b *board) add(workload, policy, metric string, v words.Estimate, against string, change words.Estimate, n int) {
	f := Finding{workload: workload, policy: policy, Metric: metric, N: n, Over: "seeds", Value: v, against: against, Change: change, delta: 0.001}
	f.says = f.judged(compare.Judge(change.Mean, change.Low, change.High, f.delta, results.LowerIsBetter))
	b.Findings = append(b.Findings, f)
}

// about is an estimate with an interval of the given half-width.
func about(mean, half float64) words.Estimate {
	return words.Estimate{Mean: mean, Low: mean - half, High: mean + half}
}

// exactly is an estimate without an interval.
func exactly(v float64) words.Estimate {
	return words.Estimate{Mean: v, Low: math.NaN(), High: math.NaN()}
}

// pairOf is a board with two policies on one workload.
func pairOf(a, b, misses, cost words.Estimate, n int) Findings {
	var x board
	for _, m := range []string{results.AvoidableMisses, results.CostInSLO} {
		x.add("steady", "seed", m, a, "", words.NoEstimate(), n)
	}
	x.add("steady", "jsq", results.AvoidableMisses, b, "seed", misses, n)
	x.add("steady", "jsq", results.CostInSLO, b, "seed", cost, n)
	return x.Findings
}

var theRouter = Spec{
	Contrasts: []compare.Contrast{{Name: "the router", From: "seed", To: "jsq"}},
	Routers:   []Pair{{"seed", "jsq"}},
}

// TestIntervalsWithZeroAreNotKnown: a difference that chance explains is never told
// as a result.
func TestIntervalsWithZeroAreNotKnown(t *testing.T) {
	fs := pairOf(about(0.05, 0.01), about(0.04, 0.01), about(-0.01, 0.02), about(-0.01, 0.01), 10)
	text := strings.Join(answer(fs, nil, theRouter), "\n")
	for _, want := range []string{
		"The router (seed → jsq): the difference in avoidable misses is not known on steady. The difference in the cost per 1,000 requests in SLO is not known on steady.",
		"jsq, 4.0 % (3.0 to 5.0); which of jsq and seed is best is not known: difference from seed −1.0 percentage points (−3.0 to 1.0)",
		"95 % intervals, over 10 seeds.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("answer lacks %q:\n%s", want, text)
		}
	}
	for _, not := range []string{"lowered", "raised", " fewer than", " less than", "comparison"} {
		if strings.Contains(text, not) {
			t.Errorf("answer says %q of an interval with 0 in it:\n%s", not, text)
		}
	}
}

// TestAnswers reads the sentences for the kinds of data there are.
func TestAnswers(t *testing.T) {
	inf := exactly(math.Inf(1))
	for _, c := range []struct {
		name string
		fs   Findings
		spec Spec
		want []string
	}{
		{"lowered and raised", pairOf(about(0.05, 0.01), about(0.03, 0.01), about(-0.021, 0.003), about(0.0031, 0.0004), 10), theRouter, []string{
			"The router (seed → jsq) lowered avoidable misses by 2.1 percentage points (1.8 to 2.4) on steady. The same change raised the cost per 1,000 requests in SLO by 6.2 %, $0.0031 (0.0027 to 0.0035), on steady.",
			"On steady, fewest avoidable misses: jsq, 3.0 % (2.0 to 4.0), 2.1 percentage points (1.8 to 2.4) fewer than seed",
		}},
		{"one run", pairOf(exactly(0.05), exactly(0.03), exactly(-0.02), exactly(0.0), 1), theRouter, []string{
			"The router (seed → jsq): avoidable misses in one run (n = 1, no interval): down by 2.0 percentage points on steady.",
			"in one run (n = 1, no interval): unchanged on steady",
			"Every number comes from one run per policy and workload (n = 1): there are no intervals",
		}},
		{"infinite", pairOf(inf, inf, words.NoEstimate(), words.NoEstimate(), 10), theRouter, []string{
			"no comparison in avoidable misses on steady, where a mean is infinite",
			"Lowest cost per 1,000 requests in SLO: none, in some run no request was answered in SLO",
		}},
		{"one policy", pairOf(about(0.05, 0.01), about(0, 0), words.NoEstimate(), words.NoEstimate(), 10)[:2], theRouter, []string{
			"On steady, with one policy and nothing to compare it to, fewest avoidable misses: seed, 5.0 % (4.0 to 6.0)",
		}},
		{"tie", pairOf(exactly(0), exactly(0), about(0, 0), about(0, 0), 10), Spec{}, []string{
			"fewest avoidable misses: seed and jsq with 0 %",
		}},
		{"functions", shares(pairOf(about(0.05, 0.01), about(0.03, 0.001), about(-0.02, 0.003), about(-0.02, 0.004), 10), 0.2, 1, 0), Spec{Functions: "jsq"}, []string{
			"Functions alone (jsq) are cheaper per 1,000 requests in SLO than the other policy on steady ($0.0300 against $0.0500 for seed).",
		}},
		{"empty", nil, theRouter, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Join(answer(c.fs, nil, c.spec), "\n")
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("answer lacks %q:\n%s", want, text)
				}
			}
			if len(c.want) == 0 && text != "" {
				t.Errorf("answer to nothing: %q", text)
			}
			if strings.Contains(text, "NaN") {
				t.Errorf("answer with NaN:\n%s", text)
			}
		})
	}
}

// TestSomeWorkloadsMove: a contrast over several workloads names each once.
func TestSomeWorkloadsMove(t *testing.T) {
	var b board
	changes := map[string]words.Estimate{"steady": about(-0.02, 0.01), "diurnal": about(-0.1, 0.01), "flash": about(0.03, 0.01), "tail": about(0, 0.01)}
	for _, w := range []string{"steady", "diurnal", "flash", "tail"} {
		b.add(w, "seed", results.AvoidableMisses, about(0.2, 0.01), "", words.NoEstimate(), 10)
		b.add(w, "jsq", results.AvoidableMisses, about(0.1, 0.01), "seed", changes[w], 10)
	}
	got := contrastAnswer(b.Findings, nil, theRouter.Contrasts[0])
	want := "The router (seed → jsq) lowered avoidable misses by 2.0 percentage points (1.0 to 3.0) on steady and 10 (9 to 11) on diurnal, " +
		"and raised them by 3.0 percentage points (2.0 to 4.0) on flash; not known on tail."
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestBestIsASet: who is best is told together with all of which no other is found
// better, pair by pair; intervals that overlap say nothing.
func TestBestIsASet(t *testing.T) {
	nan := math.NaN()
	row := func(policy string, mean, low, high float64, against string, diff, from, to float64) compare.Compared {
		return compare.Compared{
			Workload: "w", Policy: policy, Metric: results.AvoidableMisses, N: 10, Over: stat.OverSeeds,
			Mean: mean, Low: low, High: high, Against: against, Diff: diff, JointLow: from, JointHigh: to,
			Verdict: compare.Judge(diff, from, to, 0.0004, results.LowerIsBetter), Delta: 0.0004,
		}
	}
	rows := []compare.Compared{
		row("seed", 0.5, 0.4, 0.6, "", nan, nan, nan),
		row("a", 0.010, 0.005, 0.015, "seed", -0.49, -0.5, -0.48),
		row("b", 0.012, 0.007, 0.017, "seed", -0.488, -0.5, -0.47), // not told from a, pair by pair
		row("c", 0.013, 0.008, 0.018, "seed", -0.487, -0.5, -0.47), // overlaps a, but was found different
		row("e", 0.011, 0.006, 0.016, "seed", -0.489, -0.5, -0.47), // overlaps a, but differs in every run
		row("d", 0.100, 0.090, 0.110, "seed", -0.4, -0.5, -0.3),
		row("f", 0.0102, 0.006, 0.016, "seed", -0.489, -0.5, -0.47), // the same within delta
		row("g", 0.020, 0.000, 0.040, "seed", -0.48, -0.5, -0.46),   // not told from a, but b is found better
		row("c", 0.013, 0.008, 0.018, "a", 0.003, 0.001, 0.005),
	}
	wins := []compare.Win{
		{Workload: "w", Metric: results.AvoidableMisses, Policy: "b", Against: "a", N: 10, Over: stat.OverSeeds, Difference: about(0.002, 0.003), Verdict: compare.NotKnown},
		{Workload: "w", Metric: results.AvoidableMisses, Policy: "f", Against: "a", N: 10, Over: stat.OverSeeds, Difference: about(0.0002, 0.0001), Verdict: compare.Same, Delta: 0.0004},
		{Workload: "w", Metric: results.AvoidableMisses, Policy: "g", Against: "a", N: 10, Over: stat.OverSeeds, Difference: about(0.01, 0.02), Verdict: compare.NotKnown},
		{Workload: "w", Metric: results.AvoidableMisses, Policy: "g", Against: "b", N: 10, Over: stat.OverSeeds, Difference: about(0.009, 0.001), Verdict: compare.Worse},
		{Workload: "w", Metric: results.AvoidableMisses, Policy: "e", Against: "a", N: 10, Over: stat.OverSeeds, Difference: about(0.001, 0.0005), Verdict: compare.Worse},
	}
	text := strings.Join(answer(FindingsOf(rows, wins), nil, Spec{}), "\n")
	if !strings.Contains(text, "fewest avoidable misses: a, ") || !strings.Contains(text, ", 49 percentage points (48 to 50) fewer than seed, better than c and e, same within 0.04 percentage points as f; which of a and b is best is not known: difference from b −0.20 percentage points (−0.50 to 0.10).") {
		t.Errorf("%s; want a, same as f, and perhaps b", text)
	}
}

// TestSignedMetrics: what can be below 0 has an interval that can, and a reference is
// within it or not; a negative sum of money has its sign first.
func TestSignedMetrics(t *testing.T) {
	row := func(metric string, mean, low, high float64) compare.Compared {
		return compare.Compared{Workload: "w", Policy: "a", Metric: metric, N: 10, Over: stat.OverSeeds, Primary: true, Mean: mean, Low: low, High: high, Diff: math.NaN(), JointLow: math.NaN(), JointHigh: math.NaN()}
	}
	fs := FindingsOf([]compare.Compared{row("prediction_tau", -0.12, -0.20, -0.05), row("regret_per_1000_usd", -0.03, -0.04, -0.02)}, nil)
	r := Reference{Name: "theory", Policy: "a", Metric: "prediction_tau", Values: []ReferenceValue{{"w", -0.1}}}
	if got, want := referenceAnswer(fs, r), "here −0.120 (−0.200 to −0.050): within 1 of 1 interval."; !strings.HasSuffix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := bestAnswer(fs, "w"), "−$0.0300 (−0.0400 to −0.0200)"; !strings.Contains(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
