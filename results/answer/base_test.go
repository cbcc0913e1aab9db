package answer

import (
	"testing"

	"cnv/results/compare"
)

// TestNamesWithoutKeys: of workloads and of policies, without the key that is asked for alone.
func TestNamesWithoutKeys(t *testing.T) {
	cell := [2]string{"burst rate=8 a=b", "jsq choices=2 rate=9"}
	of := func(v string) map[[2]string]string { return map[[2]string]string{cell: v} }
	s := Stored{Factors: []compare.Factor{{Key: "rate", Of: of("8")}, {Key: "choices", Of: of("2")}, {Key: "policy_rate", Of: of("9")}}}
	for _, c := range []struct{ got, want string }{
		{s.Base(cell[0], "rate"), "burst a=b"},
		{s.Base(cell[0], "choices"), cell[0]},
		{s.PolicyBase(cell[1], "choices"), "jsq rate=9"},
		{s.PolicyBase(cell[1], "policy_rate"), "jsq choices=2"},
		{s.PolicyBase(cell[1], "rate"), cell[1]},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
