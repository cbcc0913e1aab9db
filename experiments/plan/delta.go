package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cnv/results"
	"cnv/results/compare"
)

// A Delta is the smallest difference that matters, by metric: of shares the
// difference itself, of all else relative to what the policy that is compared to has.
//
//	delta = { miss_avoidable = 0.005, cost_per_1000_in_slo_usd = 0.01 }
type Delta map[string]float64

// UnmarshalTOML takes a table of numbers by metric.
func (d *Delta) UnmarshalTOML(x any) error {
	keys, ok := x.(map[string]any)
	if !ok {
		return errors.Join(mismatch("a table of fractions by metric, such as { miss_avoidable = 0.01 }", x)...)
	}
	*d = Delta{}
	var errs []error
	metrics := results.MetricNames()
	for _, m := range sortedNames(keys) {
		v, isFloat := keys[m].(float64)
		if n, isInt := keys[m].(int64); isInt {
			v, isFloat = float64(n), true
		}
		switch {
		case !contains(metrics, m):
			errs = append(errs, fmt.Errorf("unknown metric %q%s", m, hint(m, metrics)))
		case !isFloat:
			errs = append(errs, fmt.Errorf("%s: %w", m, errors.Join(mismatch("a number", keys[m])...)))
		case !(v >= 0 && v <= 1):
			errs = append(errs, fmt.Errorf("%s: %v, must be a fraction in [0, 1]", m, v))
		default:
			(*d)[m] = v
		}
	}
	return errors.Join(errs...)
}

// String is the table as the file has it; "" is none.
func (d Delta) String() string {
	var parts []string
	for _, m := range slices.Sorted(maps.Keys(d)) {
		parts = append(parts, fmt.Sprintf("%s = %v", m, d[m]))
	}
	if parts == nil {
		return ""
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// of is that of each of some metrics, with the defaults.
func (d Delta) of(metrics []string) map[string]float64 {
	out := map[string]float64{}
	for _, m := range metrics {
		v, ok := d[m]
		if !ok {
			v = compare.DefaultDelta(m)
		}
		out[m] = v
	}
	return out
}
