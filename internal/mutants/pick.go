package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A picker finds the sites of one file.
type picker struct {
	loaded *loaded
	file   *sourceFile
	text   func(ast.Node) string
	fn     string // the function it is in
	result *types.Tuple
	same   map[string]int // how many changes of a function read alike
	sites  []*site
}

// pick finds every site in the bodies of a file's functions, in order of the source.
func pick(l *loaded, f *sourceFile) []*site {
	p := &picker{loaded: l, file: f, text: f.renderer().text, same: map[string]int{}}
	for _, decl := range f.syntax.Decls {
		d, ok := decl.(*ast.FuncDecl)
		if !ok || d.Body == nil {
			continue
		}
		p.fn = d.Name.Name
		if d.Recv != nil && len(d.Recv.List) == 1 {
			p.fn = strings.TrimLeft(p.text(d.Recv.List[0].Type), "*") + "." + p.fn
		}
		p.body(l.info.Defs[d.Name].Type().(*types.Signature).Results(), d.Body)
	}
	return p.sites
}

// body visits a function's body; results are what the function returns.
func (p *picker) body(results *types.Tuple, body *ast.BlockStmt) {
	outer := p.result
	p.result = results
	ast.Inspect(body, p.visit)
	p.result = outer
}

// add remembers a site. The change is said in one line.
func (p *picker) add(n ast.Node, change string, wrap func(id, inner string, r func(ast.Node) string) string) {
	at := p.loaded.fset.Position(n.Pos())
	change = strings.Join(strings.Fields(change), " ")
	p.same[p.fn+change]++
	if k := p.same[p.fn+change]; k > 1 {
		change += " (" + itoa(k) + ")" // so that each of a function has a name of its own
	}
	p.sites = append(p.sites, &site{node: n, wrap: wrap, Mutant: Mutant{
		Package: p.loaded.path, File: p.file.name, Line: at.Line, Func: p.fn,
		Change: change,
	}})
}

// visit looks at one node, and says whether to look inside.
func (p *picker) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncLit:
		p.body(p.loaded.info.TypeOf(n).(*types.Signature).Results(), n.Body)
		return false
	case *ast.GenDecl:
		return n.Tok == token.VAR
	case *ast.ArrayType:
		return false // its length is a constant
	case *ast.KeyValueExpr:
		ast.Inspect(n.Value, p.visit) // the key of an array's element is a constant
		return false
	case *ast.BlockStmt:
		p.statements(n.List)
	case *ast.CaseClause:
		p.statements(n.Body)
	case *ast.CommClause:
		p.statements(n.Body)
	case *ast.IfStmt:
		p.condition(n.Cond, true)
	case *ast.ForStmt:
		p.condition(n.Cond, false)
	case *ast.SwitchStmt:
		p.cases(n)
	case *ast.ReturnStmt:
		p.returned(n)
	case *ast.CallExpr:
		return !p.panics(n) && p.expression(n)
	case ast.Expr:
		return p.expression(n)
	}
	return true
}

// cases are conditions, in a switch over nothing.
func (p *picker) cases(n *ast.SwitchStmt) {
	if n.Tag != nil {
		return
	}
	for _, clause := range n.Body.List {
		for _, e := range clause.(*ast.CaseClause).List {
			p.condition(e, true)
		}
	}
}

// panics says whether a call panics, which no correct run does.
func (p *picker) panics(n ast.Expr) bool {
	call, ok := ast.Unparen(n).(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := p.loaded.info.Uses[id].(*types.Builtin)
	return ok && b.Name() == "panic"
}

// plain says whether an expression is of type bool, and its value is not a constant.
func (p *picker) plain(e ast.Expr) bool {
	tv, ok := p.loaded.info.Types[e]
	return ok && tv.Value == nil && (types.Identical(tv.Type, types.Typ[types.Bool]) || types.Identical(tv.Type, types.Typ[types.UntypedBool]))
}
