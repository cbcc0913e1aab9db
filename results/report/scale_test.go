package report

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/internal/testtime"
	"cnv/results/resultstest"
	"cnv/results/stat"
)

// mostBytes is what a page may have, however many policies and workloads there are.
const mostBytes = 2_000_000

// TestLargeExperiments: 40 policies on 6 workloads make a page that a browser opens at once,
// figures of which the best policy is never left out, and few of them.
func TestLargeExperiments(t *testing.T) {
	if testing.Short() {
		t.Skip("compares 40 policies on 6 workloads; TestOddExperiments draws smaller ones")
	}
	plan := resultstest.Plan()
	plan.Policies, plan.Workloads, plan.Over, plan.Contrasts, plan.Manifest = nil, nil, nil, nil, map[string]any{}
	for i := range 40 {
		plan.Policies = append(plan.Policies, fmt.Sprintf("policy-number-%d", i))
	}
	for i := range 6 {
		plan.Workloads, plan.Over = append(plan.Workloads, fmt.Sprintf("poisson rate=%d", i)), append(plan.Over, stat.OverSeeds)
	}
	dir := resultstest.Write(t, plan)
	begun := testtime.CPU(t)
	if err := Draw(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	svgs, _ := filepath.Glob(filepath.Join(dir, "figures", "*.svg"))
	t.Logf("%d bytes, %d figures, %.1f s of CPU", info.Size(), len(svgs), testtime.CPU(t)-begun)
	if info.Size() > mostBytes {
		t.Errorf("the page has %d bytes, at most %d", info.Size(), mostBytes)
	}
	page := resultstest.Read(t, dir, "report.html")
	if n := strings.Count(page, "<th scope=\"row\">policy-number-39</th>"); n < len(plan.Workloads) {
		t.Errorf("a policy has a row in %d tables, want one per workload", n)
	}
	if !strings.Contains(page, "Of 40 policies the best") {
		t.Error("nobody says which policies are drawn")
	}
}
