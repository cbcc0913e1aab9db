package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// statements removes statements of a list, one at a time, and turns what they add up.
func (p *picker) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if !p.panics(s.X) {
				p.remove(s)
			}
		case *ast.IncDecStmt:
			p.remove(s)
			p.instead(s, p.text(s.X)+map[token.Token]string{token.INC: "--", token.DEC: "++"}[s.Tok])
		case *ast.AssignStmt:
			p.assignment(s)
		case *ast.SendStmt, *ast.DeferStmt:
			p.remove(s)
		case *ast.BranchStmt:
			if s.Tok == token.BREAK || s.Tok == token.CONTINUE {
				p.remove(s)
			}
		}
	}
}

// turned is what an assignment that computes becomes.
var turned = map[token.Token]string{
	token.ADD_ASSIGN: "-=", token.SUB_ASSIGN: "+=", token.MUL_ASSIGN: "/=", token.QUO_ASSIGN: "*=",
}

func (p *picker) assignment(s *ast.AssignStmt) {
	if s.Tok == token.DEFINE {
		return
	}
	if id, ok := s.Lhs[0].(*ast.Ident); ok && id.Name == "_" && len(s.Lhs) == 1 {
		return
	}
	p.remove(s)
	if to, ok := turned[s.Tok]; ok && number(p.loaded.info.TypeOf(s.Lhs[0])) {
		p.instead(s, p.text(s.Lhs[0])+" "+to+" "+p.text(s.Rhs[0]))
	}
}

// remove lets a statement not happen.
func (p *picker) remove(s ast.Stmt) {
	p.add(s, p.text(s)+" -> (removed)", func(id, inner string, _ func(ast.Node) string) string {
		return "if !mutantOn(" + id + ") { " + inner + " }"
	})
}

// instead does another thing.
func (p *picker) instead(s ast.Stmt, other string) {
	p.add(s, p.text(s)+" -> "+other, func(id, inner string, _ func(ast.Node) string) string {
		return "if mutantOn(" + id + ") { " + other + " } else { " + inner + " }"
	})
}

// returned changes one of the values that a function returns.
func (p *picker) returned(s *ast.ReturnStmt) {
	if p.result == nil || len(s.Results) != p.result.Len() {
		return
	}
	for i, e := range s.Results {
		other := p.other(e, p.result.At(i).Type())
		if other == "" {
			continue
		}
		mutated := "return "
		for k, v := range s.Results {
			if k > 0 {
				mutated += ", "
			}
			if k == i {
				mutated += other
			} else {
				mutated += p.text(v)
			}
		}
		p.add(s, p.text(s)+" -> "+mutated, func(id, inner string, _ func(ast.Node) string) string {
			return "{ if mutantOn(" + id + ") { " + mutated + " }; " + inner + " }"
		})
	}
}

// other is what is returned instead of a value of a type, or "" if nothing is: what is
// changed as an expression is not changed here too.
func (p *picker) other(e ast.Expr, t types.Type) string {
	tv := p.loaded.info.Types[e]
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		if p.plain(e) {
			return ""
		}
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return ""
		}
	}
	switch {
	case types.Identical(t, types.Universe.Lookup("error").Type()) && !tv.IsNil():
		return "nil"
	case types.Identical(t, types.Typ[types.Bool]):
		return "!(" + p.text(e) + ")"
	case number(t) && tv.Value == nil:
		return "0"
	}
	return ""
}

// number says whether a type is one of numbers (not a type parameter).
func number(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok || t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsInteger|types.IsFloat) != 0 && b.Info()&types.IsUntyped == 0
}
