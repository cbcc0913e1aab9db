package dynamo

import (
	"slices"
	"strings"
)

// A condition holds for an item or does not. It never fails: what it asks of
// an attribute that is not there, or of another kind, does not hold.
type condition interface{ holds(i item) bool }

// An operand has a value in an item, or none.
type operand interface{ value(i item) (value, bool) }

type literal struct{ v value }

func (l literal) value(item) (value, bool) { return l.v, true }

// The conditions.
type (
	both       struct{ a, b condition }
	either     struct{ a, b condition }
	not        struct{ a condition }
	comparison struct {
		op   symbol
		a, b operand
	}
	between struct{ x, low, high operand }
	in      struct {
		x      operand
		others []operand
	}
	exists   struct{ a attribute }
	begins   struct{ a, b operand }
	contains struct{ a, b operand }
)

func (c both) holds(i item) bool   { return c.a.holds(i) && c.b.holds(i) }
func (c either) holds(i item) bool { return c.a.holds(i) || c.b.holds(i) }
func (c not) holds(i item) bool    { return !c.a.holds(i) }

// holds of <> where one side is missing: they differ.
func (c comparison) holds(i item) bool {
	a, okA := c.a.value(i)
	b, okB := c.b.value(i)
	switch c.op {
	case "=":
		return okA && okB && equal(a, b)
	case "<>":
		return okA != okB || okA && !equal(a, b)
	}
	return okA && okB && ordered(a, b) && stands(order(a, b), c.op)
}

// stands says whether the result of a comparison is what an operator asks for.
func stands(result int, op symbol) bool {
	switch op {
	case "<":
		return result < 0
	case "<=":
		return result <= 0
	case ">":
		return result > 0
	case ">=":
		return result >= 0
	}
	return result == 0
}

func (c between) holds(i item) bool {
	return comparison{">=", c.x, c.low}.holds(i) && comparison{"<=", c.x, c.high}.holds(i)
}

func (c in) holds(i item) bool {
	return slices.ContainsFunc(c.others, func(o operand) bool { return comparison{"=", c.x, o}.holds(i) })
}

func (c exists) holds(i item) bool {
	_, ok := c.a.value(i)
	return ok
}

func (c begins) holds(i item) bool {
	a, okA := c.a.value(i)
	b, okB := c.b.value(i)
	return okA && okB && a.kind == b.kind && a.kind == kindString && strings.HasPrefix(a.text, b.text)
}

// holds for a part of a text, or an element of a list.
func (c contains) holds(i item) bool {
	a, okA := c.a.value(i)
	b, okB := c.b.value(i)
	switch {
	case !okA || !okB:
		return false
	case a.kind == kindString:
		return a.kind == b.kind && strings.Contains(a.text, b.text)
	case a.kind == kindList:
		return slices.ContainsFunc(a.list, func(e value) bool { return equal(e, b) })
	}
	return false
}
