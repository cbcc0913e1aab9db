package answer

import (
	"math"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/words"
)

// threePolicies is a board of two workloads: "safe" is best over all, "cheap" costs less and
// misses half of the flash crowd, "dear" is as safe and costs more.
func threePolicies() Findings {
	var b board
	levels := map[string]map[string][2]float64{ // by workload and policy: misses, cost
		"steady": {"cheap": {0, 1}, "safe": {0, 1.1}, "dear": {0, 1.5}},
		"flash":  {"cheap": {0.5, 1}, "safe": {0, 1}, "dear": {0, 1.5}},
	}
	for _, w := range []string{"steady", "flash"} {
		for _, p := range []string{"cheap", "safe", "dear"} {
			for k, metric := range []string{results.AvoidableMisses, results.CostInSLO} {
				v, base := levels[w][p][k], levels[w]["cheap"][k]
				if p == "cheap" {
					b.add(w, p, metric, about(v, 0.001), "", words.NoEstimate(), 10)
					continue
				}
				b.add(w, p, metric, about(v, 0.001), "cheap", about(v-base, 0.0005), 10)
			}
		}
		for k, metric := range []string{results.AvoidableMisses, results.CostInSLO} {
			d := levels[w]["dear"][k] - levels[w]["safe"][k]
			b.add(w, "dear", metric, about(levels[w]["dear"][k], 0.001), "safe", about(d, 0.0005), 10)
		}
	}
	return b.Findings
}

// TestRankingIsMinimaxRegret: the best policy is the one that is least far behind where it is
// furthest; places count policies that are found better.
func TestRankingIsMinimaxRegret(t *testing.T) {
	r := threePolicies().Ranking()
	var order []string
	for _, row := range r.Rows {
		order = append(order, row.Policy)
	}
	if got := strings.Join(order, " "); got != "safe dear cheap" {
		t.Fatalf("ranked %s", got)
	}
	safe, cheap := r.Rows[0], r.Rows[2]
	if safe.Rank != 1 || safe.Places[0] != 2 || safe.Places[1] != 1 || cheap.Places[0] != 1 || cheap.Places[1] != 3 {
		t.Errorf("safe %+v, cheap %+v", safe, cheap)
	}
	if b := safe.Behind[1]; math.Abs(b.Value-0.1) > 1e-9 || b.Workload != "steady" {
		t.Errorf("safe is behind in cost by %+v", b)
	}
	if b := cheap.Behind[0]; b.Value != 0.5 || b.Workload != "flash" {
		t.Errorf("cheap is behind in misses by %+v", b)
	}
}

// TestBriefSaysThreeThings: the best policy, what it saves, and how sure that is and where not.
func TestBriefSaysThreeThings(t *testing.T) {
	s := Stored{Found: threePolicies()}
	q := Spec{Contrasts: []compare.Contrast{{Name: "safety", From: "cheap", To: "safe", Expected: map[string]compare.Expectation{results.AvoidableMisses: compare.ExpectBetter}}}}
	b := s.brief(q, "Safety avoids misses.")
	want := []string{
		"Over both workloads, safe is best: no avoidable misses in any run; the cost per 1,000 requests in SLO at most 10 % above the best policy there (steady).",
		"In place of cheap it lowers avoidable misses by 50.00 percentage points (49.95 to 50.05), on flash, where it gains most.",
		"How sure: all that is said of differences holds together with 95 %, over 10 runs. Better than it: cheap on steady (cost −9.1 %).",
	}
	for i, w := range want {
		if i >= len(b.Sentences) || b.Sentences[i] != w {
			t.Errorf("sentence %d of %q, want %q", i+1, b.Sentences, w)
		}
	}
	if len(b.Sentences) != 3 {
		t.Errorf("%d sentences", len(b.Sentences))
	}
	if !strings.HasPrefix(b.Hypothesis, "holds in part: of 2 expectations 1 as expected, 1 against, 0 not told apart") {
		t.Errorf("verdict %q", b.Hypothesis)
	}
	if len(b.Effects) != 2 || b.Effects[0].Workload != "flash" || b.Effects[0].Deltas < b.Effects[1].Deltas {
		t.Errorf("findings %+v", b.Effects)
	}
}

// TestBriefOfLittle: nothing is claimed where there is nothing to compare.
func TestBriefOfLittle(t *testing.T) {
	none := (&Stored{}).brief(Spec{}, "")
	if none.Sentences != nil || none.Hypothesis != "" || len(none.Ranking.Rows) > 0 {
		t.Errorf("of nothing: %+v", none)
	}
	one := (&Stored{Found: threePolicies().only("steady", results.CostInSLO)[:1]}).brief(Spec{}, "It is cheap.")
	if len(one.Sentences) != 1 || !strings.Contains(one.Sentences[0], "cheap is the only policy") {
		t.Errorf("of one policy: %q", one.Sentences)
	}
	if !strings.HasPrefix(one.Hypothesis, "not tested") {
		t.Errorf("a hypothesis without expectations: %q", one.Hypothesis)
	}
	wide := threePolicies()
	for i := range wide {
		wide[i].says = words.IfElse(wide[i].against == "", wide[i].says, NotKnown)
	}
	if b := (&Stored{Found: wide}).brief(Spec{}, ""); len(b.Effects) > 0 || !strings.Contains(b.Sentences[1], "is not known") {
		t.Errorf("of differences that are not known: %q, %+v", b.Sentences, b.Effects)
	}
}

// TestTiesAreNotBeaten: policies of which nothing is found are all best, and no sentence says
// that one of them is better than the others; of one run it says that it is one.
func TestTiesAreNotBeaten(t *testing.T) {
	said := func(runs int, dearer float64) string {
		var b board
		b.add("w", "a", results.AvoidableMisses, about(0, 0.0005), "", words.NoEstimate(), runs)
		b.add("w", "b", results.AvoidableMisses, about(0, 0.0005), "a", about(0, 0.0005), runs)
		b.add("w", "a", results.CostInSLO, about(1, 0.001), "", words.NoEstimate(), runs)
		b.add("w", "b", results.CostInSLO, about(1+dearer, 0.001), "a", about(dearer, 0.0001), runs)
		s := Stored{Found: b.Findings}
		return strings.Join(s.brief(Spec{}, "").Sentences, " ")
	}
	if got := said(10, 0); strings.Contains(got, "better than every other") {
		t.Errorf("of equal policies: %s", got)
	}
	if got := said(10, 0.5); !strings.Contains(got, "It is found better than every other policy.") {
		t.Errorf("of two policies, one half dearer: %s", got)
	}
}
