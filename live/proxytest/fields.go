package proxytest

import "strings"

// A Field is one field line of a message, as sent.
type Field struct{ Name, Value string }

// Fields are the field lines of a message, in the order in which they came.
type Fields []Field

// Values are the values of all lines with a name, in any case, in order.
func (f Fields) Values(name string) []string {
	var out []string
	for _, l := range f {
		if strings.EqualFold(l.Name, name) {
			out = append(out, l.Value)
		}
	}
	return out
}

// Get is the value of a field, its lines joined by commas; empty if there is none.
func (f Fields) Get(name string) string { return strings.Join(f.Values(name), ", ") }

// Has says whether there is a line with the name.
func (f Fields) Has(name string) bool { return len(f.Values(name)) > 0 }

// lists says whether a list field has an element, in any case.
func (f Fields) lists(name, element string) bool {
	for _, v := range f.Values(name) {
		for e := range strings.SplitSeq(v, ",") {
			e, _, _ = strings.Cut(e, ";")
			if strings.EqualFold(strings.Trim(e, " \t"), element) {
				return true
			}
		}
	}
	return false
}

// String is the fields as on the wire.
func (f Fields) String() string {
	var b strings.Builder
	for _, l := range f {
		b.WriteString(l.Name + ": " + l.Value + "\r\n")
	}
	return b.String()
}
