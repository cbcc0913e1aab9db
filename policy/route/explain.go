package route

import (
	"cmp"
	"fmt"
	"slices"

	"cnv/policy"
)

// Explain implements policy.Explainer: when every worker would have finished the
// request, the soonest first, as leastwork predicts it.
func (p *LeastWork) Explain(v *policy.View, r *policy.Request) []string {
	var all []finish
	for _, id := range v.Ready() {
		all = append(all, finishAt(v, r, id))
	}
	slices.SortFunc(all, func(a, b finish) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.left, b.left), cmp.Compare(a.id, b.id))
	})
	var out []string
	for _, f := range all {
		out = append(out, fmt.Sprintf("worker %d: done %.4g s from now, %.4g s of it behind other requests", f.id, f.at, behind(v, f)))
	}
	return shortened(out)
}

// behind is how long the request would wait there, s: nothing where a core is free.
func behind(v *policy.View, f finish) float64 {
	if v.Busy(f.id) {
		return f.left
	}
	return 0
}

// Explain implements policy.Explainer: the requests in flight at every worker, of
// which so many are drawn and the shortest is taken. Which ones were drawn is not
// told: to ask would draw again.
func (p *PowerOfChoices) Explain(v *policy.View, _ *policy.Request) []string {
	out := []string{"the only worker there is"}
	if n := min(p.Choices, len(v.Ready())); n > 1 {
		out[0] = fmt.Sprintf("the shortest of %d workers drawn at random", n)
	}
	for _, id := range v.Ready() {
		out = append(out, fmt.Sprintf("worker %d: %d in flight", id, v.Worker(id).InFlight))
	}
	return shortened(out)
}
