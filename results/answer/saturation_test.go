package answer

import (
	"math"
	"strings"
	"testing"

	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// TestHighestLoadsAreTold: of a workload in one sentence, each against the first policy,
// and who keeps the limit at all loads, or at none.
func TestHighestLoadsAreTold(t *testing.T) {
	row := func(policy string, load, half, ratio float64) compare.HighestLoad {
		r := compare.HighestLoad{Workload: "w", Policy: policy, Limit: 0.05, N: 3, Over: stat.OverSeeds, Load: about(load, half), PerSecond: 2 * load, Ratio: words.NoEstimate()}
		if policy != "a" {
			r.Against, r.Ratio = "a", about(ratio, 0.01)
		}
		return r
	}
	rows := []compare.HighestLoad{row("a", 2, 0.02, 1), row("b", 2.5, 0.02, 1.25), row("c", math.Inf(1), 0, 1), row("d", 0, 0, 0)}
	text := strings.Join(saturationAnswer(rows), "\n")
	for _, want := range []string{"Highest load on w with at most 5.0 % avoidable misses, in requests/s (over seeds, n = 3): a 4.0", "b 5.0", "times a's", "c keeps to it", "d misses more"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
}
