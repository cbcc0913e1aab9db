package meter

import (
	"go/ast"
	"go/types"
)

// A function is one declared in the packages to copy.
type function struct {
	*file
	object *types.Func
	decl   *ast.FuncDecl
	whole  bool    // it keeps its name and finds the counters itself
	leaf   *weight // its cost to its callers; nil if it counts itself
	judged bool    // leaf has been decided, or is being
}

func newFunction(f *file, d *ast.FuncDecl) *function {
	fn := &function{file: f, object: f.info.Defs[d.Name].(*types.Func), decl: d}
	// A function that recovers does so only if it is deferred itself, not
	// through another.
	fn.whole = d.Recv == nil && (d.Name.Name == "init" || d.Name.Name == "main") || f.recovers(d.Body)
	if d.Type.TypeParams != nil {
		for _, p := range d.Type.TypeParams.List {
			for _, name := range p.Names {
				fn.whole = fn.whole || name.Name == "_" // it cannot be passed on
			}
		}
	}
	return fn
}

// recovers reports whether body calls recover, but for function literals in it.
func (f *file) recovers(body *ast.BlockStmt) (yes bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			yes = yes || f.builtin(n) == "recover"
		}
		return true
	})
	return yes
}

// builtin is the name of the predeclared function that c calls; "" if it calls
// another.
func (f *file) builtin(c *ast.CallExpr) string {
	if id, ok := ast.Unparen(c.Fun).(*ast.Ident); ok {
		if b, ok := f.info.Uses[id].(*types.Builtin); ok {
			return b.Name()
		}
	}
	return ""
}

// callee is the function or method that a call names, and its name in the
// source; nil for a function value. A method of an interface is the one that
// the interface declares.
func (f *file) callee(c *ast.CallExpr) (*types.Func, *ast.Ident) {
	fun := ast.Unparen(c.Fun)
	switch index := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(index.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(index.X)
	}
	var id *ast.Ident
	switch fun := fun.(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		if s := f.info.Selections[fun]; s != nil && s.Kind() != types.MethodVal {
			return nil, nil // a field, or a method with its receiver as argument
		}
		id = fun.Sel
	default:
		return nil, nil
	}
	o, ok := f.info.Uses[id].(*types.Func)
	if !ok {
		return nil, nil
	}
	return o.Origin(), id
}

// spreads reports whether c is f(g()) with g giving several values: no
// argument can be put before them.
func (f *file) spreads(c *ast.CallExpr) bool {
	if len(c.Args) != 1 {
		return false
	}
	_, ok := f.info.TypeOf(c.Args[0]).(*types.Tuple)
	return ok
}
