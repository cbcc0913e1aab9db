package plan

import (
	"slices"

	"cnv/policy/admit"
	"cnv/policy/estimate"
	"cnv/policy/health"
	"cnv/policy/hedge"
	"cnv/policy/keepalive"
	"cnv/policy/order"
	"cnv/policy/route"
	"cnv/policy/scale"
	"cnv/policy/spill"
	"cnv/results/words"
)

// predicts says whether the policy may look at work that is predicted, and not told.
// Parts that are not known to look at nothing of the kind are taken to.
func (p *Policy) predicts() bool {
	if _, told := p.part("estimator").(*estimate.Exact); told {
		return false
	}
	return p.looksAtPredictions()
}

// looksAtPredictions says whether a part of the policy may look at predicted work, who ever
// predicts it.
func (p *Policy) looksAtPredictions() bool {
	return slices.ContainsFunc(Roles, func(role Role) bool {
		switch part := p.part(role.Name); role.Name {
		case "estimator":
			return false
		case "scaler":
			return slices.ContainsFunc(scalersOf(part), looksAtWork)
		default:
			return looksAtWork(part)
		}
	})
}

// Estimates says whether errors of predictions matter: the policy may look at
// predicted work, or the file names its estimator.
func (p *Policy) Estimates() bool { return p.table.has("estimator") || p.predicts() }

// looksAtWork says it of one part.
func looksAtWork(part any) bool {
	switch q := part.(type) {
	case *route.RoundRobin, *route.Random, *route.PowerOfChoices, *route.Prequal, *spill.Never, *spill.Always, *spill.Spock,
		*scale.Fixed, *scale.Threshold, *scale.AWSStep, *scale.AWSTarget, *scale.HPA, *scale.KPA, *scale.KEDA, *scale.Schedule, *scale.PID,
		*open, *admit.Bounded, *admit.CoDel, *admit.TokenBucket, *order.LIFO, *order.Priority, *hedge.Fixed, *hedge.Tied, *health.Outlier, *health.Breaker, *health.SuccessRate,
		*keepalive.Fixed, *keepalive.Histogram, *keepalive.GreedyDual:
		return false
	case *hedge.Quantile:
		return q.Relative
	case *admit.Gradient:
		return q.Relative
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
	switch q := p.part("router").(type) {
	case *route.RoundRobin, *route.Random, *route.PowerOfChoices, *route.Prequal, *route.JSQ, *route.LeastWork, *route.NovaOriginal:
	case *route.Nova:
		if q.CPU != 0 {
			return true
		}
	default:
		return true
	}
	return slices.ContainsFunc(scalersOf(p.part("scaler")), func(s any) bool {
		switch s.(type) {
		case *scale.Fixed, *scale.Demand, *scale.Staffing, *scale.KPA, *scale.KEDA, *scale.Schedule, *scale.Newsvendor, *scale.AWSPredictive:
			return false
		}
		return true
	})
}

// checkEstimators notes where a [[policy]] names an estimator whose predictions none of its
// parts looks at: what is decided is the same with any other.
func (r *reader) checkEstimators(policies []*Policy) {
	for _, t := range r.list(r.root, "policy") {
		made, read := 0, 0
		for _, p := range policies {
			if p.table.path == t.path {
				made++
				read += words.IfElse(p.looksAtPredictions(), 1, 0)
			}
		}
		if t.has("estimator") && made > 0 && read == 0 {
			r.note(join(t.path, "estimator"), "decides nothing, as no other part of the policy looks at predicted work: the report tells how far its predictions are off")
		}
	}
}
