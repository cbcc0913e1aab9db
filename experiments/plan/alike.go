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
	var groups [][]*Policy // alike
	var does []doing       // of each group
policies:
	for _, p := range policies {
		d := p.doing()
		for i := range does {
			if does[i].equals(&d) {
				groups[i] = append(groups[i], p)
				continue policies
			}
		}
		groups, does = append(groups, []*Policy{p}), append(does, d)
	}
	for _, g := range groups {
		if alike := g[1:]; len(alike) > 0 {
			r.note(join(alike[0].table.path, "name"), "%s %s under %s: nothing but the name differs", listed(alike), g[0].Name, words.IfElse(len(alike) == 1, "another name", "other names"))
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

// A doing is what a policy does, whatever its name: made once, as a thousand policies are
// compared half a million times.
type doing struct {
	keys  policyTable
	roles []any
}

func (p *Policy) doing() doing {
	d := doing{keys: p.keys}
	d.keys.Name = ""
	for _, role := range Roles {
		d.roles = append(d.roles, p.roles[role.Name].make())
	}
	return d
}

// equals looks at the parameters first, which differ most.
func (d *doing) equals(e *doing) bool {
	for i := range d.roles {
		if !reflect.DeepEqual(d.roles[i], e.roles[i]) {
			return false
		}
	}
	return reflect.DeepEqual(d.keys, e.keys)
}
