package plan

import (
	"fmt"

	"cnv/policy"
	"cnv/workloads"
)

// A Parameter is a key that a policy or generator takes.
type Parameter struct {
	Key     string
	Default string // as an experiment file would write it
	Doc     string // one line with the unit
}

// Parameters is the parameters of a policy or generator in order.
func Parameters(s policy.Spec) []Parameter {
	var out []Parameter
	for _, f := range fields(s.New()) {
		p := Parameter{Key: f.key, Doc: f.doc}
		v, ok := setting(f.value)
		if text, isText := v.(string); isText {
			p.Default = fmt.Sprintf("%q", text)
		} else if ok {
			p.Default = fmt.Sprint(v)
		}
		if _, isDist := f.value.Interface().(workloads.Dist); isDist {
			p.Default += " seconds" // of a distribution of times, which has plain numbers
		}
		out = append(out, p)
	}
	return out
}
