package words

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// List joins words as a sentence does: "a", "a and b", "a, b and c".
func List(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// Count writes a number of things: "1 seed", "10 seeds".
func Count(n int, one, many string) string {
	return strconv.Itoa(n) + " " + IfElse(n == 1, one, many)
}

// Capital makes the first letter a capital.
func Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// IfElse is yes if c holds, else no. Both are evaluated.
func IfElse[V any](c bool, yes, no V) V {
	if c {
		return yes
	}
	return no
}

// InQuotes is the name of a policy in a sentence: in quotes, where it is several words and
// could be read as two names: "one line" has them, "jsq" and "r d=2" have none.
func InQuotes(name string) string {
	if strings.ContainsAny(name, " ,") && !strings.Contains(name, "=") {
		return `"` + name + `"`
	}
	return name
}

// Listed is up to four places, or three and the number of the others: "a, b, c and 4 more".
// One that is everywhere, "", stands for all.
func Listed(places []string) string {
	switch {
	case slices.Contains(places, ""):
		return ""
	case len(places) > 4:
		return fmt.Sprintf("%s and %d more", strings.Join(places[:3], ", "), len(places)-3)
	}
	return strings.Join(places, ", ")
}
