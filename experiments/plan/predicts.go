package plan

import (
	"slices"

	"cnv/policy/estimate"
	"cnv/policy/route"
	"cnv/policy/scale"
	"cnv/policy/spill"
)

// predicts says whether the policy may look at work that is predicted, and not told.
// Parts that are not known to look at nothing of the kind are taken to.
func (p *Policy) predicts() bool {
	if _, told := p.roles["estimator"].make().(*estimate.Exact); told {
		return false
	}
	return looksAtWork(p.roles["router"].make()) || looksAtWork(p.roles["spill"].make()) ||
		slices.ContainsFunc(scalersOf(p.roles["scaler"].make()), looksAtWork)
}

// Estimates says whether errors of predictions matter: the policy may look at
// predicted work, or the file names its estimator.
func (p *Policy) Estimates() bool { return p.table.has("estimator") || p.predicts() }

// looksAtWork says it of one part.
func looksAtWork(part any) bool {
	switch q := part.(type) {
	case *route.RoundRobin, *route.Random, *route.PowerOfChoices, *spill.Never, *spill.Always,
		*scale.Fixed, *scale.Threshold, *scale.AWSStep, *scale.AWSTarget, *scale.HPA, *scale.KPA, *scale.KEDA, *scale.Schedule, *scale.PID:
		return false
	case *route.JSQ:
		return q.Tie == route.TieWork
	case *spill.Busy:
		return q.Limit > 0
	}
	return true
}

// looksAtCPU says whether the policy may look at reports of processor use. Parts that are
// not known to look at none are taken to.
func (p *Policy) looksAtCPU() bool {
	switch q := p.roles["router"].make().(type) {
	case *route.RoundRobin, *route.Random, *route.PowerOfChoices, *route.JSQ, *route.LeastWork, *route.NovaOriginal:
	case *route.Nova:
		if q.CPU != 0 {
			return true
		}
	default:
		return true
	}
	return slices.ContainsFunc(scalersOf(p.roles["scaler"].make()), func(s any) bool {
		switch s.(type) {
		case *scale.Fixed, *scale.Demand, *scale.Staffing, *scale.KPA, *scale.KEDA, *scale.Schedule:
			return false
		}
		return true
	})
}
