package catalog

import (
	"cmp"
	"slices"
)

// nearest are the n valid names with the smallest edit distance to a wrong
// one, nearest first, ties in the order given.
func nearest(name string, valid []string, n int) []string {
	far := slices.Clone(valid)
	slices.SortStableFunc(far, func(a, b string) int { return cmp.Compare(distance(name, a), distance(name, b)) })
	return far[:min(n, len(far))]
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
