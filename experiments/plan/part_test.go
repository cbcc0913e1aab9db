package plan

import (
	"strings"
	"testing"
	"time"

	"cnv/policy/scale"
)

// ofMax are the policies of a file whose scaler is max of something.
func ofMax(of string) ([]*Policy, error) {
	return Policies("x.toml", `[functions]
memory_mb = 1769
[cluster]
instance = "c7g.medium"
[[policy]]
router = "jsq"
scaler = "max"
[policy.scaler_params]
of = `+of+"\n")
}

// TestPartsOfScalers: a scaler that asks others gets them with their parameters, and each
// policy has its own.
func TestPartsOfScalers(t *testing.T) {
	for _, of := range []string{
		`["fixed", { scaler = "demand", hold = "5m", beta = 2 }]`,
		`[{ scaler = "fixed" }, { scaler = "demand", beta = 2.0, hold = "5m" }]`,
		`[{ scaler = "max", of = ["fixed"] }, { scaler = "demand", beta = 2.0, hold = "5m" }]`,
	} {
		all, err := ofMax(of)
		if err != nil {
			t.Errorf("%s: %v", of, err)
			continue
		}
		a, b := all[0].roles["scaler"].make().(*scale.Max), all[0].roles["scaler"].make().(*scale.Max)
		d, ok := a.Of[1].Scaler.(*scale.Demand)
		if len(a.Of) != 2 || !ok || d.Beta != 2 || d.Hold != 5*time.Minute || d.Window != time.Minute {
			t.Errorf("%s: %+v", of, a.Of)
		}
		if a.Of[1].Scaler == b.Of[1].Scaler {
			t.Errorf("%s: two policies share a part", of)
		}
		text := a.Of[1].String()
		if !strings.Contains(text, "beta:2") || !strings.Contains(text, "hold:5m") || text != b.Of[1].String() {
			t.Errorf("%s: shown as %q and %q", of, text, b.Of[1].String())
		}
	}
}

// TestPartsThatAreNone: what is wrong with a part is told with its name.
func TestPartsThatAreNone(t *testing.T) {
	for of, want := range map[string]string{
		`["demnd"]`:                           `unknown scaler "demnd" (nearest valid name "demand")`,
		`[3]`:                                 `want a scaler such as "demand"`,
		`[]`:                                  `want scalers`,
		`[{ scaler = "demand", bta = 2 }]`:    `demand: bta: unknown key`,
		`[{ scaler = "demand", beta = -2 }]`:  `demand: beta = -2, must not be negative`,
		`[{ scaler = "demand", beta = "x" }]`: `demand: beta: want a number`,
		`[{ beta = 1 }]`:                      `unknown scaler ""`,
		`["fixed", { scaler = "max", of = [{ scaler = "max" }] }]`: "",
		`"fixed"`: "want a list",
	} {
		_, err := ofMax(of)
		if want == "" && err == nil {
			continue
		}
		if err == nil || want == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", of, err, want)
		}
	}
}
