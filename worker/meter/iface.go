package meter

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
)

// thread finds the interfaces whose calls can pass counters: those that get, for
// each method M, a method M_mt. All types that are used as one must then have
// M_mt too. So an interface of the copied packages is threaded if each type
// that appears in them and implements it has its methods from functions that
// are split, or from interfaces that are threaded. One that a value is
// asserted to is not: it could be of any type of the program. The calls of
// others find the counters by the goroutine's labels.
func (s *source) thread() {
	for _, p := range s.packages {
		for _, t := range interfaces(p.Types.Scope()) {
			u := t.Type().Underlying().(*types.Interface)
			for i := range u.NumExplicitMethods() {
				m := u.ExplicitMethod(i)
				if s.packages[m.Pkg().Path()] == p {
					s.threaded[m] = t
				}
			}
		}
	}
	u := s.universe()
	drop := func(t *types.TypeName) {
		maps.DeleteFunc(s.threaded, func(_ *types.Func, of *types.TypeName) bool { return of == t })
	}
	for t := range u.asserted {
		drop(t)
	}
	for changed := true; changed; { // one that is dropped may take others along
		before := len(s.threaded)
		for _, t := range slices.Collect(maps.Values(s.threaded)) {
			if !slices.ContainsFunc(u.types, func(of types.Type) bool { return s.lacks(of, t) }) {
				continue
			}
			drop(t)
		}
		changed = len(s.threaded) < before
	}
}

// interfaces are the interface types of a package, without those that have
// type parameters.
func interfaces(scope *types.Scope) (found []*types.TypeName) {
	for _, name := range scope.Names() {
		t, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || t.IsAlias() || !types.IsInterface(t.Type()) {
			continue
		}
		if n, ok := t.Type().(*types.Named); ok && n.TypeParams() == nil {
			found = append(found, t)
		}
	}
	return found
}

// lacks reports whether t, or a pointer to it, can be used as the interface
// but would not be if that were threaded.
func (s *source) lacks(t types.Type, iface *types.TypeName) bool {
	u := iface.Type().Underlying().(*types.Interface)
	if !types.IsInterface(t) {
		t = types.NewPointer(t) // it has all methods of t
	}
	if !types.Implements(t, u) {
		return false
	}
	for i := range u.NumExplicitMethods() {
		m := u.ExplicitMethod(i)
		o, _, _ := types.LookupFieldOrMethod(t, false, m.Pkg(), m.Name())
		f, ok := o.(*types.Func)
		if !ok {
			return true
		}
		f = f.Origin()
		if fn := s.functions[f]; (fn == nil || fn.whole) && s.threaded[f] == nil {
			return true
		}
	}
	return false
}

// A universe is the types that appear in the copied packages.
type universe struct {
	types    []types.Type // those that can have methods; not pointers
	seen     map[types.Type]bool
	asserted map[*types.TypeName]bool // interfaces that values are asserted to
}

func (s *source) universe() *universe {
	u := &universe{seen: map[types.Type]bool{}, asserted: map[*types.TypeName]bool{}}
	generic := false // is a value asserted to a type parameter
	for _, f := range s.files {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			for _, t := range f.asserts(n) {
				_, parameter := t.(*types.TypeParam)
				generic = generic || parameter
				u.assert(t)
			}
			return true
		})
	}
	for _, p := range s.packages {
		for _, tv := range p.TypesInfo.Types {
			u.add(tv.Type)
		}
		for _, o := range p.TypesInfo.Defs {
			if o != nil {
				u.add(o.Type())
			}
		}
		for id, i := range p.TypesInfo.Instances {
			of := p.TypesInfo.Uses[id].Pkg().Path()
			for t := range i.TypeArgs.Types() {
				u.add(t)
				if generic && s.packages[of] != nil || of == "errors" { // it has AsType
					u.assert(t)
				}
			}
		}
	}
	return u
}

// assert notes that a value is asserted to t.
func (u *universe) assert(t types.Type) {
	if n, ok := types.Unalias(t).(*types.Named); ok && types.IsInterface(n) {
		u.asserted[n.Obj()] = true
	}
}

// asserts are the types that a node, leaving aside those in it, asserts a
// value to.
func (f *file) asserts(n ast.Node) (to []types.Type) {
	switch n := n.(type) {
	case *ast.TypeAssertExpr:
		if n.Type != nil {
			to = append(to, f.info.TypeOf(n.Type))
		}
	case *ast.TypeSwitchStmt:
		for _, c := range n.Body.List {
			for _, x := range c.(*ast.CaseClause).List {
				to = append(to, f.info.TypeOf(x))
			}
		}
	case *ast.CallExpr:
		if o, _ := f.callee(n); o != nil && o.FullName() == "errors.As" && !f.spreads(n) {
			if p, ok := f.info.TypeOf(n.Args[1]).Underlying().(*types.Pointer); ok {
				to = append(to, p.Elem())
			}
		}
	}
	return to
}

// add adds t and the types it is made of. Those of a named struct's fields
// appear by themselves where the fields are used.
func (u *universe) add(t types.Type) {
	if t = types.Unalias(t); t == nil || u.seen[t] {
		return
	}
	u.seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		if t.TypeParams() != nil && t.TypeArgs() == nil {
			return // generic: what is used are its instances
		}
		u.types = append(u.types, t)
		for a := range t.TypeArgs().Types() {
			u.add(a)
		}
		if _, ok := t.Underlying().(*types.Struct); !ok {
			u.add(t.Underlying())
		}
	case *types.Interface, *types.TypeParam:
		u.types = append(u.types, t)
	case *types.Struct:
		u.types = append(u.types, t)
		for f := range t.Fields() {
			u.add(f.Type())
		}
	case *types.Tuple:
		for v := range t.Variables() {
			u.add(v.Type())
		}
	case *types.Signature:
		u.add(t.Params())
		u.add(t.Results())
	case *types.Map:
		u.add(t.Key())
		u.add(t.Elem())
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		u.add(t.Elem())
	}
}
