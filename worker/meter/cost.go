package meter

import (
	"go/ast"
	"go/token"
	"go/types"
)

// The instructions of an expression are those of its parts and
//
//	0  a variable, a constant, a type, a method's name, parentheses
//	1  an operator, a conversion, a call, a dereference, a field, a slicing, a
//	   type assertion, a function literal, an element of a composite literal
//	2  an index: its check and its load
//
// Statements cost their expressions and
//
//	1  each variable set; the operator of +=; return, break, continue, goto;
//	   a send; the test of an if or for; each value or type of a case
//	2  ++ and --; an iteration of range, and 1 for each of its variables
//
// They are operations of the source, not of a machine, so the same on all.

// costs charges the evaluation of each of xs to the block here.
func (w *walker) costs(xs []ast.Expr) {
	for _, x := range xs {
		w.cost(x)
	}
}

// cost charges the evaluation of x, which may be nil, to the block here.
func (w *walker) cost(x ast.Expr) {
	if tv := w.info.Types[x]; x == nil || tv.Value != nil || tv.IsType() {
		return
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		w.cost(x.X)
	case *ast.BinaryExpr:
		w.binary(x)
	case *ast.UnaryExpr:
		w.cost(x.X)
		w.here.instructions++
	case *ast.StarExpr:
		w.cost(x.X)
		w.here.instructions++
	case *ast.IndexExpr:
		w.cost(x.X)
		w.cost(x.Index)
		if _, generic := w.info.TypeOf(x.X).Underlying().(*types.Signature); !generic {
			w.here.instructions += 2
		}
	case *ast.SliceExpr:
		w.costs([]ast.Expr{x.X, x.Low, x.High, x.Max})
		w.here.instructions++
	case *ast.SelectorExpr:
		if s := w.info.Selections[x]; s != nil {
			w.cost(x.X)
			if s.Kind() == types.FieldVal {
				w.here.instructions++
			}
		}
	case *ast.TypeAssertExpr:
		w.cost(x.X)
		w.here.instructions++
	case *ast.CompositeLit:
		w.composite(x)
	case *ast.FuncLit:
		w.here.instructions++
		w.literal(x, "_ms := _mt.Cur(); ")
	case *ast.CallExpr:
		w.call(x)
	}
}

func (w *walker) composite(x *ast.CompositeLit) {
	_, isMap := w.info.TypeOf(x).Underlying().(*types.Map)
	for _, e := range x.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if isMap {
				w.cost(kv.Key)
			}
			e = kv.Value
		}
		w.cost(e)
		w.here.instructions++
	}
}

// binary charges an operator. The right side of && and || is a block of its
// own, counted by an && before it.
func (w *walker) binary(x *ast.BinaryExpr) {
	w.cost(x.X)
	w.here.instructions++
	if x.Op != token.LAND && x.Op != token.LOR || w.info.Types[x.Y].Value != nil {
		w.cost(x.Y)
		return
	}
	right := w.info.TypeOf(x.Y)
	if types.Default(right) != types.Typ[types.Bool] {
		w.cost(x.Y) // a bool type of one's own: charged as if it always ran
		return
	}
	before := w.here
	c := w.counter()
	w.here = w.block(sum{c: 1})
	shard := "_ms"
	if w.outside {
		shard = "_mt.Cur()"
	}
	w.insert(x.Y.Pos(), "_mt.Hit(&%s.C[%d]) && ", shard, c)
	w.cost(x.Y)
	w.here = before
}
