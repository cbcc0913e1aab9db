package plan

import (
	"fmt"
	"slices"
	"strings"

	"cnv/policy"
	"cnv/policy/route"
)

// Other makes the router and the spill of another policy than the one called
// current, by name: a policy of the list, or any router with its default
// parameters and the spill of the current one.
func Other(policies []*Policy, current, name string) (policy.Router, policy.Spill, error) {
	var cfg policy.Config
	var names []string
	for _, p := range policies {
		names = append(names, p.Name)
		if p.Name == name {
			p.Fresh(&cfg)
			return cfg.Router, cfg.Spill, nil
		}
		if p.Name == current {
			p.Fresh(&cfg)
		}
	}
	for _, s := range route.Specs {
		if s.Name == name {
			return s.New().(policy.Router), cfg.Spill, nil
		}
		if !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	return nil, nil, fmt.Errorf("cnv: no policy %q: the experiment and the routers have %s", name, strings.Join(names, ", "))
}

// CheckRouter says whether there is a router of the name; policies are names that would do
// as well.
func CheckRouter(name string, policies []string) error {
	known := slices.Clone(policies)
	for _, s := range route.Specs {
		if s.Name == name {
			return nil
		}
		if !slices.Contains(known, s.Name) {
			known = append(known, s.Name)
		}
	}
	return fmt.Errorf("cnv: no policy %q%s: the experiment and the routers have %s", name, hint(name, known), strings.Join(known, ", "))
}
