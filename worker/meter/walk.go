package meter

import (
	"go/ast"
	"go/token"
)

// A walker goes through one function, charges each operation to the block it
// is in, and places the counters.
type walker struct {
	*file
	here    *block
	blocks  []*block
	targets []*target      // the statements that break and continue may leave, innermost last
	labels  map[string]int // the counters of labels that a goto names
	leaf    bool           // places no counters: the callers are charged
	outside bool           // in a package variable, where no counters are at hand
}

// A target is a statement that break or continue may leave.
type target struct {
	label     string
	loop      bool
	breaks    sum
	continues sum
}

// counter is a new counter.
func (w *walker) counter() int {
	w.counters = append(w.counters, weight{})
	return len(w.counters) - 1
}

// block is a new block that runs so often.
func (w *walker) block(runs sum) *block {
	b := &block{runs: runs}
	b.blocks = 1
	w.blocks = append(w.blocks, b)
	return b
}

// counted is a new block counted by a counter placed at pos, its begin.
func (w *walker) counted(pos token.Pos) *block {
	c := w.counter()
	w.insert(pos, "_ms.C[%d]++; ", c)
	return w.block(sum{c: 1})
}

// extra is a new block that belongs to one counted already, as what follows an
// iteration, or to none, as what follows a return.
func (w *walker) extra(runs sum) *block {
	b := w.block(runs)
	b.blocks = 0
	return b
}

// unreachable says that control does not come past here.
func (w *walker) unreachable() {
	if !w.leaf {
		w.here = w.extra(nil)
	}
}

// list walks statements. Each is charged to the block that it begins in.
func (w *walker) list(list []ast.Stmt) {
	for _, s := range list {
		w.here.statements++
		w.statement(s, "")
	}
}

// statement walks a statement that may have a label, and leaves in here the
// block that follows it. A nil statement is none.
func (w *walker) statement(s ast.Stmt, label string) {
	switch s := s.(type) {
	case *ast.BlockStmt:
		w.list(s.List)
	case *ast.ExprStmt:
		w.cost(s.X)
		if c, ok := ast.Unparen(s.X).(*ast.CallExpr); ok && w.builtin(c) == "panic" {
			w.unreachable()
		}
	case *ast.AssignStmt:
		w.assign(s)
	case *ast.IncDecStmt:
		w.cost(s.X)
		w.here.instructions += 2
	case *ast.DeclStmt:
		w.declare(s)
	case *ast.SendStmt:
		w.cost(s.Chan)
		w.cost(s.Value)
		w.here.instructions++
	case *ast.GoStmt:
		w.spawn(s)
	case *ast.DeferStmt:
		w.call(s.Call)
	case *ast.ReturnStmt:
		w.costs(s.Results)
		w.here.instructions++
		w.unreachable()
	case *ast.LabeledStmt:
		w.labeled(s)
	case *ast.BranchStmt:
		w.branch(s)
	default:
		w.compound(s, label)
	}
}

// compound is statement for those that hold others.
func (w *walker) compound(s ast.Stmt, label string) {
	switch s := s.(type) {
	case *ast.IfStmt:
		w.ifElse(s)
	case *ast.ForStmt:
		w.forLoop(s, label)
	case *ast.RangeStmt:
		w.rangeLoop(s, label)
	case *ast.SwitchStmt:
		w.statement(s.Init, "")
		w.cost(s.Tag)
		w.clauses(s.Body, label)
	case *ast.TypeSwitchStmt:
		w.statement(s.Init, "")
		switch a := s.Assign.(type) {
		case *ast.ExprStmt:
			w.cost(a.X)
		case *ast.AssignStmt:
			w.costs(a.Rhs)
		}
		w.clauses(s.Body, label)
	case *ast.SelectStmt:
		w.selection(s, label)
	}
}

func (w *walker) assign(s *ast.AssignStmt) {
	w.costs(s.Rhs)
	for _, l := range s.Lhs {
		if id, ok := ast.Unparen(l).(*ast.Ident); !ok {
			w.cost(l)
		} else if id.Name != "_" {
			w.here.instructions++
		}
	}
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		w.here.instructions++
	}
}

func (w *walker) declare(s *ast.DeclStmt) {
	d, ok := s.Decl.(*ast.GenDecl)
	if !ok || d.Tok != token.VAR {
		return
	}
	for _, spec := range d.Specs {
		v := spec.(*ast.ValueSpec)
		w.costs(v.Values)
		w.here.instructions += int64(len(v.Names))
	}
}
