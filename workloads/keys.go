package workloads

import (
	"maps"
	"slices"
)

// sortedKeys are the keys of a table in order, so that errors come out alike.
func sortedKeys[V any](table map[string]V) []string {
	return slices.Sorted(maps.Keys(table))
}
