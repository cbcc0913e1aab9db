package meter

import (
	"go/ast"
	"go/token"
	"go/types"
)

// leafWeight is the cost of a function that is one block and calls, of metered
// functions, only such; nil if fn is not one. Callers are charged with it, and
// call the body itself, F_mf, so that counting does not keep it from being
// inlined. A function among those it calls is none.
func (fn *function) leafWeight() *weight {
	if fn.judged || fn.whole || fn.object.Signature().TypeParams() != nil || fn.object.Signature().RecvTypeParams() != nil {
		return fn.leaf
	}
	fn.judged = true
	straight := true
	ast.Inspect(fn.decl.Body, func(n ast.Node) bool {
		straight = straight && fn.isStraight(n)
		return straight
	})
	if !straight {
		return nil
	}
	// Walked as on paper: the edits go to a file that nobody writes.
	scratch := &file{source: fn.source, pkg: fn.pkg, info: fn.info, positions: fn.positions}
	w := &walker{file: scratch, leaf: true, here: &block{}}
	w.list(fn.decl.Body.List)
	cost := w.here.weight
	cost.blocks++
	cost.calls++
	fn.leaf = &cost
	return fn.leaf
}

// isStraight reports whether a node, leaving aside those in it, may be in a leaf.
func (fn *function) isStraight(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BlockStmt, *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt, *ast.ReturnStmt, *ast.EmptyStmt, *ast.DeclStmt:
		return true
	case ast.Stmt, *ast.FuncLit:
		return false
	case *ast.BinaryExpr:
		return n.Op != token.LAND && n.Op != token.LOR || fn.info.Types[n].Value != nil
	case *ast.CallExpr:
		return fn.info.Types[n.Fun].IsType() || fn.straightCall(n)
	}
	return true
}

// straightCall reports whether a call is of a leaf, or of something that is
// not metered and cannot call back.
func (fn *function) straightCall(c *ast.CallExpr) bool {
	if name := fn.builtin(c); name != "" {
		return name != "panic"
	}
	o, _ := fn.callee(c)
	if o == nil || fn.spreads(c) {
		return false
	}
	if called := fn.functions[o]; called != nil {
		return called.leafWeight() != nil
	}
	_, spawns := runsElsewhere[o.FullName()]
	recv := o.Signature().Recv()
	return !spawns && (recv == nil || !types.IsInterface(recv.Type()))
}
