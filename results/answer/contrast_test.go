package answer

import (
	"math"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
)

// TestEqualInWords: what is equal in every run is called that, with what so many runs may
// miss, whatever bounds the difference.
func TestEqualInWords(t *testing.T) {
	for n, want := range map[int]string{
		10: "avoidable misses are equal in every run on w (10 runs may miss a difference that up to 26 of 100 have)",
		3:  "avoidable misses are equal in every run on w (3 runs may miss a difference that up to 63 of 100 have)",
	} {
		r := compare.Compared{Workload: "w", Policy: "b", Against: "a", Metric: results.AvoidableMisses, N: n, Over: stat.OverSeeds, Primary: true, JointLow: -0.7, JointHigh: 0.7, Delta: 0.01, Verdict: compare.Equal}
		fs := FindingsOf([]compare.Compared{r}, nil)
		if got := strings.Join(outcomesOf(fs, QuantityOf(r.Metric), "a", "b", []string{"w"}).rest(QuantityOf(r.Metric)), "; "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestEqualIsGroupedByRuns: what equal runs may miss is said of the workloads that have so
// many, and of none where runs are no samples.
func TestEqualIsGroupedByRuns(t *testing.T) {
	var rows []compare.Compared
	for _, w := range []struct {
		name, over string
		n          int
	}{{"u", stat.OverSeeds, 3}, {"v", stat.OverWindows, 10}, {"w", stat.OverSeeds, 10}, {"x", stat.OverSeeds, 3}} {
		rows = append(rows, compare.Compared{Workload: w.name, Policy: "b", Against: "a", Metric: results.AvoidableMisses, N: w.n, Over: w.over, Primary: true, JointLow: -0.7, JointHigh: 0.7, Delta: 0.01, Verdict: compare.Equal})
	}
	fs, q := FindingsOf(rows, nil), QuantityOf(results.AvoidableMisses)
	want := "avoidable misses are equal in every run on u and x (3 runs may miss a difference that up to 63 of 100 have), and on v, " +
		"and on w (10 runs may miss a difference that up to 26 of 100 have)"
	if got := strings.Join(outcomesOf(fs, q, "a", "b", fs.Workloads()).rest(q), "; "); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestSubjectsStandOnce: where a difference is not known for two reasons its subject stands
// once, and every clause that names its quantity has a verb.
func TestSubjectsStandOnce(t *testing.T) {
	var rows []compare.Compared
	for _, w := range []struct {
		name, verdict string
		low, high     float64
	}{
		{"t", compare.NotKnown, -0.3, 0.3}, {"u", compare.NotKnown, math.NaN(), math.NaN()}, {"v", compare.Same, -0.001, 0.001}, {"w", compare.Equal, math.NaN(), math.NaN()},
	} {
		rows = append(rows, compare.Compared{Workload: w.name, Policy: "b", Against: "a", Metric: results.CostInSLO, N: 4, Over: stat.OverSeeds, Primary: true, JointLow: w.low, JointHigh: w.high, Delta: 0.01, Verdict: w.verdict})
	}
	fs, q := FindingsOf(rows, nil), QuantityOf(results.CostInSLO)
	want := "the cost per 1,000 requests in SLO is equal in every run on w (4 runs may miss a difference that up to 53 of 100 have); " +
		"the cost per 1,000 requests in SLO is the same within delta on v; " +
		"the difference in the cost per 1,000 requests in SLO is not known on t, and on u (too few runs for an interval)"
	if got := strings.Join(outcomesOf(fs, q, "a", "b", fs.Workloads()).rest(q), "; "); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
