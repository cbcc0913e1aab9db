package plan

import (
	"fmt"
	"reflect"
	"strings"

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
		if f.value.Kind() == reflect.Slice {
			p.Default = listText(f.value)
		}
		if _, isDist := f.value.Interface().(workloads.Dist); isDist {
			p.Default += " seconds" // of a distribution of times, which has plain numbers
		}
		out = append(out, p)
	}
	return out
}

// listText is a list as an experiment file would write it.
func listText(v reflect.Value) string {
	var parts []string
	for i := range v.Len() {
		switch x := v.Index(i).Interface().(type) {
		case string, fmt.Stringer:
			parts = append(parts, fmt.Sprintf("%q", x))
		default:
			parts = append(parts, fmt.Sprint(x))
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
