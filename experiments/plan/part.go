package plan

import (
	"fmt"
	"maps"

	"cnv/policy"
	"cnv/policy/scale"
)

// setPart reads a scaler that another one asks: its name, or a table with the name under
// "scaler" and its parameters.
func setPart(part *scale.Part, x any) []error {
	name, params := "", map[string]any{}
	switch x := x.(type) {
	case string:
		name = x
	case map[string]any:
		name, _ = x["scaler"].(string)
		params = maps.Clone(x)
		delete(params, "scaler")
	default:
		return mismatch(`a scaler such as "demand" or { scaler = "demand", hold = "5m" }`, x)
	}
	spec, ok := find(scale.Specs, name)
	if !ok {
		return []error{fmt.Errorf("unknown scaler %q%s", name, hint(name, specNames(scale.Specs)))}
	}
	made := spec.New()
	r := &reader{}
	r.decode(table{keys: params}, nil, made)
	var errs []error
	for _, p := range r.problems {
		errs = append(errs, fmt.Errorf("%s: %s: %s", name, p.Key, p.Text))
	}
	if v, has := made.(interface{ Validate() error }); has && len(errs) == 0 {
		for _, err := range flatten(v.Validate()) {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	part.Name, part.Params, part.Scaler = name, "", made.(policy.Scaler)
	if len(params) > 0 {
		part.Params = fmt.Sprint(settings(made)) // maps are printed in order
	}
	return errs
}
