package meter

import (
	"fmt"
	"go/ast"
	"strings"
)

// entry adds F, which finds the counters and calls F_mt.
func (f *file) entry(fn *function) {
	f.addFunction(fn, "", "_ms := _mt.Cur(); ", "_mt")
}

// leafEntries adds F and F_mt, which count a leaf and call its body, F_mf:
// for callers that are not charged with it.
func (f *file) leafEntries(fn *function) {
	c := len(f.counters)
	f.counters = append(f.counters, *fn.leaf)
	f.addFunction(fn, "", fmt.Sprintf("_mt.Cur().C[%d]++; ", c), "_mf")
	f.addFunction(fn, "_mt", fmt.Sprintf("_ms.C[%d]++; ", c), "_mf")
}

// addFunction adds a function like fn, its name ended by suffix, that executes
// first and then calls fn's variant with the suffix to. Variants _mt have the
// counters as first parameter.
func (f *file) addFunction(fn *function, suffix, first, to string) {
	d := fn.decl
	params, args := f.forward(d.Type.Params)
	if suffix == "_mt" {
		params = append([]string{"_ms *_mt.Shard"}, params...)
	}
	if to == "_mt" {
		args = append([]string{"_ms"}, args...)
	}
	receiver, dot := "", ""
	if d.Recv != nil {
		receiver, dot = "(_r "+f.print(d.Recv.List[0].Type)+") ", "_r."
	}
	typeParams, typeArgs := f.typeParams(d.Type.TypeParams)
	results, give := f.results(d.Type.Results)
	p := f.fset.Position(d.Pos())
	fmt.Fprintf(&f.entries, "\n//line %s:%d\nfunc %s%s%s%s(%s) %s{ %s%s%s%s%s(%s) }\n",
		f.lineName(), p.Line, receiver, d.Name.Name, suffix, typeParams, strings.Join(params, ", "), results,
		first, give, dot+d.Name.Name, to, typeArgs, strings.Join(args, ", "))
}

// forward is a parameter list with names of its own, and the arguments that
// pass them on.
func (f *file) forward(list *ast.FieldList) (params, args []string) {
	for _, p := range list.List {
		typ := f.print(p.Type)
		for range max(1, len(p.Names)) {
			name := fmt.Sprintf("_a%d", len(params))
			params = append(params, name+" "+typ)
			if strings.HasPrefix(typ, "...") {
				name += "..."
			}
			args = append(args, name)
		}
	}
	return params, args
}

// typeParams is a function's type parameters, and the arguments that pass them on.
func (f *file) typeParams(list *ast.FieldList) (params, args string) {
	if list == nil {
		return "", ""
	}
	var declared, names []string
	for _, p := range list.List {
		for _, name := range p.Names {
			declared = append(declared, name.Name+" "+f.print(p.Type))
			names = append(names, name.Name)
		}
	}
	return "[" + strings.Join(declared, ", ") + "]", "[" + strings.Join(names, ", ") + "]"
}

// results is a function's results without names, and what gives those of a call.
func (f *file) results(list *ast.FieldList) (results, give string) {
	if list == nil || len(list.List) == 0 {
		return "", ""
	}
	var types []string
	for _, r := range list.List {
		for range max(1, len(r.Names)) {
			types = append(types, f.print(r.Type))
		}
	}
	return "(" + strings.Join(types, ", ") + ") ", "return "
}
