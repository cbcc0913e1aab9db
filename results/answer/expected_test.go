package answer

import (
	"math"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/words"
)

// TestExpected: each verdict is held against what was expected, pair by pair, and what
// has no interval, or too wide a one, confirms nothing.
func TestExpected(t *testing.T) {
	var b board
	m, c := results.AvoidableMisses, results.CostInSLO
	for _, w := range []string{"calm", "rise", "crowd"} {
		b.add(w, "a", m, about(0.05, 0.001), "", exactly(0), 10)
		b.add(w, "a", c, about(1, 0.001), "", exactly(0), 10)
	}
	b.add("calm", "b", m, about(0.02, 0.001), "a", about(-0.03, 0.001), 10)
	b.add("rise", "b", m, about(0.08, 0.001), "a", about(0.03, 0.001), 10)
	b.add("crowd", "b", m, about(0.05, 0.02), "a", about(0.001, 0.02), 10)
	b.add("calm", "b", c, about(1, 0.001), "a", about(0, 0.0005), 10)
	b.add("rise", "b", c, about(1.1, 0.001), "a", about(0.1, 0.001), 10)
	b.add("crowd", "b", c, exactly(1.1), "a", exactly(0.1), 1)
	change := compare.Contrast{Name: "the change", From: "a", To: "b"}
	for _, x := range []struct {
		metric string
		what   compare.Expectation
		want   string
	}{
		{m, compare.ExpectBetter, "Expected for avoidable misses: better; as expected on calm; against expectation on rise; not known on crowd."},
		{m, compare.ExpectWorse, "Expected for avoidable misses: worse; as expected on rise; against expectation on calm; not known on crowd."},
		{m, compare.ExpectNotBetter, "Expected for avoidable misses: not better; as expected on rise; against expectation on calm; not known on crowd."},
		{c, compare.ExpectSame, "SLO: same; as expected on calm; against expectation on rise; not known on crowd."},
		{c, compare.ExpectNotWorse, "SLO: not worse; as expected on calm; against expectation on rise; not known on crowd."},
		{c, compare.ExpectNotBetter, "SLO: not better; as expected on calm and rise; not known on crowd."},
	} {
		q := change
		q.Expected = map[string]compare.Expectation{x.metric: x.what}
		if text := contrastAnswer(b.Findings, nil, q); !strings.Contains(text, x.want) {
			t.Errorf("%s %s: %q, want %q", x.metric, x.what, text, x.want)
		}
	}
	q := change
	q.Expected, q.ExpectedOn = map[string]compare.Expectation{m: compare.ExpectBetter}, []string{"calm", "rise"}
	q.AgainFrom, q.AgainTo, q.AgainExpected = "b", "a", map[string]compare.Expectation{m: compare.ExpectWorse}
	text := contrastAnswer(b.Findings, nil, q)
	for _, want := range []string{
		"Expected for avoidable misses: better; as expected on calm; against expectation on rise.",
		"Expected again (b → a) for avoidable misses: worse; as expected on calm; against expectation on rise.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q, want %q", text, want)
		}
	}
	all := answer(b.Findings, nil, Spec{Contrasts: []compare.Contrast{q}})
	if want := "Of 4 expectations of the hypothesis, each of a change, a metric and a workload, 2 are as expected and 2 are against expectation."; all[0] != want {
		t.Errorf("it begins with %q, want %q", all[0], want)
	}
	if text := contrastAnswer(b.Findings, nil, change); strings.Contains(text, "xpect") {
		t.Errorf("nothing was expected, and it says %q", text)
	}
}

// TestExpectationsByKind: what is counted is named, and "all" is of those workloads where
// something is expected.
func TestExpectationsByKind(t *testing.T) {
	threshold, fs := alongBoot(about(0.005, 0.002), about(0.05, 0.01))
	threshold.Expected = "1s"
	for _, w := range []string{"u", "v", "w", "x"} {
		fs = append(fs, Finding{workload: w, policy: "a", Metric: results.AvoidableMisses}, Finding{workload: w, policy: "b", against: "a", Metric: results.AvoidableMisses, says: Lower})
	}
	change := compare.Contrast{From: "a", To: "b", Expected: map[string]compare.Expectation{results.AvoidableMisses: compare.ExpectBetter}, ExpectedOn: []string{"u", "v", "w"}}
	thresholds, changes := []Threshold{threshold}, []compare.Contrast{change}
	for want, q := range map[string]Spec{
		"The one expectation of the hypothesis, of a threshold and a line of workloads, is as expected.":                                                {Thresholds: thresholds},
		"Of 3 expectations of the hypothesis, each of a change, a metric and a workload, 3 are as expected.":                                            {Contrasts: changes},
		"Of 4 expectations of the hypothesis, each of a change, a metric and a workload, or of a threshold and a line of workloads, 4 are as expected.": {Contrasts: changes, Thresholds: thresholds},
	} {
		if got := hypothesisAnswer(fs, q); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	if got, want := strings.Join(expectedSentences(fs, change), ""), "Expected for avoidable misses: better; as expected on all 3 workloads where it is expected."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestExpectationsByInterval: what was expected to be the same is told from it by an interval
// beyond delta alone, and runs that are equal confirm or refute nothing that their
// interval leaves open.
func TestExpectationsByInterval(t *testing.T) {
	for _, c := range []struct {
		about     string
		says      Sign
		low, high float64
		expected  compare.Expectation
		want      compare.Fulfilment
	}{
		{"dearer, but maybe within delta", Higher, 0.5, 3, compare.ExpectSame, compare.ExpectationNotKnown},
		{"dearer beyond delta", Higher, 1.5, 3, compare.ExpectSame, compare.AgainstExpectation},
		{"cheaper, but maybe within delta", Lower, -3, -0.5, compare.ExpectNotBetter, compare.ExpectationNotKnown},
		{"cheaper, as it should be", Lower, -3, -0.5, compare.ExpectBetter, compare.AsExpected},
		{"cheaper where dearer was expected", Lower, -3, -0.5, compare.ExpectWorse, compare.AgainstExpectation},
		{"the same where cheaper was expected", Same, -0.5, 0.5, compare.ExpectBetter, compare.AgainstExpectation},
		{"equal runs that may miss much", Equal, -26, 26, compare.ExpectSame, compare.ExpectationNotKnown},
		{"equal runs that may miss much", Equal, -26, 26, compare.ExpectBetter, compare.ExpectationNotKnown},
		{"equal runs that miss nothing that matters", Equal, -0.9, 0.9, compare.ExpectSame, compare.AsExpected},
		{"equal costs, which have no ends", Equal, math.NaN(), math.NaN(), compare.ExpectSame, compare.AsExpected},
	} {
		f := Finding{Metric: results.CostInSLO, Change: words.Estimate{Low: c.low, High: c.high}, delta: 1, says: c.says}
		if got := f.fulfils(c.expected); got != c.want {
			t.Errorf("%s, expected %s: %v, want %v", c.about, c.expected, got, c.want)
		}
	}
}

// TestFewEqualRuns: a few equal runs without an interval neither confirm nor refute; ten do.
func TestFewEqualRuns(t *testing.T) {
	for n, want := range map[int]compare.Fulfilment{2: compare.ExpectationNotKnown, 9: compare.ExpectationNotKnown, 10: compare.AgainstExpectation} {
		f := Finding{Metric: results.CostInSLO, N: n, Change: words.Estimate{Low: math.NaN(), High: math.NaN()}, delta: 1, says: Equal}
		if got := f.fulfils(compare.ExpectBetter); got != want {
			t.Errorf("%d equal runs: %v, want %v", n, got, want)
		}
	}
}
