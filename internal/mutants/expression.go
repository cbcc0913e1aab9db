package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// compared is what each comparison becomes: the boundary moved, and the contrary.
var compared = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="},
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"},
	token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
}

// computed is the function that stands for each operator and its mutant, and the mutant.
var computed = map[token.Token][2]string{
	token.ADD: {"mutantAdd", "-"}, token.SUB: {"mutantSub", "+"},
	token.MUL: {"mutantMul", "/"}, token.QUO: {"mutantQuo", "*"},
}

// expression mutates an expression, and says whether to look inside.
func (p *picker) expression(e ast.Expr) bool {
	if tv := p.loaded.info.Types[e]; tv.Value != nil {
		p.constant(e, tv)
		return false
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		p.binary(e)
	case *ast.UnaryExpr:
		if e.Op == token.NOT && p.plain(e) {
			p.truth(e, p.text(e.X))
		}
	}
	return true
}

func (p *picker) binary(e *ast.BinaryExpr) {
	x, y := p.text(e.X), p.text(e.Y)
	if p.plain(e) {
		for _, op := range compared[e.Op] {
			p.truth(e, x+" "+op+" "+y)
		}
		switch e.Op {
		case token.LAND:
			p.truth(e, "("+x+") || ("+y+")")
		case token.LOR:
			p.truth(e, "("+x+") && ("+y+")")
		}
	}
	to, ok := computed[e.Op]
	if !ok || !number(p.loaded.info.TypeOf(e)) || shifts(e.X) || shifts(e.Y) {
		return
	}
	p.add(e, p.text(e)+" -> "+x+" "+to[1]+" "+y, func(id, _ string, r func(ast.Node) string) string {
		return to[0] + "(" + id + ", " + r(e.X) + ", " + r(e.Y) + ")"
	})
}

// shifts says whether the type of an expression may hang on what it is an operand of.
func shifts(e ast.Expr) bool {
	b, ok := ast.Unparen(e).(*ast.BinaryExpr)
	return ok && (b.Op == token.SHL || b.Op == token.SHR || shifts(b.X) || shifts(b.Y))
}

// truth lets another expression of type bool stand for one.
func (p *picker) truth(e ast.Expr, other string) {
	p.add(e, p.text(e)+" -> "+other, func(id, inner string, _ func(ast.Node) string) string {
		return "(!mutantOn(" + id + ") && (" + inner + ") || mutantOn(" + id + ") && (" + other + "))"
	})
}

// condition holds always, or never. A loop that always goes on is left out: it only
// takes the time limit.
func (p *picker) condition(e ast.Expr, always bool) {
	if e == nil || !p.plain(e) {
		return
	}
	if always {
		p.add(e, p.text(e)+" -> true", func(id, inner string, _ func(ast.Node) string) string {
			return "(mutantOn(" + id + ") || (" + inner + "))"
		})
	}
	p.add(e, p.text(e)+" -> false", func(id, inner string, _ func(ast.Node) string) string {
		return "(!mutantOn(" + id + ") && (" + inner + "))"
	})
}

// constant mutates a number that is written down: 0 and 1 become each other, another
// integer the next, a duration or a fraction twice itself. A name stays.
func (p *picker) constant(e ast.Expr, tv types.TypeAndValue) {
	written := false
	ast.Inspect(e, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		written = written || ok && (lit.Kind == token.INT || lit.Kind == token.FLOAT)
		return true
	})
	if !written || !number(tv.Type) {
		return
	}
	t, ok := p.typeName(tv.Type)
	if !ok {
		return
	}
	do, said := "mutantNext", p.text(e)+" + 1"
	one := constant.Compare(constant.ToFloat(tv.Value), token.EQL, constant.MakeFloat64(1))
	switch whole := tv.Type.Underlying().(*types.Basic).Info()&types.IsInteger != 0; {
	case constant.Sign(tv.Value) == 0:
		said = "1"
	case one:
		do, said = "mutantPrevious", "0"
	case !whole || types.TypeString(tv.Type, nil) == "time.Duration":
		do, said = "mutantTwice", "2 * ("+p.text(e)+")"
	}
	p.add(e, p.text(e)+" -> "+said, func(id, inner string, _ func(ast.Node) string) string {
		return do + "[" + t + "](" + id + ", " + inner + ")"
	})
}

// typeName is a type as the file may write it; not ok if it does not import its package.
func (p *picker) typeName(t types.Type) (string, bool) {
	ok := true
	name := types.TypeString(t, func(of *types.Package) string {
		if of == p.loaded.pkg {
			return ""
		}
		for _, i := range p.file.syntax.Imports {
			imported, found := p.loaded.info.Implicits[i].(*types.PkgName)
			if i.Name != nil {
				imported, found = p.loaded.info.Defs[i.Name].(*types.PkgName)
			}
			if found && imported.Imported() == of {
				return imported.Name()
			}
		}
		ok = false
		return of.Name()
	})
	return name, ok
}
