package plan

import (
	"fmt"
	"slices"
	"strings"
)

// A Told is a policy as a reader of results wants to see it beside its name.
type Told struct {
	Name                         string
	Router, Spill, Scaler, Other string // with the parameters that are not the default
}

// Told is what each policy does, and what the names in that mean: pairs of name and text, in
// the order of [Roles]. An estimator is told of where the policy looks at predictions.
func (p *Plan) Told() (policies []Told, names [][2]string) {
	said := map[string]map[string]bool{}
	for _, pol := range p.Policies {
		t := Told{Name: pol.Name}
		var other []string
		for _, role := range Roles {
			if pol.open(role.Name) || role.Name == "estimator" && !pol.Estimates() {
				continue
			}
			name := pol.names[role.Name]
			if said[role.Name] == nil {
				said[role.Name] = map[string]bool{}
			}
			said[role.Name][name] = true
			switch text := pol.told(role.Name); role.Name {
			case "router":
				t.Router = text
			case "spill":
				t.Spill = text
			case "scaler":
				t.Scaler = text
			default:
				other = append(other, role.Name+" "+text)
			}
		}
		for _, f := range fields(&pol.keys) {
			if v, ok := setting(f.value); ok && f.key != "name" {
				other = append(other, fmt.Sprintf("%s = %v", f.key, v))
			}
		}
		t.Other = strings.Join(other, "; ")
		policies = append(policies, t)
	}
	for _, role := range Roles {
		for _, s := range role.Specs {
			if said[role.Name][s.Name] {
				names = append(names, [2]string{role.Name + " " + s.Name, s.Doc})
			}
		}
	}
	return policies, names
}

// told is the part that a policy has in a role, with the parameters that are not the default.
func (p *Policy) told(role string) string {
	usual := map[string]string{}
	for _, d := range Parameters(p.roles[role].spec) {
		usual[d.Key] = strings.Trim(d.Default, `"`)
	}
	var params []string
	for key, value := range settings(p.part(role)) {
		if text := fmt.Sprint(value); text != strings.TrimSuffix(usual[key], " seconds") && p.roles[role].params.has(key) {
			params = append(params, key+" = "+text)
		}
	}
	slices.Sort(params)
	if len(params) == 0 {
		return p.names[role]
	}
	return p.names[role] + " (" + strings.Join(params, ", ") + ")"
}

// told is a workload by the keys of the file.
func (w *Workload) told() string {
	all := settings(w.keys...)
	var out []string
	for _, f := range fields(w.keys...) {
		if v, ok := all[f.key]; ok && w.table.has(f.key) && f.key != "name" {
			out = append(out, fmt.Sprintf("%s = %v", f.key, v))
		}
	}
	return strings.Join(out, ", ")
}
