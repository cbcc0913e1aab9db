package plan

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// maxVariants bounds the combinations of the axes of one table (or of the
// tables that cross everything), and of cells: more is a slip of the pen.
const maxVariants = 10_000

// An axis is a key with several values, each of which makes variants.
type axis struct {
	path   string // of the key
	key    string
	values []any
}

// axes finds the keys of a table that hold a list although the field's type
// is not one, or a list of lists where it is; in the order of the file.
func (r *reader) axes(t table, targets ...any) []axis {
	known := fields(targets...)
	var out []axis
	for _, key := range r.sorted(t) {
		values, isList := t.keys[key].([]any)
		i := slices.IndexFunc(known, func(f field) bool { return f.key == key })
		if !isList || i < 0 || !known[i].axis {
			continue
		}
		if known[i].value.Kind() == reflect.Slice {
			if len(values) == 0 || !isListOfLists(values) {
				continue
			}
		}
		path := join(t.path, key)
		if len(values) == 0 {
			r.problem(path, "an empty list: give at least one value")
			continue
		}
		out = append(out, axis{path, key, values})
	}
	return out
}

// isListOfLists says whether every element is a list.
func isListOfLists(values []any) bool {
	return !slices.ContainsFunc(values, func(x any) bool { _, ok := x.([]any); return !ok })
}

// A variant is one choice of a value on every axis.
type variant struct {
	values map[string]any // by path of the key
	label  string         // " rate=5 size=exponential", in file order; "" without axes
}

// apply is the table with the variant's values in place of the lists.
func (v variant) apply(t table) table {
	out := table{t.path, maps.Clone(t.keys)}
	for key := range out.keys {
		if x, ok := v.values[join(t.path, key)]; ok {
			out.keys[key] = x
		}
	}
	return out
}

// cross makes all combinations, the last axis varying fastest. Axes come in
// the order of the file. It notes a problem and keeps only the first of each
// axis's values if there are too many.
func (r *reader) cross(axes []axis) []variant {
	slices.SortStableFunc(axes, func(a, b axis) int { return r.lines.line(a.path) - r.lines.line(b.path) })
	n := 1
	for _, a := range axes {
		if n *= len(a.values); n > maxVariants {
			r.problem(a.path, "the lists up to here make more than %d combinations", maxVariants)
			return []variant{first(axes)}
		}
	}
	out := []variant{{values: map[string]any{}}}
	for _, a := range axes {
		var next []variant
		for _, v := range out {
			for _, x := range a.values {
				values := maps.Clone(v.values)
				values[a.path] = x
				next = append(next, variant{values, v.label + " " + a.key + "=" + Label(x)})
			}
		}
		out = next
	}
	return out
}

// first is the variant of the first values.
func first(axes []axis) variant {
	v := variant{values: map[string]any{}}
	for _, a := range axes {
		v.values[a.path] = a.values[0]
	}
	return v
}

// Label writes a value of an axis within a name: bare and without spaces.
func Label(x any) string {
	switch x := x.(type) {
	case []any:
		parts := make([]string, len(x))
		for i, item := range x {
			parts[i] = Label(item)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(x)) {
			parts = append(parts, k+"="+Label(x[k]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return strings.ReplaceAll(fmt.Sprint(x), " ", "_")
}
