// Package nearest finds the names that a user may have meant by one that there is not.
// It is the only place that compares names; the control plane itself has no need of it.
package nearest

import (
	"cmp"
	"fmt"
	"slices"
)

// Hint is the end of a message about an unknown name; "" where no name is valid.
func Hint(name string, valid []string) string {
	for _, v := range Names(name, valid, 1) {
		return fmt.Sprintf(" (nearest valid name %q)", v)
	}
	return ""
}

// Names is the n valid names with the smallest edit distance to a wrong one, nearest
// first, ties in the order given; fewer where fewer are valid.
func Names(name string, valid []string, n int) []string {
	type candidate struct {
		name string
		far  int
	}
	var all []candidate
	for _, v := range valid {
		all = append(all, candidate{v, distance(name, v)})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	var out []string
	for _, c := range all[:min(n, len(all))] {
		out = append(out, c.name)
	}
	return out
}

// maxCompared bounds the bytes of a name that are compared.
const maxCompared = 100

// distance is the Levenshtein distance of two names in bytes.
func distance(a, b string) int {
	a, b = a[:min(len(a), maxCompared)], b[:min(len(b), maxCompared)]
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
