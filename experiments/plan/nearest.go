package plan

import "fmt"

// Nearest is the valid name with the smallest edit distance to a wrong one,
// ties to the first; "" if there is none.
func Nearest(name string, valid []string) string {
	best, least := "", 0
	for _, v := range valid {
		if d := distance(name, v); best == "" || d < least {
			best, least = v, d
		}
	}
	return best
}

// hint is the end of a message about an unknown name.
func hint(name string, valid []string) string {
	if len(valid) == 0 {
		return ""
	}
	return fmt.Sprintf(" (nearest valid name %q)", Nearest(name, valid))
}

// maxCompared bounds the names that are compared letter by letter.
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
