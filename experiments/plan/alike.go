package plan

import (
	"fmt"
	"reflect"
	"strings"

	"cnv/results/words"
)

// checkAlike notes policies that differ in their names alone.
func (r *reader) checkAlike(environments []*Environment, policies []*Policy) {
	for _, e := range environments {
		for _, f := range e.faults {
			if len(f.Policies) > 0 { // the name decides what goes wrong
				return
			}
		}
	}
	var first []*Policy // of those that differ from all before
	others := map[*Policy][]*Policy{}
policies:
	for _, p := range policies {
		for _, q := range first {
			if q.does(p) {
				others[q] = append(others[q], p)
				continue policies
			}
		}
		first = append(first, p)
	}
	for _, q := range first {
		if alike := others[q]; len(alike) > 0 {
			r.note(join(alike[0].table.path, "name"), "%s %s under %s: nothing but the name differs", listed(alike), q.Name, words.IfElse(len(alike) == 1, "another name", "other names"))
		}
	}
}

// mostNamed is how many policies are named in one note.
const mostNamed = 3

// listed names policies, the first ones of many, and says that they are.
func listed(policies []*Policy) string {
	var names []string
	for _, p := range policies[:min(len(policies), mostNamed)] {
		names = append(names, p.Name)
	}
	more := len(policies) - len(names)
	switch {
	case more > 0:
		return fmt.Sprintf("%s and %d more are", strings.Join(names, ", "), more)
	case len(names) == 1:
		return names[0] + " is"
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last] + " are"
}

// does says whether two policies are the same but for their names.
func (p *Policy) does(q *Policy) bool {
	a, b := p.keys, q.keys
	a.Name, b.Name = "", ""
	if !reflect.DeepEqual(a, b) {
		return false
	}
	for _, role := range Roles {
		if !reflect.DeepEqual(p.roles[role.Name].make(), q.roles[role.Name].make()) {
			return false
		}
	}
	return true
}
