package plan

import (
	"fmt"
	"maps"
	"slices"

	"cnv/results/answer"
	"cnv/results/compare"
)

// Answer is what the answer of the results is to be about.
func (p *Plan) Answer() answer.Spec {
	spec := answer.Spec{Contrasts: p.Contrasts, Tuned: p.Tuned, Shares: p.Shares, References: p.References}
	for _, t := range p.Thresholds {
		spec.Thresholds = append(spec.Thresholds, p.along(t))
	}
	spec.Routers, spec.Targets = p.routerPairs(), p.targets()
	for _, s := range p.Scenarios {
		spec.Leaving = append(spec.Leaving, s.leaving(p.Policies))
	}
	spec.Placements = p.placements()
	for _, pol := range p.Policies {
		if pol.names["spill"] == "always" && spec.Functions == "" {
			spec.Functions = pol.Name
		}
	}
	return spec
}

// Compared is the pairs of policies whose difference is computed besides that to
// the first: the contrasts of the file, and policies that differ in nothing but
// their router, where these are not too many (see ManyRouterPairs).
func (p *Plan) Compared() []compare.Contrast {
	out := slices.Clone(p.Contrasts)
	if p.ManyRouterPairs() > 0 {
		return out
	}
	given := map[answer.Pair]bool{}
	for _, c := range out {
		given[answer.Pair{From: c.From, To: c.To}] = true
	}
	for _, pair := range p.routerPairs() {
		if !given[pair] {
			out = append(out, compare.Contrast{Name: "the router, from " + pair.From + " to " + pair.To, From: pair.From, To: pair.To})
		}
	}
	return out
}

// mostRouterPairs is up to how many pairs that differ in the router alone each has rows of its
// own in comparison.csv, one per metric: 45 policies that differ in nothing else have 990. Of
// 200 policies they were two million rows, of which nothing but the primary metrics was read.
const mostRouterPairs = 1000

// ManyRouterPairs is how many pairs that differ in the router alone have no rows of their own
// in comparison.csv, as they are too many; their primary metrics are in wins.csv. 0: all have.
func (p *Plan) ManyRouterPairs() int {
	if n := len(p.routerPairs()); n > mostRouterPairs {
		return n
	}
	return 0
}

// routerPairs is the pairs of policies that are alike but for the router and its
// parameters, in the order of the file. Each policy is described once: there may be
// thousands.
func (p *Plan) routerPairs() []answer.Pair {
	alike := map[string][]int{} // by all that is not the router: policies in order
	names := make([]any, len(p.Policies))
	of := make([]string, len(p.Policies))
	for i, pol := range p.Policies {
		d := pol.describe()
		names[i] = d["router"]
		maps.DeleteFunc(d, func(key string, _ any) bool {
			return key == "name" || key == "router" || key == "router_params"
		})
		of[i] = fmt.Sprintf("%#v", d) // keys are sorted
		alike[of[i]] = append(alike[of[i]], i)
	}
	var out []answer.Pair
	for i, from := range p.Policies {
		for _, k := range alike[of[i]] {
			if k > i && names[k] != names[i] {
				out = append(out, answer.Pair{From: from.Name, To: p.Policies[k].Name})
			}
		}
	}
	return out
}
