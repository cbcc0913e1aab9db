package plan

import (
	"fmt"
	"strings"
	"testing"

	"cnv/workloads"
)

// TestManyCombinationsOfOnePolicy: axes of a policy and of its parameters are counted
// before any combination is made, and refused with the key from which on they are too many.
func TestManyCombinationsOfOnePolicy(t *testing.T) {
	var values []string
	for i := range 200 {
		values = append(values, fmt.Sprint(i+1))
	}
	list := strings.Join(values, ", ")
	_, err := Policies("x.toml", "[cluster]\ninstance = \"c7g.large\"\n[[policy]]\nrouter = \"jsq\"\nscaler = \"threshold\"\nmax = ["+list+"]\n[policy.scaler_params]\nstep = ["+list+"]\n")
	if err == nil || !strings.Contains(err.Error(), "policy.scaler_params.step") || !strings.Contains(err.Error(), "10000 combinations") {
		t.Errorf("%.300v", err)
	}
}

// TestParametersOfTimesHaveAUnit: distributions are listed with theirs.
func TestParametersOfTimesHaveAUnit(t *testing.T) {
	for _, s := range workloads.Generators {
		for _, p := range Parameters(s) {
			if strings.Contains(p.Default, "(mean=") && !strings.HasSuffix(p.Default, " seconds") {
				t.Errorf("%s: %s = %s", s.Name, p.Key, p.Default)
			}
		}
	}
}
