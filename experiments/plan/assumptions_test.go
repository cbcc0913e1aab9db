package plan

import (
	"slices"
	"strings"
	"testing"
)

// told is the texts of the assumptions of a plan.
func told(p *Plan) (out []string) {
	for _, a := range p.Assumptions() {
		out = append(out, a.Text)
	}
	return out
}

// TestAssumptionsAreMerged: an axis of boot times is one sentence, with the column that
// says whether anything booted.
func TestAssumptionsAreMerged(t *testing.T) {
	p := parse(t, `question = "q"
[cluster]
instance = "c7g.large"
boot = ["10s", "25s", "1m30s"]
[[workload]]
generator = "poisson"
[[policy]]
router = "jsq"
`)
	var boots []string
	for _, a := range p.Assumptions() {
		if strings.Contains(a.Text, "boot") {
			boots = append(boots, a.Text)
			if a.Column != "launches" || len(a.Workloads) != 3 {
				t.Errorf("%q matters where %q of %q is above 0", a.Text, a.Column, a.Workloads)
			}
		}
	}
	if len(boots) != 1 || !strings.HasPrefix(boots[0], "boot 10s, 25s, 1m30s, an assumed spread of 20 % per part") {
		t.Errorf("%q, want one sentence of all boot times", boots)
	}
}

// TestPriorsAreToldWhereTheyMatter: where some policy predicts work.
func TestPriorsAreToldWhereTheyMatter(t *testing.T) {
	for policy, want := range map[string]bool{
		`router = "jsq"`:                                                     false,
		"router = \"random\"\nspill = \"busy\"":                              false,
		"router = \"p2c\"\nscaler = \"threshold\"":                           false,
		"router = \"jsq\"\nrouter_params = { tie = \"work\" }":               true,
		`router = "leastwork"`:                                               true,
		"router = \"leastwork\"\nestimator = \"exact\"":                      false,
		"router = \"jsq\"\nscaler = \"demand\"":                              true,
		"router = \"jsq\"\nspill = \"slo\"":                                  true,
		"router = \"jsq\"\nspill = \"busy\"\nspill_params = { limit = 2.0 }": true,
	} {
		p := parse(t, `question = "q"
[cluster]
instance = "c7g.large"
[functions]
memory_mb = 1769
[[workload]]
generator = "poisson"
[[policy]]
`+policy+"\n")
		got := slices.ContainsFunc(told(p), func(s string) bool { return strings.HasPrefix(s, "classes begin unknown") })
		if got != want {
			t.Errorf("%s: told %v, want %v", policy, got, want)
		}
	}
}
