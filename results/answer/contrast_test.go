package answer

import (
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
		10: "avoidable misses equal in every run on w (10 runs may miss a difference that up to 26 of 100 have)",
		3:  "avoidable misses equal in every run on w (3 runs may miss a difference that up to 63 of 100 have)",
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
	want := "avoidable misses equal in every run on u and x (3 runs may miss a difference that up to 63 of 100 have); " +
		"avoidable misses equal in every run on v; " +
		"avoidable misses equal in every run on w (10 runs may miss a difference that up to 26 of 100 have)"
	if got := strings.Join(outcomesOf(fs, q, "a", "b", fs.Workloads()).rest(q), "; "); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
