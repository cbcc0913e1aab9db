package plan

import (
	"slices"
	"strings"

	"cnv/results/words"
)

// parameterOf says which policies take a key, where it stands in a table of a policy that
// does not: no name that is only spelt alike says more. "" if none takes it.
func parameterOf(path, key string) string {
	if table := plain(path); table != "policy" && !strings.HasPrefix(table, "policy.") {
		return ""
	}
	var takers []string
	in := ""
	for _, role := range Roles {
		for _, s := range role.Specs {
			if slices.ContainsFunc(fields(s.New()), func(f field) bool { return f.key == key }) {
				takers = append(takers, "the "+role.Name+" "+s.Name)
				in = role.Name + "_params"
			}
		}
	}
	if takers == nil {
		return ""
	}
	text := "it is a parameter of " + words.List(takers)
	if len(takers) == 1 {
		text += ", given by " + in + " = { " + key + " = ... }"
	}
	return text
}
