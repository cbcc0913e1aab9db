package meter

import "go/ast"

// runsElsewhere are the functions of the standard library that run an argument,
// whose index it gives, on another goroutine.
var runsElsewhere = map[string]int{"(*sync.WaitGroup).Go": 0, "time.AfterFunc": 1, "context.AfterFunc": 1}

// call charges a call that is not a go statement's, and passes the counters on
// if it can. A deferred one runs as often as its statement.
func (w *walker) call(c *ast.CallExpr) {
	w.here.instructions++
	if f, ok := ast.Unparen(c.Fun).(*ast.FuncLit); ok {
		shard := "" // it runs on this goroutine: with these counters
		if w.outside {
			shard = "_ms := _mt.Cur(); "
		}
		w.literal(f, shard)
		w.costs(c.Args)
		return
	}
	o, id := w.callee(c)
	called := w.functions[o]
	switch {
	case o == nil || w.outside || w.spreads(c):
	case called != nil && called.leafWeight() != nil:
		w.insert(id.End(), "_mf")
		w.here.add(1, *called.leafWeight())
	case called != nil && !called.whole || w.threaded[o] != nil:
		w.insert(id.End(), "_mt")
		comma := ", "
		if len(c.Args) == 0 {
			comma = ""
		}
		w.insert(c.Lparen+1, "_ms%s", comma)
	}
	w.operands(c)
	if o == nil || w.outside {
		return
	}
	if i, ok := runsElsewhere[o.FullName()]; ok && !w.spreads(c) {
		w.insert(c.Args[i].Pos(), "_mt.Spawn(_ms, ")
		w.insert(c.Args[i].End(), ")")
	}
}

// spawn charges a go statement, and gives the goroutine counters of its own.
func (w *walker) spawn(s *ast.GoStmt) {
	w.here.instructions++
	if f, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok {
		w.literal(f, "_ms := _mt.Enter(_ms); defer _mt.Leave(_ms); ")
		w.costs(s.Call.Args)
		return
	}
	// The function and its arguments are evaluated here. It is called by its
	// own name: so it finds the counters that the goroutine inherits.
	w.insert(s.Pos(), "{_mo := _mt.Fork(_ms); ")
	w.operands(s.Call)
	w.insert(s.End(), "; _mt.Back(_mo)}")
}

// operands charges the evaluation of what is called, and of the arguments.
func (w *walker) operands(c *ast.CallExpr) {
	if o, _ := w.callee(c); o == nil {
		w.cost(c.Fun)
	} else if s, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok {
		w.cost(s)
	}
	args := c.Args
	if name := w.builtin(c); (name == "make" || name == "new") && w.info.Types[args[0]].IsType() {
		args = args[1:]
	}
	w.costs(args)
}

// literal walks a function literal, which finds the counters by shard.
func (w *walker) literal(f *ast.FuncLit, shard string) {
	v := &walker{file: w.file}
	v.function(f.Body, shard)
}

// function walks the body of a function, which finds the counters by shard.
func (w *walker) function(body *ast.BlockStmt, shard string) {
	w.gotos(body)
	c := w.counter()
	w.insert(body.Lbrace+1, "%s_ms.C[%d]++; ", shard, c)
	w.here = w.block(sum{c: 1})
	w.here.calls++
	w.list(body.List)
	for _, b := range w.blocks {
		for c, n := range b.runs {
			w.counters[c].add(n, b.weight)
		}
	}
}

// unnamed gives unnamed parameters the name _, so that one with a name can be
// put before them.
func (f *file) unnamed(params *ast.FieldList) {
	for _, p := range params.List {
		if len(p.Names) == 0 {
			f.insert(p.Type.Pos(), "_ ")
		}
	}
}
