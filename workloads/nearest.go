package workloads

import (
	"maps"
	"slices"

	"cnv/policy"
)

// nearest is the valid name nearest to a wrong one; "" if there is none.
func nearest(name string, valid []string) string {
	for _, v := range policy.Nearest(name, valid, 1) {
		return v
	}
	return ""
}

// sortedKeys are the keys of a table in order, so that errors come out alike.
func sortedKeys[V any](table map[string]V) []string {
	return slices.Sorted(maps.Keys(table))
}
