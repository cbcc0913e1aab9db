package workloads

import (
	"maps"
	"slices"
)

// nearest is the valid name with the smallest edit distance to a wrong one,
// ties to the first; "" if there is none.
func nearest(name string, valid []string) string {
	best, least := "", 0
	for _, v := range valid {
		if d := distance(name, v); best == "" || d < least {
			best, least = v, d
		}
	}
	return best
}

// distance is the Levenshtein distance of two names in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// sortedKeys are the keys of a table in order, so that errors come out alike.
func sortedKeys[V any](table map[string]V) []string {
	return slices.Sorted(maps.Keys(table))
}
