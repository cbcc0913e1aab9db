package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"
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

	AgainFrom string `toml:"again_from" axis:"no" doc:"the same change under other conditions, from this policy; the answer says whether its effect is the same there (their interaction)"`
	AgainTo   string `toml:"again_to" axis:"no" doc:"to this one; required with again_from"`

	Expected      ExpectedOf `toml:"expected" axis:"no" doc:"what the change does by the hypothesis, by primary metric: better, worse, same, not better or not worse (higher, lower or same where neither is better); the answer says whether it does"`
	AgainExpected ExpectedOf `toml:"again_expected" axis:"no" doc:"the same from again_from to again_to"`
	ExpectedOn    []string   `toml:"expected_on" axis:"no" doc:"the workloads of which that is expected, by their full names; those of on"`
}

// ExpectedOf is a table of expectations by metric.
type ExpectedOf map[string]compare.Expectation

// UnmarshalTOML takes a table of words.
func (e *ExpectedOf) UnmarshalTOML(x any) error {
	keys, ok := x.(map[string]any)
	if !ok {
		return errors.Join(mismatch(`a table by metric, such as { miss_avoidable = "better" }`, x)...)
	}
	*e = ExpectedOf{}
	for _, name := range sortedNames(keys) {
		text, ok := keys[name].(string)
		if !ok {
			return fmt.Errorf("%s: %w", name, errors.Join(mismatch(`a word such as "better"`, keys[name])...))
		}
		(*e)[name] = compare.Expectation(text)
	}
	return nil
}

// checkExpected refuses what cannot be expected of a metric, and metrics that are not
// primary, of which no differences are judged together.
func (r *reader) checkExpected(primary []string, path string, expected ExpectedOf) {
	for _, metric := range slices.Sorted(maps.Keys(expected)) {
		var valid []string
		for _, e := range compare.Expectations(metric) {
			valid = append(valid, string(e))
		}
		if !contains(primary, metric) {
			r.problem(path, "%q is not primary: only the differences of those hold together%s", metric, hint(metric, primary))
			continue
		}
		said := string(expected[metric])
		r.wrong(!contains(valid, said), path, "%s = %q, want %s%s", metric, said, strings.Join(valid, ", "), hint(said, valid))
	}
}

// readContrasts reads the pairs of policies to compare. Names are only checked
// against policies that are all readable.
func (r *reader) readContrasts(policies []*Policy, primary []string, readable bool) []compare.Contrast {
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
		r.wrong(c.AgainExpected != nil && !again, join(t.path, "again_expected"), "there is no again_from and again_to of which it could be expected")
		r.wrong(c.ExpectedOn != nil && c.Expected == nil && c.AgainExpected == nil, join(t.path, "expected_on"), "does nothing, as nothing is expected: give expected or again_expected")
		r.checkExpected(primary, join(t.path, "expected"), c.Expected)
		r.checkExpected(primary, join(t.path, "again_expected"), c.AgainExpected)
		out = append(out, compare.Contrast{
			Name: c.Name, From: c.From, To: c.To, On: c.On, AgainFrom: c.AgainFrom, AgainTo: c.AgainTo,
			Expected: c.Expected, AgainExpected: c.AgainExpected, ExpectedOn: c.ExpectedOn,
		})
	}
	return out
}
