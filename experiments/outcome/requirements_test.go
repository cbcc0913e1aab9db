package outcome

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
)

// TestManyRequirementsAreCounted: what is met is not listed where many are checked.
func TestManyRequirementsAreCounted(t *testing.T) {
	made := func(n, broken int) (out []compare.Checked) {
		for i := range n {
			out = append(out, compare.Checked{Requirement: compare.Requirement{Metric: results.AvoidableMisses, Workload: "w", Policy: fmt.Sprint("p", i), Min: math.Inf(-1), Max: 0.01}, OK: i >= broken})
		}
		return out
	}
	if got := requirements(made(mostChecked, 1)); len(got) != mostChecked || !strings.HasPrefix(got[0], "NOT MET: w / p0: ") || !strings.HasPrefix(got[1], "ok: w / p1: ") {
		t.Errorf("%q", got)
	}
	for broken, lines := range map[int]int{0: 1, 3: 4, 900: mostChecked + 1} {
		got := requirements(made(1000, broken))
		if want := fmt.Sprintf("%d of 1000 are met; junit.xml has all", 1000-broken); len(got) != lines || got[lines-1] != want {
			t.Errorf("%d not met: %d lines, the last %q, want %d and %q", broken, len(got), got[len(got)-1], lines, want)
		}
	}
}
