package calibrate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cnv/experiments/plan"
)

// free says which keys are lists that make no variants.
var free = []string{"policies", "classes_of"}

// pin takes of each key with several values the one that a workload's name tells: variants
// are called name + " key=value".
func (w *World) pin(workload string) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(w.root)) {
		switch x := w.root[name].(type) {
		case map[string]any:
			if name != "slo" && name != "prior" {
				errs = append(errs, pinTable(name+".", x, workload))
			}
		case []map[string]any:
			if name == "pool" {
				for _, t := range x {
					errs = append(errs, pinTable(name+".", t, workload))
				}
			}
		case []any:
			errs = append(errs, pinKey("", name, w.root, workload))
		}
	}
	return errors.Join(errs...)
}

// pinTable pins the keys of a table and of those below it, by the name of a variant.
func pinTable(path string, t map[string]any, variant string) error {
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(t)) {
		switch x := t[key].(type) {
		case map[string]any:
			errs = append(errs, pinTable(path+key+".", x, variant))
		case []map[string]any:
			for _, below := range x {
				errs = append(errs, pinTable(path+key+".", below, variant))
			}
		case []any:
			errs = append(errs, pinKey(path, key, t, variant))
		}
	}
	return errors.Join(errs...)
}

// pinKey pins one key that has a list. It is an error if the name tells none of the values,
// or several, as where two tables have lists of the same key.
func pinKey(path, key string, t map[string]any, variant string) error {
	if slices.Contains(free, key) {
		return nil
	}
	values := t[key].([]any)
	at := -1
	for i, v := range values {
		if !strings.Contains(variant+" ", " "+key+"="+plan.Label(v)+" ") {
			continue
		}
		if at >= 0 {
			return fmt.Errorf("%s%s has several values, and the name %q holds more than one of them", path, key, variant)
		}
		at = i
	}
	if at < 0 {
		return fmt.Errorf("%s%s has several values, and the name %q does not tell which was run", path, key, variant)
	}
	t[key] = values[at]
	return nil
}

// copied is a copy of a table and of those below it.
func copied(t map[string]any) map[string]any {
	out := maps.Clone(t)
	for key, x := range out {
		if below, ok := x.(map[string]any); ok {
			out[key] = copied(below)
		}
	}
	return out
}
