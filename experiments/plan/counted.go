package plan

import (
	"fmt"

	"cnv/policy"
)

// uncounted says that estimators would learn from counts that no workload of the
// simulator has; live, workers may count all the same.
func uncounted(made []*Workload, policies []*Policy) []string {
	for _, w := range made {
		if w.Made.Counted {
			return nil
		}
	}
	for _, p := range policies {
		t, ok := p.roles["estimator"].make().(policy.Targeter)
		if ok && t.Targets() {
			return []string{fmt.Sprintf("policy %s: target does nothing in the simulator, where no workload says what requests execute: "+
				`give classes = "recorded", or a trace whose attributes have instructions, blocks and calls; CPU time is learnt from`, p.Name)}
		}
	}
	return nil
}
