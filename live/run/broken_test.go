package run

import (
	"strings"
	"testing"

	"cnv/experiments/plan"
)

// TestTimeoutsAreOfWholeSeconds: Lambda has no others, so they are refused with their
// line before anything is begun.
func TestTimeoutsAreOfWholeSeconds(t *testing.T) {
	for timeout, refused := range map[string]bool{"2400ms": true, "300ms": true, "3s": false, "2m": false} {
		p, err := plan.Parse("f.toml", ".", `question = "q"
seeds = 1
[cluster]
instance = "c7g.medium"
[functions]
timeout = "`+timeout+`"
[[workload]]
generator = "poisson"
rate = 1
duration = "1m"
[[policy]]
router = "jsq"
spill = "busy"
`, plan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = Launchable(p.Cells())
		if refused != (err != nil && strings.Contains(err.Error(), "f.toml:6: functions.timeout: "+map[string]string{"2400ms": "2.4s", "300ms": "300ms"}[timeout]+": live needs whole seconds")) {
			t.Errorf("timeout = %s: %v, refused should be %v", timeout, err, refused)
		}
		if said := strings.Contains(strings.Join(p.Notes(), "\n"), "f.toml:6: functions.timeout: "); said != refused {
			t.Errorf("timeout = %s: notes %q", timeout, p.Notes())
		}
	}
}
