package report

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/stat"
)

// TestPrimaryMetricsAnswer: what an experiment names is what tables, answer and
// page are about, each with its difference; what it does not name has none.
func TestPrimaryMetricsAnswer(t *testing.T) {
	p := compare.Plan{
		Design:    results.Design{Workloads: []string{"w"}, Policies: []string{"one", "two"}, Replications: 10},
		Name:      "named",
		Question:  "Which is faster?",
		Over:      []string{stat.OverSeeds},
		Primary:   []string{"response_p99_s", "worst_class_attainment"},
		Contrasts: []compare.Contrast{{Name: "the change", From: "one", To: "two"}},
	}
	s := compare.NewSet(p, "")
	for policy := range 2 {
		for i := range 10 {
			r, err := s.Open(0, policy, i, uint64(i), []string{"a", "b"})
			if err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(uint64(i), 1))
			names := results.MetricNames()
			values := make([]float64, len(names))
			for c := range values {
				values[c] = 0.5 + 0.01*rng.Float64() + 0.1*float64(policy)
			}
			v := values[slices.Index(names, "response_p99_s")] // of all requests, and the attainment of a class
			for id := range 1000 {
				r.Add(&results.Request{ID: uint64(id), Kind: results.KindVM, Finish: time.Duration(1e9 * v)})
			}
			row := r.Finish(time.Hour, results.Ledger{}, results.Counts{})
			row.Values = values
			row.Values[slices.Index(names, "requests")] = 1000
			row.Classes = []results.ClassCount{{Requests: 1000, InSLO: 1000 * v}, {Requests: 1000, InSLO: 1000}}
			if err := s.Add(0, policy, r, row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var table strings.Builder
	rows := s.Comparison()
	if err := Print(&table, FormatTable, rows); err != nil {
		t.Fatal(err)
	}
	fs := answer.FindingsOf(rows, s.Wins())
	page := reportView{Tables: comparisonTables(fs), Answer: answer.Of(s, answer.Spec{Contrasts: p.Contrasts})}
	for what, text := range map[string]string{"table": table.String(), "answer": strings.Join(page.Answer, "\n"), "report": string(page.markdown()), "method": intervalMethod(fs)} {
		for where, want := range map[string][]string{
			"table":  {"Δ p99", "Δ worst", "% points", "hold together with 95 %"},
			"answer": {"The change (one → two) raised the SLO attainment of the worst class by 10 percentage points (10 to 10) on w. The same change raised the 99th percentile", "highest SLO attainment of the worst class: two, 60."},
			"report": {"### w (over seeds, n = 10)", "99th percentile (s) | Difference (s, to the first)", "SLO attainment of the worst class (%) | Difference (points, to the first)"},
			"method": {"99th percentile of response times", "between any two policies on any workload, hold together", "All other numbers are exploratory"},
		} {
			for _, w := range want {
				if where == what && !strings.Contains(text, w) {
					t.Errorf("the %s lacks %q:\n%s", what, w, text)
				}
			}
		}
		if strings.Contains(text, "Δ misses") || strings.Contains(text, "avoidable misses by") || strings.Count(text, "| Difference") > 2 {
			t.Errorf("the %s tells differences that are exploratory:\n%s", what, text)
		}
	}
}
