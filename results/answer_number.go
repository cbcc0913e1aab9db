package results

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bracket is the interval of e in parentheses; empty if there is none.
func bracket(e estimate, places int) string {
	if !e.interval() {
		return ""
	}
	return " (" + decimal(e.low, places) + " to " + decimal(e.high, places) + ")"
}

// places is the number of decimals that shows a mean with two significant
// digits, the ends of its interval with one, and how far they are apart: what
// is not 0 is never written as 0, so signs stay honest.
func places(mean, low, high float64) int {
	return max(decimalsFor(mean, 2), decimalsFor(low, 1), decimalsFor(high, 1), decimalsFor((high-low)/2, 1))
}

// decimalsFor is the number of decimals that shows digits significant digits of v.
func decimalsFor(v float64, digits int) int {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	v = math.Abs(round(v, digits))
	return min(max(0, digits-1-int(math.Floor(math.Log10(v)))), 12)
}

// decimal writes v with a true minus sign, and 0 without one.
func decimal(v float64, places int) string {
	if math.IsInf(v, 1) {
		return "∞"
	}
	s := strconv.FormatFloat(v, 'f', places, 64)
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		if strings.Trim(rest, "0.") == "" {
			return rest
		}
		return "−" + rest
	}
	return s
}

// list joins words as a sentence does: "a", "a and b", "a, b and c".
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// count writes a number of things: "1 seed", "10 seeds".
func count(n int, one, many string) string {
	return itoa(n) + " " + ifElse(n == 1, one, many)
}

// capital makes the first letter a capital.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
