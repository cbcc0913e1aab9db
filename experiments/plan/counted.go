package plan

import "cnv/policy"

// checkCounted notes where an estimator would learn from counts that no workload
// of the simulator has; live, workers may count all the same.
func (r *reader) checkCounted(made []*Workload, policies []*Policy) {
	for _, w := range made {
		if w.Made.Counted {
			return
		}
	}
	for _, p := range policies {
		t, ok := p.part("estimator").(policy.Targeter)
		if ok && t.Targets() {
			r.note(join(p.table.path, "estimator_params.target"), `does nothing in the simulator, where CPU time is learnt from, as no workload says what requests execute: `+
				`give classes = "recorded", or a trace whose attributes have instructions, blocks and calls`)
			return
		}
	}
}
