package plan

import (
	"fmt"
	"slices"

	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/sim"
)

// A functionTable is [[function]]: one of several functions. It may have the keys of [functions]
// too, which stand there for all, as keys of [[pool]] in [cluster].
type functionTable struct {
	Name     string   `toml:"name" axis:"no" doc:"of the function; function-1, function-2 and so on"`
	Classes  []string `toml:"classes" axis:"no" doc:"of requests, whose calls go to it; those that no other function names"`
	Reserved int      `toml:"reserved" doc:"reserved concurrency: the most calls at once that it makes, which are kept for it and taken off concurrency of [functions]; 0: it shares the rest with the others"`

	path string // of the table in the file; "": there is [functions] alone
}

// ofAll are the keys of [functions] that are of all functions together.
var ofAll = []string{"concurrency", "full"}

// readSeveral reads the [[function]]s, of which the first takes the place of [functions], whose
// values all of them have where they say nothing.
func (r *reader) readSeveral(base functionsTable, common table, v variant) *functionsTable {
	var all []functionsTable
	for i, t := range r.list(r.root, "function") {
		f := base
		f.one = functionTable{Name: fmt.Sprintf("function-%d", i+1), path: t.path}
		t = v.apply(t)
		for _, key := range ofAll {
			r.wrong(t.has(key), join(t.path, key), "is of all functions together: give it in [functions]%s", map[bool]string{true: "; what one makes at most is reserved"}[key == "concurrency"])
		}
		r.decode(t, ofAll, &f, &f.one)
		r.checkFunction(&f, t, common)
		r.wrong(t.has("classes") && len(f.one.Classes) == 0, join(t.path, "classes"), "an empty list: name classes, or leave it out for all that no other function names")
		r.wrong(f.one.Reserved < 0, join(t.path, "reserved"), "%d, must not be negative", f.one.Reserved)
		for _, g := range all {
			r.wrong(g.one.Name == f.one.Name, join(t.path, "name"), "%q is the name of another function", f.one.Name)
			r.wrong(len(g.one.Classes)+len(f.one.Classes) == 0, join(t.path, "classes"), "missing: function %q takes the classes that no other function names", g.one.Name)
			for _, class := range f.one.Classes {
				r.wrong(contains(g.one.Classes, class), join(t.path, "classes"), "calls of class %q go to function %q", class, g.one.Name)
			}
		}
		all = append(all, f)
	}
	if all == nil {
		return &base
	}
	first := &all[0]
	first.others = all[1:]
	reserved, at := 0, ""
	for _, f := range first.all() {
		if reserved += f.one.Reserved; f.one.Reserved > 0 {
			at = join(f.one.path, "reserved") // the last of them
		}
	}
	most := first.Concurrency - catalog.FunctionUnreserved
	r.wrong(reserved > max(most, 0), at, "%d in all functions: Lambda keeps %d of concurrency = %d for functions that reserve none, so at most %d can be reserved",
		reserved, catalog.FunctionUnreserved, first.Concurrency, max(most, 0))
	for _, f := range first.all() {
		most := f.one.Reserved
		if most == 0 {
			most = max(first.Concurrency-reserved, 0)
		}
		r.wrong(f.Provisioned > most, join(f.one.path, "provisioned"), "%d of function %q, must be in [0, %d], as many calls as it may make at once", f.Provisioned, f.one.Name, most)
	}
	return first
}

// all is the functions, the first too.
func (f *functionsTable) all() []*functionsTable {
	out := []*functionsTable{f}
	for i := range f.others {
		out = append(out, &f.others[i])
	}
	return out
}

// functionTables is all functions; none: there is no function service.
func (e *Environment) functionTables() []*functionsTable {
	if e.functions == nil {
		return nil
	}
	return e.functions.all()
}

// provisions says whether environments are kept warm.
func (e *Environment) provisions() bool {
	return slices.ContainsFunc(e.functionTables(), func(f *functionsTable) bool { return f.Provisioned > 0 })
}

// several says whether there is more than [functions] says.
func (f *functionsTable) several() bool { return f.one.Name != "" }

// named is "of function NAME" where there are several.
func (f *functionsTable) named() string {
	if !f.several() {
		return ""
	}
	return " of function " + f.one.Name
}

// of is the number of the function of a class; -1: none takes it.
func (f *functionsTable) of(class string) int {
	all := f.all()
	if k := slices.IndexFunc(all, func(f *functionsTable) bool { return contains(f.one.Classes, class) }); k >= 0 {
		return k
	}
	return slices.IndexFunc(all, func(f *functionsTable) bool { return len(f.one.Classes) == 0 })
}

// checkFunctionsOf refuses classes that no workload has, and those that no function takes.
func (r *reader) checkFunctionsOf(e *Environment, classes []string) {
	if e.functions == nil || !e.functions.several() {
		return
	}
	for _, f := range e.functions.all() {
		for _, class := range f.one.Classes {
			r.wrong(!contains(classes, class), join(f.one.path, "classes"), "no workload has a class %q%s", class, hint(class, classes))
		}
	}
	var left []string
	for _, class := range classes {
		if e.functions.of(class) < 0 && !contains(left, class) {
			left = append(left, class)
		}
	}
	r.wrong(left != nil, join(e.functions.one.path, "classes"), "no function takes %s: name it, or give a function without classes, which takes all that no other names", list(left))
}

// controlAll is the functions as the control plane knows them, and which of them each class has.
func (f *functionsTable) controlAll(classes []policy.Class) *policy.Functions {
	first := f.control()
	for i := range f.others {
		first.Others = append(first.Others, *f.others[i].control())
	}
	for i := range classes {
		classes[i].Function = max(f.of(classes[i].Name), 0)
	}
	return first
}

// worldAll is the functions as the simulated world knows them.
func (f *functionsTable) worldAll() *sim.Functions {
	first := f.world()
	for i := range f.others {
		first.Others = append(first.Others, *f.others[i].world())
	}
	return first
}

// Functions is how many functions there are that are not the one of [functions]; 0: none.
func (c Cell) Functions() int {
	if f := c.Scenario.Env.functions; f != nil && f.several() {
		return len(f.all())
	}
	return 0
}
