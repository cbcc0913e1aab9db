package plan

import (
	"strings"

	"cnv/policy"
)

// A policyTable is [[policy]] but for the parts that it names ([partNames]): one combination
// of policies to compare. The parameters of each are in [policy.router_params] and so on.
type policyTable struct {
	Name    string `toml:"name" axis:"no" doc:"in tables and figures; the router's"`
	Initial *Count `toml:"initial" doc:"overrides that of every pool"`
	Min     *int   `toml:"min" doc:"overrides that of every pool"`
	Max     *int   `toml:"max" doc:"overrides that of every pool"`
	Replace *bool  `toml:"replace" doc:"overrides that of every pool"`
	Queue   *bool  `toml:"gateway_queue" doc:"overrides that of every pool"`
}

// A Policy is one variant of a [[policy]]: a column of the comparison.
type Policy struct {
	Name  string
	keys  policyTable
	names map[string]string // of its parts, by role
	roles map[string]chosen
	table table
	label string // " router=jsq", behind its name: its values on the axes of the file
}

// Names says whether the file itself names the part of a role.
func (p *Policy) Names(role string) bool { return p.table.has(role) }

// chosen is a policy by name with the parameters of the file.
type chosen struct {
	spec   policy.Spec
	params table
}

// make returns a fresh policy with its parameters set.
func (c chosen) make() any {
	p := c.spec.New()
	(&reader{}).decode(c.params, nil, p) // readPolicy has reported all problems
	return p
}

// readPolicies reads all variants of all [[policy]] tables.
func (r *reader) readPolicies() []*Policy {
	tables := r.list(r.root, "policy")
	r.wrong(len(tables) == 0, "policy", `missing: give at least one [[policy]] with router = "jsq"`)
	var out []*Policy
	for _, t := range tables {
		if !r.fewEnough(t) {
			r.lost = true
			continue
		}
		for _, v := range r.cross(r.axes(t, &policyTable{}, partNames())) {
			for _, w := range r.cross(r.paramAxes(v.apply(t))) {
				p := r.readPolicy(v.apply(t), w, v.label+w.label)
				if p == nil {
					r.lost = true
					continue
				}
				out = append(out, p)
			}
		}
	}
	r.unique(out)
	return out
}

// fewEnough notes that the axes of a policy make too many combinations, with the key from
// which on they do, before any is made.
func (r *reader) fewEnough(t table) bool {
	own := r.cross(r.axes(t, &policyTable{}, partNames()))
	n := 0
	for _, v := range own {
		some := 1
		for _, a := range r.paramAxes(v.apply(t)) {
			if some *= len(a.values); n+some > maxVariants {
				r.problem(a.path, "the lists of this policy up to here make more than %d combinations (%d of its own keys)", maxVariants, len(own))
				return false
			}
		}
		n += some
	}
	return true
}

// Policies reads the policies of an experiment file and nothing else: its
// traces need not be there.
func Policies(name, text string) ([]*Policy, error) {
	r, err := newReader(name, ".", text)
	if err != nil {
		return nil, err
	}
	out := r.readPolicies()
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	return out, nil
}

// paramAxes finds the axes among the parameters of a policy's parts.
func (r *reader) paramAxes(t table) []axis {
	_, named := readKeys(t)
	var axes []axis
	for _, role := range Roles {
		spec, ok := find(role.Specs, named[role.Name])
		params, has := r.sub(t, role.Name+"_params")
		if ok && has {
			axes = append(axes, r.axes(params, spec.New())...)
		}
	}
	return axes
}

// readKeys reads the keys of a policy, and the names of its parts by role, without
// reporting problems.
func readKeys(t table) (keys policyTable, named map[string]string) {
	names := partNames()
	(&reader{}).decode(t, nil, &keys, names)
	named = map[string]string{}
	for _, f := range fields(names) {
		named[f.key] = f.value.String()
	}
	return keys, named
}

// readPolicy reads one variant: the table has no axes any more but among the
// parameters, for which w has the values.
func (r *reader) readPolicy(t table, w variant, label string) *Policy {
	before := len(r.problems)
	p := &Policy{roles: map[string]chosen{}, table: t, label: label}
	p.keys, p.names = readKeys(t)
	r.decode(t, paramTables(), &policyTable{}, partNames())
	for _, role := range Roles {
		name := p.names[role.Name]
		missing := "missing"
		if t.has(role.Name) {
			missing = "empty"
		}
		r.wrong(name == "", join(t.path, role.Name), missing+" (one of %s)", list(specNames(role.Specs)))
		params, _ := r.sub(t, role.Name+"_params")
		c, ok := r.choose(join(t.path, role.Name), role, name, w.apply(params))
		if ok {
			p.roles[role.Name] = c
		}
	}
	spill := p.names["spill"]
	r.wrong(spill != "never" && !r.root.has("functions") && !r.root.has("function"), join(t.path, "spill"), "%q sends requests to functions, but the file has no [functions]", spill)
	r.wrong(spill != "always" && !r.root.has("cluster") && !r.root.has("pool"), join(t.path, "spill"),
		`%q needs workers, but the file has no [cluster]; give one, or spill = "always"`, spill)
	keeps := p.names["keepalive"]
	r.wrong(keeps != none && spill == "never", join(t.path, "keepalive"), "%q is for environments of functions, and spill = \"never\" uses none", keeps)
	p.Name = p.keys.Name
	if p.Name == "" {
		p.Name = p.names["router"]
		label = strings.Replace(label, " router="+p.Name, "", 1) // once is enough
	}
	r.checkName(t, p.Name)
	p.Name += label
	if len(r.problems) > before {
		return nil
	}
	return p
}

// paramTables is the tables that a [[policy]] may have.
func paramTables() []string {
	var out []string
	for _, role := range Roles {
		out = append(out, role.Name+"_params")
	}
	return out
}

// choose finds a policy by name and checks its parameters.
func (r *reader) choose(path string, role Role, name string, params table) (chosen, bool) {
	spec, ok := find(role.Specs, name)
	if !ok {
		r.wrong(name != "", path, "unknown %s %q%s", role.Name, name, hint(name, specNames(role.Specs)))
		return chosen{}, false
	}
	p := spec.New()
	if !r.decode(params, nil, p) {
		return chosen{}, false
	}
	if v, has := p.(interface{ Validate() error }); has {
		if params.path == "" {
			params.path = path
		}
		err := v.Validate()
		r.blame(params, err)
		ok = err == nil
	}
	return chosen{spec, params}, ok
}

// fill puts fresh policies and the bounds of the pools into a configuration.
func (p *Policy) fill(c *policy.Config) {
	p.Fresh(c)
	for i := range c.Pools {
		p.bounds(&c.Pools[i])
	}
}

// Fresh puts fresh policies into a configuration.
func (p *Policy) Fresh(c *policy.Config) {
	c.Settings = nil
	for _, role := range Roles {
		part := p.part(role.Name)
		c.Settings = append(c.Settings, changeable(role.Name, part)...)
		role.fill(c, part)
	}
}

// bounds overrides the least and most workers of a pool, whether lost ones are
// replaced, and whether requests wait at the gateway.
func (p *Policy) bounds(pool *policy.Pool) {
	k := &p.keys
	if k.Min != nil {
		pool.Min = *k.Min
	} else if k.Initial != nil && !k.Initial.Auto && k.Initial.N < pool.Min {
		pool.Min = k.Initial.N
	}
	if k.Max != nil {
		pool.Max = *k.Max
	}
	replace(pool, k.Replace)
	if k.Queue != nil {
		pool.Limit = 0
		if *k.Queue {
			pool.Limit = pool.Slots
		}
	}
}

// find is the policy of a name.
func find(specs []policy.Spec, name string) (policy.Spec, bool) {
	for _, s := range specs {
		if s.Name == name {
			return s, true
		}
	}
	return policy.Spec{}, false
}

// specNames is the names of policies or generators.
func specNames(specs []policy.Spec) []string {
	var out []string
	for _, s := range specs {
		out = append(out, s.Name)
	}
	return out
}
