package csvfile

import (
	"strconv"
	"strings"
)

// Inert are fields as a spreadsheet may have them: a text that it would take for a formula
// (of a name from a log, say) has an apostrophe before it, as spreadsheets mark text.
// Reading takes it off. Numbers stay as they are. It changes its argument, and returns it.
//
// Results are opened in spreadsheets, and names in them may come from strangers: a class of
// a log that is called "=HYPERLINK(...)" must not act (OWASP, CSV Injection).
func Inert(fields []string) []string {
	for i, f := range fields {
		if formula(f) {
			fields[i] = "'" + f
		}
	}
	return fields
}

// Plain takes off what Inert has put there.
func Plain(fields []string) []string {
	for i, f := range fields {
		if rest, ok := strings.CutPrefix(f, "'"); ok && formula(rest) {
			fields[i] = rest
		}
	}
	return fields
}

// formula says whether a spreadsheet may compute with a field, which begins with one of = +
// - @ or white space; also with apostrophes before it, so that each text reads back as it
// was. Numbers are none.
func formula(f string) bool {
	rest := strings.TrimLeft(f, "'")
	if rest == "" || !strings.ContainsRune("=+-@\t\r", rune(rest[0])) {
		return false
	}
	if _, err := strconv.ParseFloat(f, 64); err == nil { // -5, -inf
		return false
	}
	return true
}
