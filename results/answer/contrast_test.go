package answer

import (
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// TestEqualInWords: what is equal in every run is called that, with what so many runs may
// miss, whatever bounds the difference.
func TestEqualInWords(t *testing.T) {
	for n, want := range map[int]string{
		10: "avoidable misses equal in every run on w (10 runs may miss a difference that up to 26 of 100 have)",
		3:  "avoidable misses equal in every run on w (3 runs may miss a difference that up to 63 of 100 have)",
	} {
		r := results.Compared{Workload: "w", Policy: "b", Against: "a", Metric: results.AvoidableMisses, N: n, Over: stat.OverSeeds, Primary: true, JointLow: -0.7, JointHigh: 0.7, Delta: 0.01, Verdict: results.Equal}
		fs := FindingsOf([]results.Compared{r}, nil)
		if got := strings.Join(outcomesOf(fs, QuantityOf(r.Metric), "a", "b", []string{"w"}).rest(QuantityOf(r.Metric)), "; "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
