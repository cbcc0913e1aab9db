package plan

import (
	"slices"
	"strings"

	"cnv/results/compare"
)

// Factors are the keys that the file gives several values, with the value that each workload
// and each policy has. A key of policies that workloads have, too, is told from it.
func (p *Plan) Factors() (out compare.Factors) {
	add := func(key string) {
		if !slices.Contains(out.Keys, key) {
			out.Keys = append(out.Keys, key)
		}
	}
	for _, s := range p.Scenarios {
		values := map[string]string{}
		for _, f := range factorsIn(s.Workload.label + s.Env.label) {
			values[f[0]] = f[1]
			add(f[0])
		}
		out.Workloads = append(out.Workloads, values)
	}
	shared := slices.Clone(out.Keys)
	for _, pol := range p.Policies {
		values := map[string]string{}
		for _, f := range factorsIn(pol.label) {
			key := f[0]
			if slices.Contains(shared, key) {
				key = "policy_" + key
			}
			values[key] = f[1]
			add(key)
		}
		out.Policies = append(out.Policies, values)
	}
	return out
}

// factorsIn are the keys and values of a label, " rate=5 boot=25s", of which no value has a
// space.
func factorsIn(label string) (out [][2]string) {
	for _, part := range strings.Fields(label) {
		if key, value, ok := strings.Cut(part, "="); ok {
			out = append(out, [2]string{key, value})
		}
	}
	return out
}
