package results

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

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
	return strconv.Itoa(n) + " " + ifElse(n == 1, one, many)
}

// capital makes the first letter a capital.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func ifElse[V any](c bool, yes, no V) V {
	if c {
		return yes
	}
	return no
}

// inQuotes is the name of a policy in a sentence: in quotes, where it is several words and
// could be read as two names.
func inQuotes(name string) string {
	if strings.ContainsAny(name, " ,") && !strings.Contains(name, "=") {
		return `"` + name + `"`
	}
	return name
}

// listed is up to four places, or three and the number of the others. One that
// is everywhere stands for all.
func listed(places []string) string {
	switch {
	case slices.Contains(places, ""):
		return ""
	case len(places) > 4:
		return fmt.Sprintf("%s and %d more", strings.Join(places[:3], ", "), len(places)-3)
	}
	return strings.Join(places, ", ")
}
