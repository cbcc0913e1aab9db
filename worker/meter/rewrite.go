package meter

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// rewrite makes the metered copies of all files.
func (s *source) rewrite() map[*file][]byte {
	s.thread()
	for _, f := range s.files {
		f.imports()
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				f.declaration(d)
			case *ast.FuncDecl:
				if o, ok := f.info.Defs[d.Name].(*types.Func); ok && f.functions[o] != nil {
					f.rewriteFunction(f.functions[o])
				}
			}
		}
	}
	copies := map[*file][]byte{}
	for _, f := range s.files {
		copies[f] = f.output()
	}
	return copies
}

// imports makes the file import the copies, and the counters.
func (f *file) imports() {
	f.insert(f.syntax.Name.End(), "; import _mt %q", f.Runtime+"/count")
	for _, i := range f.syntax.Imports {
		if path := imported(i); f.packages[path] != nil {
			f.replace(i.Path, `"`+f.copy(path)+`"`)
		}
	}
}

// declaration rewrites the function literals in a package's variables, and the
// interfaces that pass counters.
func (f *file) declaration(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			if d.Tok == token.VAR {
				w := &walker{file: f, here: &block{}, outside: true}
				w.costs(spec.Values)
			}
		case *ast.TypeSpec:
			if t, ok := spec.Type.(*ast.InterfaceType); ok {
				f.addMethods(t)
			}
		}
	}
}

// addMethods gives an interface, for each method that passes counters, the one
// that is passed them.
func (f *file) addMethods(t *ast.InterfaceType) {
	for _, m := range t.Methods.List {
		for _, name := range m.Names {
			o, ok := f.info.Defs[name].(*types.Func)
			if !ok || f.threaded[o] == nil {
				continue
			}
			signature := m.Type.(*ast.FuncType)
			shard := "_ms *_mt.Shard"
			if p := signature.Params.List; len(p) > 0 && len(p[0].Names) == 0 {
				shard = "*_mt.Shard" // all without names
			}
			if len(signature.Params.List) > 0 {
				shard += ", "
			}
			text := strings.TrimPrefix(f.print(signature), "func(")
			if strings.Contains(text, "\n") {
				text += fmt.Sprintf("\n//line %s:%d\n", f.lineName(), f.fset.Position(m.End()).Line)
			}
			f.insert(m.End(), "; %s_mt(%s%s", name.Name, shard, text)
		}
	}
}

// rewriteFunction counts what a function executes.
func (f *file) rewriteFunction(fn *function) {
	if fn.leafWeight() != nil {
		// Only its calls change, to those of other leaves.
		f.insert(fn.decl.Name.End(), "_mf")
		w := &walker{file: f, leaf: true, here: &block{}}
		w.list(fn.decl.Body.List)
		f.leafEntries(fn)
		return
	}
	w := &walker{file: f}
	if fn.whole {
		w.function(fn.decl.Body, "_ms := _mt.Cur(); ")
		return
	}
	f.insert(fn.decl.Name.End(), "_mt")
	params := fn.decl.Type.Params
	comma := ", "
	if len(params.List) == 0 {
		comma = ""
	}
	f.insert(params.Opening+1, "_ms *_mt.Shard%s", comma)
	f.unnamed(params)
	w.function(fn.decl.Body, "")
	f.entry(fn)
}
