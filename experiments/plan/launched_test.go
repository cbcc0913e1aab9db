package plan

import (
	"context"
	"reflect"
	"testing"

	"cnv/results"
	"cnv/sim"
)

// TestLaunchedIn: a run says which of several pools launched machines, so that nothing
// is said of the boots of others.
func TestLaunchedIn(t *testing.T) {
	p := parse(t, `question = "q"
[[pool]]
name = "base"
instance = "c7g.medium"
initial = 1
max = 9
boot = "11s"
[[pool]]
name = "spare"
instance = "c7g.large"
initial = 0
max = 9
boot = "33s"
[[workload]]
generator = "poisson"
rate = 6
size = "exponential"
mean_work = "300ms"
duration = "5m"
[[policy]]
router = "jsq"
scaler = "demand"
`)
	c := p.Cells()[0]
	src, err := c.Scenario.Workload.Made.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	row, err := sim.Run(context.Background(), c.Config(1), src, results.NewRun(results.RunInfo{}))
	if err != nil || !reflect.DeepEqual(row.LaunchedIn, []string{"base"}) {
		t.Errorf("launches in %v (%v), want base alone", row.LaunchedIn, err)
	}
	pools := map[string]bool{}
	for _, a := range p.Assumptions() {
		pools[a.Pool] = true
	}
	if !pools["base"] || !pools["spare"] {
		t.Errorf("assumptions of pools %v, want one of each", pools)
	}
}
