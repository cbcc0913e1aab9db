package meter

import (
	"go/ast"
	"go/token"
)

// ifElse counts the then; the else is the rest.
func (w *walker) ifElse(s *ast.IfStmt) {
	w.statement(s.Init, "")
	w.cost(s.Cond)
	w.here.instructions++
	before := w.here.runs
	w.here = w.counted(s.Body.Lbrace + 1)
	rest := before.minus(w.here.runs)
	w.list(s.Body.List)
	after := w.here.runs
	if s.Else != nil {
		w.here = w.block(rest)
		if _, ok := s.Else.(*ast.IfStmt); ok {
			w.here.statements++
		}
		w.statement(s.Else, "")
		rest = w.here.runs
	}
	w.here = w.block(after.plus(rest))
}

// clauses walks the cases of a switch: each is a test, which those come to
// that no case before took, and a body. The bodies are counted, but for a
// default at the end: it is the rest.
func (w *walker) clauses(body *ast.BlockStmt, label string) {
	t := w.enter(&target{label: label})
	rest := w.here.runs // what has met no case so far
	var after, falls, taken sum
	for i, s := range body.List {
		c := s.(*ast.CaseClause)
		if c.List != nil {
			w.here = w.block(rest)
			w.costs(c.List)
			w.here.instructions += int64(len(c.List))
		}
		switch last := i == len(body.List)-1; {
		case c.List == nil && last:
			w.here = w.block(rest.plus(falls))
			rest = nil
		case c.List == nil:
			w.here = w.counted(c.Colon + 1)
			taken = w.here.runs.minus(falls) // after the tests of the cases below
		default:
			w.here = w.counted(c.Colon + 1)
			rest = rest.minus(w.here.runs).plus(falls)
		}
		w.list(c.Body)
		if falls = nil; fallsThrough(c) {
			falls = w.here.runs
			continue
		}
		after = after.plus(w.here.runs)
	}
	w.leave()
	w.here = w.block(after.plus(rest).minus(taken).plus(t.breaks))
}

// fallsThrough reports whether a case ends in fallthrough.
func fallsThrough(c *ast.CaseClause) bool {
	if len(c.Body) == 0 {
		return false
	}
	b, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

// selection counts all cases of a select but the last. The operands of all
// cases are charged to the block before.
func (w *walker) selection(s *ast.SelectStmt, label string) {
	t := w.enter(&target{label: label})
	entry, rest := w.here, w.here.runs
	var after sum
	for i, c := range s.Body.List {
		c := c.(*ast.CommClause)
		w.here = entry
		w.statement(c.Comm, "")
		if i == len(s.Body.List)-1 {
			w.here = w.block(rest)
		} else {
			w.here = w.counted(c.Colon + 1)
			rest = rest.minus(w.here.runs)
		}
		w.list(c.Body)
		after = after.plus(w.here.runs)
	}
	w.leave()
	w.here = w.block(after.plus(t.breaks))
}

// enter begins a statement that may be left, leave ends it.
func (w *walker) enter(t *target) *target {
	w.targets = append(w.targets, t)
	return t
}

func (w *walker) leave() { w.targets = w.targets[:len(w.targets)-1] }

// branch walks break, continue, goto and fallthrough.
func (w *walker) branch(s *ast.BranchStmt) {
	if s.Tok == token.FALLTHROUGH {
		return
	}
	w.here.instructions++
	switch s.Tok {
	case token.BREAK:
		t := w.target(s)
		t.breaks = t.breaks.plus(w.here.runs)
	case token.CONTINUE:
		t := w.target(s)
		t.continues = t.continues.plus(w.here.runs)
	case token.GOTO:
		w.insert(s.Pos(), "_ms.C[%d]++; ", w.labels[s.Label.Name])
	}
	w.unreachable()
}

// target is what a break or continue leaves.
func (w *walker) target(s *ast.BranchStmt) *target {
	for i := len(w.targets) - 1; i > 0; i-- {
		t := w.targets[i]
		if s.Label != nil && t.label == s.Label.Name || s.Label == nil && (t.loop || s.Tok == token.BREAK) {
			return t
		}
	}
	return w.targets[0]
}

// gotos gives each label that a goto names a counter: it is counted where
// control comes to the label from above, and at each goto.
func (w *walker) gotos(body *ast.BlockStmt) {
	w.labels = map[string]int{}
	ast.Inspect(body, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.GOTO {
			if _, ok := w.labels[b.Label.Name]; !ok {
				w.labels[b.Label.Name] = w.counter()
			}
		}
		_, literal := n.(*ast.FuncLit)
		return !literal
	})
}

// labeled walks a statement with a label. Go's coverage, with which statements
// are compared, takes a label and a simple statement for two.
func (w *walker) labeled(s *ast.LabeledStmt) {
	if c, ok := w.labels[s.Label.Name]; ok {
		w.insert(s.Pos(), "_ms.C[%d]++; ", c)
		w.here = w.block(sum{c: 1})
	}
	switch s.Stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
	default:
		w.here.statements++
	}
	w.statement(s.Stmt, s.Label.Name)
}
