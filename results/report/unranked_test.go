package report

import (
	"slices"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/stat"
)

// TestUnrankedRunsCarryNoVerdict: where the machine changed the times of one run, no
// difference on its workload has a verdict, in any file or sentence, and the reason is
// told once; other workloads are judged as ever.
func TestUnrankedRunsCarryNoVerdict(t *testing.T) {
	s := compare.NewSet(compare.Plan{Design: results.Design{Workloads: []string{"crowded", "calm"}, Policies: []string{"a", "b"}, Replications: 12}, Over: []string{stat.OverSeeds, stat.OverSeeds}}, "")
	for w := range 2 {
		for p := range 2 {
			for k := range 12 {
				r, err := s.Open(w, p, k, uint64(k), []string{"c"})
				if err != nil {
					t.Fatal(err)
				}
				if w == 0 && p == 1 && k == 7 {
					r.Info.Unranked = "14 of 14 requests waited for a core"
				}
				row := r.Finish(0, results.Ledger{Instances: float64(1+p) + 0.001*float64(k*(1+p))}, results.Counts{})
				row.Values[slices.Index(results.MetricNames(), results.CostInSLO)] = float64(1+p) + 0.001*float64(k*(1+p))
				if err := s.Add(w, p, r, row); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	verdicts := map[string]map[string]bool{"crowded": {}, "calm": {}}
	for _, r := range s.Comparison() {
		if r.Against != "" {
			verdicts[r.Workload][r.Verdict] = true
		}
	}
	for _, w := range s.Wins() {
		verdicts[w.Workload][w.Verdict] = true
	}
	if v := verdicts["crowded"]; len(v) != 1 || !v[compare.NotRanked] || verdicts["calm"][compare.NotRanked] {
		t.Errorf("verdicts %v, want %q on the crowded workload and nothing else", verdicts, compare.NotRanked)
	}
	for _, f := range s.Frontiers() {
		if f.Workload == "crowded" && (f.Front || f.Dominated != "") {
			t.Errorf("the frontier ranks %s on a workload that is not ranked: %+v", f.Policy, f)
		}
	}
	said := strings.Join(answer.Of(s, answer.Spec{Contrasts: []compare.Contrast{{Name: "the router", From: "a", To: "b"}}, Functions: "b"}), "\n")
	if !strings.Contains(said, "On crowded no policy is ranked") || strings.Count(said, "crowded") != 1 || !strings.Contains(said, "On calm") {
		t.Errorf("the answer ranks, or does not say that it does not:\n%s", said)
	}
	found := 0
	for _, w := range s.Warnings() {
		if w.Where == "crowded / b" && w.Text == "NOT RANKED: 14 of 14 requests waited for a core" {
			found++
		}
	}
	if found != 1 {
		t.Errorf("the reason is told %d times, want once: %v", found, s.Warnings())
	}
	var out strings.Builder
	if err := Print(&out, FormatTable, s.Comparison()); err != nil || !strings.Contains(out.String(), "crowded   (not ranked)") {
		t.Errorf("%v: the table does not say that it ranks nobody:\n%s", err, out.String())
	}
}
