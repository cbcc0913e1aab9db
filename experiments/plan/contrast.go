package plan

import (
	"strings"

	"cnv/results/compare"
)

// A contrastTable is [[contrast]]: a pair of policies whose difference the
// answer is to name.
type contrastTable struct {
	Name string `toml:"name" axis:"no" doc:"what differs, in plain words; required"`
	From string `toml:"from" axis:"no" doc:"a policy by its full name; required"`
	To   string `toml:"to" axis:"no" doc:"another one; required"`
	// On are full names of workloads.
	On []string `toml:"on" axis:"no" doc:"the workloads that the sentences are about, by their full names; all"`

	AgainFrom string `toml:"again_from" axis:"no" doc:"the same change where all else is otherwise, from this policy; the answer says whether it does the same there (their interaction)"`
	AgainTo   string `toml:"again_to" axis:"no" doc:"to this one; required with again_from"`
}

// readContrasts reads the pairs of policies to compare. Names are only checked
// against policies that are all readable.
func (r *reader) readContrasts(policies []*Policy, readable bool) []compare.Contrast {
	var names []string
	for _, p := range policies {
		names = append(names, p.Name)
	}
	var out []compare.Contrast
	for _, t := range r.list(r.root, "contrast") {
		var c contrastTable
		r.decode(t, nil, &c)
		r.wrong(c.Name == "", join(t.path, "name"), "missing: say in plain words what differs")
		again := c.AgainFrom != "" || c.AgainTo != ""
		for _, end := range [4][2]string{{"from", c.From}, {"to", c.To}, {"again_from", c.AgainFrom}, {"again_to", c.AgainTo}} {
			r.wrong(end[1] == "" && (again || !strings.HasPrefix(end[0], "again")), join(t.path, end[0]), "missing: name a policy")
			r.wrong(end[1] != "" && readable && !contains(names, end[1]), join(t.path, end[0]), "unknown policy %q%s", end[1], hint(end[1], names))
		}
		r.wrong(c.From != "" && c.From == c.To, join(t.path, "to"), "%q is what it is to be compared with", c.To)
		r.wrong(again && c.AgainFrom == c.AgainTo, join(t.path, "again_to"), "%q is what it is to be compared with", c.AgainTo)
		alike := c.AgainFrom == c.From && c.AgainTo == c.To || c.AgainFrom == c.To && c.AgainTo == c.From
		r.wrong(again && alike && c.From != c.To, join(t.path, "again_from"), "from and to again: name the pair where all else is otherwise")
		out = append(out, compare.Contrast(c))
	}
	return out
}
