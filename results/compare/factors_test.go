package compare

import (
	"strings"
	"testing"
)

// TestFactorsAreColumns: every CSV file that has a workload gets the values of swept keys
// behind its own columns, and is read as before; without such keys no file changes.
func TestFactorsAreColumns(t *testing.T) {
	plain := written(t, smallSet(t, smallPlan(), "", 1))
	if _, there := plain[factorsFile]; there {
		t.Error("there is a file of factors without any")
	}
	plan := smallPlan()
	plan.Factors = Factors{Keys: []string{"rate", "boot"}}
	for i := range plan.Workloads {
		plan.Factors.Workloads = append(plan.Factors.Workloads, map[string]string{"rate": []string{"5", "9"}[i%2]})
	}
	for range plan.Policies {
		plan.Factors.Policies = append(plan.Factors.Policies, map[string]string{"boot": "25s"})
	}
	swept := written(t, smallSet(t, plan, "", 1))
	for name, text := range swept {
		if !strings.HasSuffix(name, ".csv") || name == factorsFile {
			continue
		}
		before, after := strings.Split(plain[name], "\n"), strings.Split(text, "\n")
		want := ",factor_rate,factor_boot"
		if !strings.Contains(","+before[0]+",", ",workload,") {
			want = ""
		}
		if after[0] != before[0]+want {
			t.Errorf("%s: header %q", name, after[0])
		}
		if len(after) > 1 && want != "" && after[1] != before[1]+",5,25s" {
			t.Errorf("%s: %q, want %q and the values", name, after[1], before[1])
		}
	}
	if got := strings.Split(swept[factorsFile], "\n")[0]; got != "workload,policy,factor_rate,factor_boot" {
		t.Errorf("factors.csv has %q", got)
	}
}
