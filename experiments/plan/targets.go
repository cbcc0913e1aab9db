package plan

import (
	"fmt"
	"slices"
	"strings"

	"cnv/results/answer"
)

// targets are the policies that are alike but for what their estimator learns from,
// where that is more than one thing, in the order of the file.
func (p *Plan) targets() (out []answer.Targets) {
	at := map[string]int{} // by all that is not the target: place in all
	var all []answer.Targets
	for _, pol := range p.Policies {
		d := pol.describe()
		params, _ := d["estimator_params"].(map[string]any)
		target, ok := params["target"]
		if !ok {
			continue
		}
		name := fmt.Sprint(target)
		delete(params, "target")
		delete(d, "name")
		alike := fmt.Sprintf("%#v", d) // keys are sorted
		i, known := at[alike]
		if !known {
			i = len(all)
			at[alike] = i
			all = append(all, answer.Targets{Name: strings.Replace(pol.Name, " target="+name, "", 1)})
		}
		if slices.Contains(all[i].Targets, name) {
			continue // the same policy under another name
		}
		all[i].Policies = append(all[i].Policies, pol.Name)
		all[i].Targets = append(all[i].Targets, name)
	}
	for _, t := range all {
		if len(t.Policies) > 1 {
			out = append(out, t)
		}
	}
	return out
}
