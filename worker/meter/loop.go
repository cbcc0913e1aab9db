package meter

import "go/ast"

func (w *walker) forLoop(s *ast.ForStmt, label string) {
	w.statement(s.Init, "")
	var test func()
	if s.Cond != nil {
		test = func() {
			w.cost(s.Cond)
			w.here.instructions++
		}
	}
	w.loop(s.Body, label, test, s.Post)
}

func (w *walker) rangeLoop(s *ast.RangeStmt, label string) {
	w.cost(s.X)
	w.loop(s.Body, label, func() {
		w.here.instructions += 2
		for _, v := range []ast.Expr{s.Key, s.Value} {
			if id, ok := v.(*ast.Ident); v != nil && !(ok && id.Name == "_") {
				w.here.instructions++
			}
		}
	}, nil)
}

// loop walks a loop. Its body is counted. Its test, nil if it has none, runs
// when it is entered and after each iteration that comes to its end or
// continues; control leaves the loop as often as the test runs without the
// body, and by break.
func (w *walker) loop(body *ast.BlockStmt, label string, test func(), post ast.Stmt) {
	entered := w.here.runs
	head := w.block(nil)
	if test != nil {
		w.here = head
		test()
	} else {
		head.blocks = 0
	}
	t := w.enter(&target{label: label, loop: true})
	w.here = w.counted(body.Lbrace + 1)
	iterations := w.here.runs
	w.list(body.List)
	w.leave()
	again := w.here.runs.plus(t.continues)
	w.here = w.extra(again)
	w.statement(post, "")
	if test == nil {
		w.here = w.block(t.breaks)
		return
	}
	head.runs = entered.plus(again)
	w.here = w.block(head.runs.minus(iterations).plus(t.breaks))
}
