package plan

import (
	"slices"
	"strings"
	"unicode"
)

// contains says whether a name is in a list.
func contains(names []string, name string) bool { return slices.Contains(names, name) }

// list writes names in a sentence.
func list(names []string) string { return strings.Join(names, ", ") }

// maxName bounds names, which head columns and panels.
const maxName = 80

// checkName refuses names that would garble tables.
func (r *reader) checkName(t table, name string) {
	odd := strings.IndexFunc(name, func(c rune) bool { return !unicode.IsPrint(c) || c == '"' || c == ',' })
	r.wrong(odd >= 0, join(t.path, "name"), "%q: must not hold commas, quotes or control characters", name)
	r.wrong(len(name) > maxName, join(t.path, "name"), "%d characters, must be at most %d", len(name), maxName)
	r.wrong(strings.TrimSpace(name) != name, join(t.path, "name"), "%q: must not begin or end with a space", name)
}

// unique refuses policies of the same name.
func (r *reader) unique(policies []*Policy) {
	seen := map[string]bool{}
	for _, p := range policies {
		r.wrong(seen[p.Name], join(p.table.path, "name"), "a policy called %q is already there: give this one another name", p.Name)
		seen[p.Name] = true
	}
}
