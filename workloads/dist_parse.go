package workloads

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"cnv/policy/nearest"
)

// A form is one way to write a distribution: a name, its parameters in order,
// and how to build it from their values (a scalar is a list of one).
type form struct {
	dist   string
	params []string
	build  func(v [][]float64) Dist
}

// forms are all ways to write a distribution, in the order of the manual.
var forms = []form{
	{"constant", []string{"value"}, func(v [][]float64) Dist { return Dist{K: v[0][0]} }},
	{"exponential", []string{"mean"}, func(v [][]float64) Dist { return Dist{Law: Exponential{v[0][0]}} }},
	{"lognormal", []string{"median", "sigma"}, func(v [][]float64) Dist { return Dist{Law: Lognormal{v[0][0], v[1][0]}} }},
	{"lognormal", []string{"mean", "cv2"}, func(v [][]float64) Dist { return Dist{Law: NewLognormal(v[0][0], v[1][0])} }},
	{"pareto", []string{"alpha", "min", "max"}, func(v [][]float64) Dist { return Dist{Law: Pareto{v[0][0], v[1][0], v[2][0]}} }},
	{"uniform", []string{"min", "max"}, func(v [][]float64) Dist { return Dist{Law: Uniform{v[0][0], v[1][0]}} }},
	{"normal", []string{"mean", "sd"}, func(v [][]float64) Dist { return Dist{Law: Normal{v[0][0], v[1][0]}} }},
	{"weibull", []string{"scale", "shape"}, func(v [][]float64) Dist { return Dist{Law: Weibull{v[0][0], v[1][0]}} }},
	{"gamma", []string{"mean", "cv2"}, func(v [][]float64) Dist { return Dist{Law: Gamma{v[0][0], v[1][0]}} }},
	{"twopoint", []string{"low", "high", "share"}, func(v [][]float64) Dist { return Dist{Law: TwoPoint{v[0][0], v[1][0], v[2][0]}} }},
	{"empirical", []string{"p", "values"}, func(v [][]float64) Dist { return Dist{Law: Empirical{v[0], v[1]}} }},
}

// DistForms lists the ways to write a distribution, one a line, for manuals:
// "lognormal(median, sigma)".
func DistForms() []string {
	var out []string
	for _, f := range forms {
		out = append(out, f.dist+"("+strings.Join(f.params, ", ")+")")
	}
	out = append(out, "empirical(samples, column, unit)")
	return out
}

// ParseDist reads a distribution as decoded from TOML: a bare value (a
// constant), or a table with the name under "dist" and its parameters. A value
// is a number or a duration such as "25s", taken in seconds. It is strict and
// reports all problems at once, with the nearest valid name for one that is
// unknown.
func ParseDist(v any) (Dist, []error) {
	table, ok := v.(map[string]any)
	if !ok {
		x, err := quantity(v)
		if err != nil {
			return Dist{}, []error{err}
		}
		if !(x >= 0) || math.IsInf(x, 0) {
			return Dist{}, []error{fmt.Errorf("%v, must be at least 0 and finite", v)}
		}
		if x > longest.Seconds() {
			return Dist{}, []error{tooLong(v)}
		}
		return Dist{K: x}, nil
	}
	name, ok := table["dist"].(string)
	if !ok {
		return Dist{}, []error{fmt.Errorf("dist: missing name of the distribution (one of %s)", strings.Join(distNames(), ", "))}
	}
	if _, ok := table["samples"]; ok && name == "empirical" {
		return parseSamples(table)
	}
	f, errs := chooseForm(name, table)
	if f == nil {
		return Dist{}, errs
	}
	values := make([][]float64, len(f.params))
	for i, p := range f.params {
		x, err := quantities(table[p], f.dist == "empirical")
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", name, p, err))
		}
		values[i] = x
	}
	if errs != nil {
		return Dist{}, errs
	}
	return checked(f.build(values))
}

// chooseForm finds the form that a table is written in: the one of that name
// with most of its parameters given, the first among equals. It returns nil
// for an unknown name or missing parameters.
func chooseForm(name string, table map[string]any) (*form, []error) {
	var best *form
	var known, ways []string
	missing := 0
	for i := range forms {
		f := &forms[i]
		if f.dist != name {
			continue
		}
		n := 0
		for _, p := range f.params {
			if _, ok := table[p]; !ok {
				n++
			}
		}
		if best == nil || n < missing {
			best, missing = f, n
		}
		known = append(known, f.params...)
		if name == "empirical" {
			known = append(known, "samples")
		}
		ways = append(ways, strings.Join(f.params, " and "))
	}
	if best == nil {
		return nil, []error{fmt.Errorf("dist: unknown distribution %q%s", name, nearest.Hint(name, distNames()))}
	}
	var errs []error
	for _, key := range sortedKeys(table) {
		if key == "dist" || slices.Contains(best.params, key) {
			continue
		}
		if slices.Contains(known, key) {
			errs = append(errs, fmt.Errorf("%s: %s: cannot be combined with %s", name, key, strings.Join(best.params, " and ")))
			continue
		}
		errs = append(errs, fmt.Errorf("%s: unknown parameter %q%s", name, key, nearest.Hint(key, known)))
	}
	if missing > 0 && name == "empirical" {
		ways = append(ways, "samples, a file")
	}
	if missing > 0 {
		return nil, append(errs, fmt.Errorf("%s: needs %s", name, strings.Join(ways, ", or ")))
	}
	return best, errs
}

// checked validates a distribution and names its family in the errors.
func checked(d Dist) (Dist, []error) {
	errs := d.Validate()
	if errs == nil && math.IsInf(d.Mean(), 0) {
		errs = []error{fmt.Errorf("the mean of %v is not finite", d)}
	}
	if errs == nil {
		return d, nil
	}
	name, _, _ := strings.Cut(d.String(), "(")
	if d.Law == nil {
		name = "constant"
	}
	for i, err := range errs {
		errs[i] = fmt.Errorf("%s: %w", name, err)
	}
	return Dist{}, errs
}

// quantities reads a list of numbers or durations, or one of them where no
// list is wanted.
func quantities(v any, list bool) ([]float64, error) {
	items, isList := v.([]any)
	if isList != list {
		return nil, fmt.Errorf("got %v, want %s", v, map[bool]string{true: "a list", false: "one value"}[list])
	}
	if !list {
		items = []any{v}
	}
	out := make([]float64, len(items))
	for i, item := range items {
		x, err := quantity(item)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}

// longest bounds durations: ten years, as in experiment files.
const longest = 87_600 * time.Hour

func tooLong(v any) error { return fmt.Errorf("%v, must be at most %v (ten years)", v, longest) }

// quantity reads a number, or a duration in seconds.
func quantity(v any) (float64, error) {
	switch x := v.(type) {
	case float64:
		return x, nil
	case int64:
		return float64(x), nil
	case int:
		return float64(x), nil
	case time.Duration:
		return x.Seconds(), nil
	case string:
		d, err := time.ParseDuration(x)
		if err != nil {
			return 0, fmt.Errorf("%q is neither a number nor a duration such as \"25s\"", x)
		}
		if d > longest || d < -longest {
			return 0, tooLong(x)
		}
		return d.Seconds(), nil
	}
	return 0, fmt.Errorf("%v is neither a number nor a duration such as \"25s\"", v)
}

// distNames are the names of all distributions, each once.
func distNames() []string {
	var out []string
	for _, f := range forms {
		if !slices.Contains(out, f.dist) {
			out = append(out, f.dist)
		}
	}
	return out
}
