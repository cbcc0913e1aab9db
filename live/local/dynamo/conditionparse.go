package dynamo

import (
	"fmt"
	"slices"
	"strings"
)

// condition reads
//
//	condition = and {"OR" and};  and = not {"AND" not};  not = "NOT" not | test
//	test = "(" condition ")" | function | operand comparator operand
//	     | operand "BETWEEN" operand "AND" operand | operand "IN" "(" operand {"," operand} ")"
//	operand = name | ":value"
func (e *parser) condition() (condition, error) {
	return e.chain("OR", func(a, b condition) condition { return either{a, b} }, func() (condition, error) {
		return e.chain("AND", func(a, b condition) condition { return both{a, b} }, e.not)
	})
}

// whole reads a condition that is all of the expression.
func (e *parser) wholeCondition() (condition, error) {
	c, err := e.condition()
	if err != nil {
		return nil, err
	}
	return c, e.end()
}

// chain reads conditions joined by a keyword, from the left.
func (e *parser) chain(keyword string, join func(a, b condition) condition, part func() (condition, error)) (condition, error) {
	c, err := part()
	for err == nil && e.accept(keyword) {
		var more condition
		if more, err = part(); err == nil {
			c = join(c, more)
		}
		e.operators++
		e.enclosed = false
	}
	return c, err
}

func (e *parser) not() (condition, error) {
	if e.accept("NOT") {
		e.operators++
		c, err := e.not()
		e.enclosed = false
		return not{c}, err
	}
	return e.test()
}

func (e *parser) test() (condition, error) {
	if e.accept("(") {
		e.enclosed = false
		c, err := e.condition()
		if err != nil {
			return nil, err
		}
		if e.enclosed {
			return nil, e.wrong("The expression has redundant parentheses;")
		}
		e.enclosed = true
		return c, e.expect(")")
	}
	defer func() { e.enclosed = false }()
	if e.peek().isWord() && e.ahead(1) == "(" {
		return e.function()
	}
	x, err := e.operand()
	if err != nil {
		return nil, err
	}
	e.operators++
	switch op := e.peek(); {
	case slices.Contains([]symbol{"=", "<>", "<", "<=", ">", ">="}, op):
		e.at++
		y, err := e.operand()
		if err != nil {
			return nil, err
		}
		if err := e.comparable(op, x, y); err != nil {
			return nil, err
		}
		return comparison{op, x, y}, e.distinct(string(op), x, y)
	case e.accept("BETWEEN"):
		return e.between(x)
	case e.accept("IN"):
		return e.in(x)
	}
	return nil, e.syntax()
}

// comparable refuses values that have no order where one is asked for.
func (e *parser) comparable(op symbol, operands ...operand) error {
	for _, x := range operands {
		if l, ok := x.(literal); ok && op != "=" && op != "<>" && !ordered(l.v, l.v) {
			return e.operandType(string(op), l.v.kind)
		}
	}
	return nil
}

func (e *parser) between(x operand) (condition, error) {
	low, err := e.operand()
	if err == nil {
		err = e.expect("AND")
	}
	if err != nil {
		return nil, err
	}
	high, err := e.operand()
	if err != nil {
		return nil, err
	}
	a, okA := low.(literal)
	b, okB := high.(literal)
	if okA && okB {
		bounds := fmt.Sprintf("lower bound operand: AttributeValue: {%s:%v}, upper bound operand: AttributeValue: {%s:%v}", a.v.kind, a.v.wire(), b.v.kind, b.v.wire())
		switch {
		case a.v.kind != b.v.kind:
			return nil, e.wrong("The BETWEEN operator requires same data type for lower and upper bounds; " + bounds)
		case ordered(a.v, b.v) && order(a.v, b.v) > 0:
			return nil, e.wrong("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " + bounds)
		}
	}
	return between{x, low, high}, nil
}

func (e *parser) in(x operand) (condition, error) {
	out := in{x: x}
	if err := e.expect("("); err != nil {
		return nil, err
	}
	for {
		y, err := e.operand()
		if err != nil {
			return nil, err
		}
		out.others = append(out.others, y)
		if !e.accept(",") {
			break
		}
	}
	if len(out.others) > mostIn {
		return nil, e.wrong(fmt.Sprintf("Too many operands for IN; number of operands: %d", len(out.others)))
	}
	return out, e.expect(")")
}

// operand reads an operand of a comparison or function.
func (e *parser) operand() (operand, error) {
	s := e.peek()
	switch {
	case s != "" && s[0] == ':':
		return e.literal()
	case s.isWord() && e.ahead(1) == "(":
		return nil, e.misused(string(s))
	}
	return e.attribute()
}

// misused refuses a function where an operand should be.
func (e *parser) misused(f string) error {
	if slices.Contains(functions, f) {
		return e.wrong("The function is not allowed to be used this way in an expression; function: " + f)
	}
	return e.wrong("Invalid function name; function: " + f)
}

// functions are those that are conditions; the case of their names matters.
var functions = []string{"attribute_exists", "attribute_not_exists", "begins_with", "contains"}

func (e *parser) function() (condition, error) {
	f := string(e.peek())
	if !slices.Contains(functions, f) {
		return nil, e.wrong("Invalid function name; function: " + f)
	}
	e.at += 2
	e.operators++
	var args []operand
	for e.peek() != ")" {
		x, err := e.operand()
		if err != nil {
			return nil, err
		}
		args = append(args, x)
		if !e.accept(",") {
			break
		}
	}
	if err := e.expect(")"); err != nil {
		return nil, err
	}
	want := 2
	if strings.HasSuffix(f, "exists") {
		want = 1
	}
	if len(args) != want {
		return nil, e.wrong(fmt.Sprintf("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", f, len(args)))
	}
	return e.apply(f, args)
}

// apply makes the condition of a function, whose arguments are as many as it
// wants.
func (e *parser) apply(f string, args []operand) (condition, error) {
	if len(args) == 1 {
		p, ok := args[0].(attribute)
		if !ok {
			return nil, e.wrong("Operator or function requires a document path; operator or function: " + f)
		}
		if f == "attribute_not_exists" {
			return not{exists{p}}, nil
		}
		return exists{p}, nil
	}
	a, b := args[0], args[1]
	if err := e.distinct(f, a, b); err != nil {
		return nil, err
	}
	if f == "begins_with" {
		for _, x := range args {
			if l, ok := x.(literal); ok && l.v.kind != kindString {
				return nil, e.operandType(f, l.v.kind)
			}
		}
		return begins{a, b}, nil
	}
	return contains{a, b}, nil
}

// operandType refuses a kind.
func (e *parser) operandType(f string, k kind) error {
	return e.wrong("Incorrect operand type for operator or function; operator or function: " + f + ", operand type: " + string(k))
}

// distinct refuses an attribute that is compared with itself.
func (e *parser) distinct(f string, a, b operand) error {
	p, okP := a.(attribute)
	q, okQ := b.(attribute)
	if okP && okQ && p == q {
		return e.wrong("The first operand must be distinct from the remaining operands for this operator or function; operator: " + f + ", first operand: [" + string(p) + "]")
	}
	return nil
}
