package plan

import (
	"reflect"
	"testing"
)

// Readers of results are told what a policy does: its parts, the parameters that differ from
// the default, and what the names mean.
func TestPoliciesAreTold(t *testing.T) {
	p, err := Parse("told.toml", t.TempDir(), `
question = "Which?"
[cluster]
instance = "c7g.large"
max = 9
[functions]
[[workload]]
name = "steady"
generator = "poisson"
rate = 5
requests = 100
[[policy]]
name = "a"
router = "p2c"
router_params = {choices = 3}
spill = "busy"
scaler = "threshold"
[[policy]]
name = "b"
router = "leastwork"
estimator = "rls"
initial = 4
`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	policies, names := p.Told()
	want := []Told{
		{Name: "a", Router: "p2c (choices = 3)", Spill: "busy", Scaler: "threshold", Other: ""},
		{Name: "b", Router: "leastwork", Spill: "never", Scaler: "fixed", Other: "estimator rls; initial = 4"},
	}
	if !reflect.DeepEqual(policies, want) {
		t.Errorf("told %+v, want %+v", policies, want)
	}
	first := [2]string{"estimator rls", "recursive least squares with forgetting, log work on log features, per class"}
	if len(names) != 7 || names[0] != first {
		t.Errorf("%d names, the first %q, want 7, the first %q", len(names), names[0], first)
	}
	setting := p.Setting()
	if last, want := setting[len(setting)-1], [2]string{"workload steady", "generator = poisson, rate = 5, requests = 100"}; last != want {
		t.Errorf("the last of the setting is %q, want %q", last, want)
	}
}
