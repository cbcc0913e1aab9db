package policy_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A checker collects what is impure in a package.
type checker struct {
	fset  *token.FileSet
	info  *types.Info
	found []string
}

func (c *checker) refuse(at ast.Node, format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf("%v: ", c.fset.Position(at.Pos()))+fmt.Sprintf(format, args...))
}

// visit looks at one node.
func (c *checker) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		c.refuse(n, "a goroutine is started")
	case *ast.ChanType, *ast.SendStmt:
		c.refuse(n, "a channel")
	case *ast.SelectStmt:
		c.refuse(n, "a select")
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			c.refuse(n, "a channel")
		}
	case *ast.RangeStmt:
		if _, ok := c.info.TypeOf(n.X).Underlying().(*types.Map); ok {
			c.refuse(n, "range over a map, whose order differs from run to run")
		}
	case *ast.AssignStmt:
		for _, x := range n.Lhs {
			c.assigned(x)
		}
	case *ast.IncDecStmt:
		c.assigned(n.X)
	case *ast.CompositeLit:
		c.literal(n)
	case *ast.SelectorExpr:
		if d, ok := n.X.(*ast.SelectorExpr); ok && d.Sel.Name == "UnitNormal" && n.Sel.Name == "Rand" {
			c.refuse(n, "distuv.UnitNormal draws from the global source")
		}
	case *ast.Ident:
		c.used(n)
	}
	return true
}

// pureRand is what math/rand/v2 has that is not its global source.
var pureRand = []string{"New", "NewPCG", "NewChaCha8", "NewZipf"}

// used refuses functions that read the clock, print, or draw from the global
// source.
func (c *checker) used(id *ast.Ident) {
	if b, ok := c.info.Uses[id].(*types.Builtin); ok && strings.HasPrefix(b.Name(), "print") {
		c.refuse(id, "%s", b.Name())
	}
	f, ok := c.info.Uses[id].(*types.Func)
	if !ok || f.Pkg() == nil || f.Signature().Recv() != nil {
		return
	}
	name := f.Name()
	bad := false
	switch f.Pkg().Path() {
	case "time":
		bad = slices.Contains([]string{"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTicker", "NewTimer"}, name)
	case "math/rand/v2":
		bad = !slices.Contains(pureRand, name)
	case "fmt":
		bad = strings.HasPrefix(name, "Print") || strings.HasPrefix(name, "Scan")
	}
	if bad {
		c.refuse(id, "%s.%s", f.Pkg().Name(), name)
	}
}

// literal refuses a distribution without a source of its own: a nil Src is
// the global one.
func (c *checker) literal(n *ast.CompositeLit) {
	named, ok := types.Unalias(c.info.TypeOf(n)).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "gonum.org/v1/gonum/stat/distuv" {
		return
	}
	fields, ok := named.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i := range fields.NumFields() {
		if fields.Field(i).Name() == "Src" && !c.sets(n, "Src") {
			c.refuse(n, "distuv.%s without Src", named.Obj().Name())
		}
	}
}

// sets says whether a literal gives a field a value that is not nil.
func (c *checker) sets(n *ast.CompositeLit, field string) bool {
	for _, e := range n.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return !c.info.Types[n.Elts[len(n.Elts)-1]].IsNil() // Src is the last field
		}
		if kv.Key.(*ast.Ident).Name == field {
			return !c.info.Types[kv.Value].IsNil()
		}
	}
	return false
}

// assigned refuses changes of package-level variables: two Controllers in
// one process would meet there.
func (c *checker) assigned(x ast.Expr) {
	for {
		switch e := x.(type) {
		case *ast.IndexExpr:
			x = e.X
		case *ast.SelectorExpr:
			x = e.X
		case *ast.ParenExpr:
			x = e.X
		case *ast.StarExpr:
			x = e.X
		case *ast.Ident:
			if v, ok := c.info.Uses[e].(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				c.refuse(e, "the global %s is changed", v.Name())
			}
			return
		default:
			return
		}
	}
}
