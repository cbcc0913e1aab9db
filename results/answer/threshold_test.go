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

// alongBoot is a threshold of misses along boot, and a board with the misses of one
// policy at each value.
func alongBoot(values ...words.Estimate) (Threshold, Findings) {
	var b board
	t := Threshold{Axis: "boot", Policy: "vms", Metric: results.AvoidableMisses, Bound: 0.01, Lines: []ThresholdLine{{Name: "rise"}}}
	for i, v := range values {
		at := []string{"1s", "2s", "4s", "8s"}[i]
		w := "rise boot=" + at
		n := 10
		if !v.Interval() {
			n = 1
		}
		b.add(w, "vms", results.AvoidableMisses, v, "", words.NoEstimate(), n)
		t.Lines[0].Steps = append(t.Lines[0].Steps, ThresholdStep{at, w})
	}
	return t, b.Findings
}

// TestThreshold: what is said up to which value a bound is kept, however the
// intervals lie.
func TestThreshold(t *testing.T) {
	kept, open, broken := about(0.005, 0.002), about(0.01, 0.004), about(0.05, 0.01)
	none := words.Estimate{Mean: 0, Low: 0, High: 0.26} // no miss in any of ten runs
	for _, c := range []struct {
		values []words.Estimate
		want   string
	}{
		{[]words.Estimate{none, kept, broken, broken}, "up to boot=2s (0.50 %, 0.30 to 0.70) and not from boot=4s (5.0 %, 4.0 to 6.0) on."},
		{[]words.Estimate{kept, open, broken}, "up to boot=1s (0.50 %, 0.30 to 0.70), not known at boot=2s (1.0 %, 0.6 to 1.4) and not from boot=4s (5.0 %, 4.0 to 6.0)."},
		{[]words.Estimate{kept, kept}, "at every value up to boot=2s (0.50 %, 0.30 to 0.70)."},
		{[]words.Estimate{broken, broken}, "at no value, not even boot=1s (5.0 %, 4.0 to 6.0)."},
		{[]words.Estimate{open, broken}, "not known at boot=1s (1.0 %, 0.6 to 1.4) and not from boot=2s (5.0 %, 4.0 to 6.0)."},
		{[]words.Estimate{broken, kept}, "not at boot=1s (5.0 %, 4.0 to 6.0) and kept at boot=2s (0.50 %, 0.30 to 0.70)."},
		{[]words.Estimate{exactly(0.01), exactly(0.02)}, "up to boot=1s (1.0 %) and not from boot=2s (2.0 %)."},
		{[]words.Estimate{exactly(0.01), exactly(math.NaN())}, "up to boot=1s (1.0 %) and not known at boot=2s (it has no value)."},
		{[]words.Estimate{exactly(math.NaN()), broken}, "not known at boot=1s (it has no value) and not from boot=2s (5.0 %, 4.0 to 6.0)."},
		{[]words.Estimate{exactly(0.01), exactly(math.Inf(1))}, "up to boot=1s (1.0 %) and not from boot=2s (∞ %)."},
	} {
		q, fs := alongBoot(c.values...)
		if got, want := thresholdAnswer(fs, q), "Up to which boot vms keeps avoidable misses at 1 % or less: on rise "+c.want; got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	q, fs := alongBoot(kept)
	q.Least, q.Metric = true, "slo_attainment"
	if got := thresholdAnswer(fs, q); got != "" {
		t.Errorf("a metric that is not there: %q", got)
	}
}

// TestThresholdOfFewRuns: a level of two to four runs that has no interval is not read as
// exact; one that no run had any of, and runs that are no samples, are.
func TestThresholdOfFewRuns(t *testing.T) {
	for _, c := range []struct {
		n    int
		over string
		v    float64
		want Sign
	}{
		{3, stat.OverSeeds, 0.005, NotKnown}, {3, stat.OverDraws, 0.02, NotKnown}, {1, stat.OverSeeds, 0.005, Lower},
		{3, stat.OverEqual, 0.02, Higher}, {3, stat.OverNothing, 0.02, Higher}, {3, stat.OverSeeds, 0, Lower}, {3, stat.OverSeeds, math.Inf(1), Higher},
	} {
		q, fs := alongBoot(exactly(c.v))
		fs[0].N, fs[0].Over = c.n, c.over
		if got := q.kept(fs[0]); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
		if text := thresholdAnswer(fs, q); strings.Contains(text, tooFewRuns) != (c.want == NotKnown) {
			t.Errorf("%+v: %q", c, text)
		}
	}
}

// TestThresholdExpected: the hypothesis is judged at its value and at all before it.
func TestThresholdExpected(t *testing.T) {
	kept, open, broken := about(0.005, 0.002), about(0.01, 0.004), about(0.05, 0.01)
	for _, c := range []struct {
		values   []words.Estimate
		expected string
		want     string
	}{
		{[]words.Estimate{kept, kept, broken}, "2s", "Expected was up to boot=2s: as expected on rise."},
		{[]words.Estimate{kept, kept, broken}, "4s", "Expected was up to boot=4s: against expectation on rise."},
		{[]words.Estimate{broken, kept}, "2s", "Expected was up to boot=2s: against expectation on rise."},
		{[]words.Estimate{kept, open}, "2s", "Expected was up to boot=2s: not known on rise."},
		{[]words.Estimate{kept, open, broken}, "4s", "Expected was up to boot=4s: against expectation on rise."},
		{[]words.Estimate{exactly(math.NaN()), kept}, "2s", "Expected was up to boot=2s: not known on rise."},
		{[]words.Estimate{kept}, "", ""},
	} {
		q, fs := alongBoot(c.values...)
		q.Expected = c.expected
		if _, got, _ := strings.Cut(thresholdAnswer(fs, q), ". "); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

// TestThresholdSpeaksForItsWorkloads: they get no sentence about the best policy each.
func TestThresholdSpeaksForItsWorkloads(t *testing.T) {
	q, fs := alongBoot(about(0.005, 0.002), about(0.05, 0.01))
	text := strings.Join(answer(fs, nil, Spec{Thresholds: []Threshold{q}}), "\n")
	if strings.Contains(text, "fewest") || !strings.HasPrefix(text, "Up to which boot") {
		t.Errorf("answer:\n%s", text)
	}
}

// TestShare: how much of a difference is made up, with an interval that both ways to
// it allow, and that the whole is not known where it may be 0.
func TestShare(t *testing.T) {
	line := func(whole, part, left words.Estimate) Findings {
		var b board
		const m = "response_mean_s"
		n := words.IfElse(whole.Interval(), 10, 1)
		b.add("w", "random", m, about(5, 0.1), "", words.NoEstimate(), n)
		b.add("w", "jsq", m, about(1.3, 0.1), "random", part, n)
		b.add("w", "one line", m, about(1, 0.1), "random", whole, n)
		b.add("w", "one line", m, about(1, 0.1), "jsq", left, n)
		return b.Findings
	}
	q := Share{Metric: "response_mean_s", From: "random", To: "one line"}
	for _, c := range []struct {
		fs   Findings
		want string
	}{
		// The part over the whole says 80 to 108 %, what is left over the whole 89 to 95.
		{line(about(-4, 0.4), about(-3.7, 0.2), about(-0.3, 0.1)), "92 % (89 to 95)"},
		{line(exactly(-4), exactly(-3.7), exactly(-0.3)), "92 %"},
		{line(about(-4, 0.4), exactly(-3.7), exactly(-0.3)), "92 % (too few runs for an interval)"},
	} {
		want := `Of the difference in response_mean_s from random to "one line", jsq makes up ` + c.want + " on w."
		if got := shareAnswer(c.fs, q); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	want := `The difference in response_mean_s from random to "one line" is not known on w (its interval holds 0), so no share of it is told.`
	if got := shareAnswer(line(about(-4, 5), about(-3.7, 0.2), about(-0.3, 0.1)), q); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	both := line(about(-4, 0.4), about(-3.7, 0.2), about(-0.3, 0.1))
	for _, f := range line(about(-0.1, 5), about(2, 0.2), about(-2, 0.1)) {
		f.workload = "v"
		both = append(both, f)
	}
	want = `Of the difference in response_mean_s from random to "one line", jsq makes up 92 % (89 to 95) on w. It is not known on v (its interval holds 0), so no share of it is told there.`
	if got := shareAnswer(both, q); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := shareAnswer(line(exactly(0), exactly(0), exactly(0)), q); got != "" {
		t.Errorf("no difference has a share: %q", got)
	}
}

// TestReference: values of others stand beside ours, with how many of our intervals
// hold them.
func TestReference(t *testing.T) {
	var b board
	b.add("low", "line", "cost_usd", about(1.02, 0.05), "", words.NoEstimate(), 10)
	b.add("high", "line", "cost_usd", about(2, 0.05), "", words.NoEstimate(), 10)
	q := Reference{Name: "theory", Policy: "line", Metric: "cost_usd", Values: []ReferenceValue{{"low", 1}, {"high", 2.1}, {"nowhere", 3}}}
	if got, want := referenceAnswer(b.Findings, q), "Theory has the cost of a run of line at $1.000 on low, here $1.02 (0.97 to 1.07); $2.100 on high, here $2.00 (1.95 to 2.05): within 1 of 2 intervals."; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestContrastOn: a contrast speaks of the workloads that it names.
func TestContrastOn(t *testing.T) {
	fs := pairOf(about(0.05, 0.01), about(0.02, 0.01), about(-0.03, 0.01), about(-0.01, 0.005), 10)
	c := compare.Contrast{Name: "the router", From: "seed", To: "jsq", On: []string{"elsewhere"}}
	if got := contrastAnswer(fs, nil, c); got != "" {
		t.Errorf("it speaks of others: %q", got)
	}
	c.On = []string{"steady"}
	if got := contrastAnswer(fs, nil, c); !strings.Contains(got, "on steady") {
		t.Errorf("it does not speak of its own: %q", got)
	}
}
