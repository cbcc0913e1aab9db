package report

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
)

// TestManyPoliciesFitAScreen: of a thousand policies a table has the first, those on the
// front and the best, and says how many there are; of thirty it has all.
func TestManyPoliciesFitAScreen(t *testing.T) {
	printed := func(n int) string {
		var rows []compare.Compared
		for p := range n {
			misses, cost := 0.5+0.0001*float64(p), 1+0.001*float64(p)
			switch p {
			case 700:
				misses, cost = 0.1, 5 // fewest misses
			case 800:
				misses, cost = 0.9, 0.1 // cheapest
			case 900:
				misses, cost = 0.11, 0.7 // between them
			case 999:
				misses, cost = 0.001, math.Inf(1) // on no front, and the best in misses
			}
			for metric, mean := range map[string]float64{results.AvoidableMisses: misses, results.CostInSLO: cost} {
				r := compare.Compared{Workload: "w", Policy: fmt.Sprint("p", p), Metric: metric, N: 10, Over: stat.OverSeeds, Primary: true, Mean: mean, Low: mean, High: mean, JointLow: -1, JointHigh: 1, Verdict: compare.NotKnown}
				if p > 0 {
					r.Against = "p0"
				}
				rows = append(rows, r)
			}
		}
		var b strings.Builder
		if err := Print(&b, FormatTable, rows); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	many := printed(1000)
	if n := strings.Count(many, "\n"); n > 50 {
		t.Errorf("%d lines of 1,000 policies", n)
	}
	for _, want := range []string{"\np0 ", "\np1 ", "\np700 ", "\np800 ", "\np900 ", "\np999 ", "\n30 of 1000 policies: the first, ", "comparison.csv has all"} {
		if !strings.Contains(many, want) {
			t.Errorf("%q is missing in\n%s", want, many)
		}
	}
	if few := printed(30); strings.Count(few, "\np") < 30 || strings.Contains(few, "has all") {
		t.Errorf("not all of 30 policies:\n%s", few)
	}
}
