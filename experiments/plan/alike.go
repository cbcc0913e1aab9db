package plan

import "reflect"

// checkAlike notes policies that differ in their names alone.
func (r *reader) checkAlike(environments []*Environment, policies []*Policy) {
	for _, e := range environments {
		for _, f := range e.faults {
			if len(f.Policies) > 0 { // the name decides what goes wrong
				return
			}
		}
	}
	for i, p := range policies {
		for _, q := range policies[:i] {
			if q.does(p) {
				r.note(join(p.table.path, "name"), "%s is %s under another name: nothing but the name differs", p.Name, q.Name)
				break
			}
		}
	}
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
