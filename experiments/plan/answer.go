package plan

import (
	"maps"
	"reflect"
	"slices"

	"cnv/results"
	"cnv/results/answer"
)

// Answer is what the answer of the results is to be about.
func (p *Plan) Answer() answer.Spec {
	spec := answer.Spec{Contrasts: p.Contrasts, Tuned: p.Tuned, Shares: p.Shares, References: p.References}
	for _, t := range p.Thresholds {
		spec.Thresholds = append(spec.Thresholds, p.along(t))
	}
	for i, from := range p.Policies {
		for _, to := range p.Policies[i+1:] {
			if differInRouter(from, to) {
				spec.Routers = append(spec.Routers, answer.Pair{From: from.Name, To: to.Name})
			}
		}
	}
	for _, s := range p.Scenarios {
		spec.Leaving = append(spec.Leaving, s.leaving(p.Policies))
	}
	spec.Placements = p.placements()
	for _, pol := range p.Policies {
		if pol.keys.Spill == "always" && spec.Functions == "" {
			spec.Functions = pol.Name
		}
	}
	return spec
}

// Compared is the pairs of policies whose difference is computed besides that to
// the first: the contrasts of the file, and policies that differ in nothing but
// their router.
func (p *Plan) Compared() []results.Contrast {
	out := slices.Clone(p.Contrasts)
	for _, pair := range p.Answer().Routers {
		if !slices.ContainsFunc(out, func(c results.Contrast) bool { return c.From == pair.From && c.To == pair.To }) {
			out = append(out, results.Contrast{Name: "the router, from " + pair.From + " to " + pair.To, From: pair.From, To: pair.To})
		}
	}
	return out
}

// differInRouter says whether two policies are alike but for the router and
// its parameters.
func differInRouter(a, b *Policy) bool {
	x, y := a.describe(), b.describe()
	if x["router"] == y["router"] {
		return false
	}
	for _, m := range []map[string]any{x, y} {
		maps.DeleteFunc(m, func(key string, _ any) bool {
			return key == "name" || key == "router" || key == "router_params"
		})
	}
	return reflect.DeepEqual(x, y)
}
