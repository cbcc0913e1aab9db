package answer

import (
	"math"
	"strings"
	"testing"

	"cnv/results/compare"
)

// TestInteractionsAreToldWhereTheyMean: a workload on which no policy is ranked has no
// sentence.
func TestInteractionsAreToldWhereTheyMean(t *testing.T) {
	nan := math.NaN()
	c := compare.Contrast{Name: "c", From: "a", To: "b", AgainFrom: "c", AgainTo: "d"}
	all := []compare.Interaction{
		{Contrast: c, Workload: "calm", Metric: "slo_attainment", Alone: 0.19, Again: 0, Differs: -0.19, DiffersLow: -0.2, DiffHigh: -0.18, Verdict: compare.Lower},
		{Contrast: c, Workload: "crowded", Metric: "slo_attainment", Alone: 0.19, Again: 0, Differs: -0.19, DiffersLow: nan, DiffHigh: nan, Verdict: compare.NotRanked},
	}
	if text := strings.Join(interactionAnswer(all), "\n"); !strings.Contains(text, "on calm") || strings.Contains(text, "crowded") || strings.Contains(text, "not known") {
		t.Errorf("it says %q", text)
	}
	if text := interactionAnswer(all[1:]); len(text) != 0 {
		t.Errorf("with no policy ranked it says %q", text)
	}
}

// TestInteractionsAreTold: both differences, and how far they differ.
func TestInteractionsAreTold(t *testing.T) {
	x := compare.Interaction{
		Contrast: compare.Contrast{Name: "the change", From: "a", To: "b", AgainFrom: "c", AgainTo: "d"}, Workload: "w", Metric: "slo_attainment",
		Alone: 0.2, Again: 0.0502, Differs: -0.15, DiffersLow: -0.16, DiffHigh: -0.14, Verdict: compare.Lower,
	}
	text := interactionAnswer([]compare.Interaction{x})
	if len(text) != 2 || !strings.Contains(text[0], "20 percentage points alone, 5.0 percentage points again, which differs by −15 percentage points (−16 to −14)") {
		t.Errorf("it says %q", text)
	}
}

// TestInteractionsNameTheirFamily: what holds together with what is said once, of all.
func TestInteractionsNameTheirFamily(t *testing.T) {
	x := compare.Interaction{Contrast: compare.Contrast{Name: "the change"}, Metric: "slo_attainment", Differs: -0.15, DiffersLow: -0.16, DiffHigh: -0.14, Verdict: compare.Lower}
	y := x
	y.Contrast.Name = "another"
	text := interactionAnswer([]compare.Interaction{x, y})
	if last := text[len(text)-1]; len(text) != 3 || !strings.Contains(last, "holds together with 95 % in a family of its own (2 differences of differences") {
		t.Errorf("it says %q", text)
	}
	x.DiffersLow, x.DiffHigh, x.Verdict = math.NaN(), math.NaN(), compare.NotKnown
	if text := interactionAnswer([]compare.Interaction{x}); len(text) != 1 {
		t.Errorf("without any interval it says %q", text)
	}
}
