package dynamo

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// An expression is read by recursive descent, and evaluated while it is read:
// conditions against an item, updates into it.
//
//	condition = and {"OR" and};  and = not {"AND" not};  not = ["NOT"] test
//	test = "(" condition ")" | function "(" name ["," operand] ")" | operand comparator operand
//	     | operand "BETWEEN" operand "AND" operand
//	operand = name | ":value"
type expression struct {
	tokens []string
	at     int
	item   item // what names stand for
	names  map[string]string
	values map[string]value
	used   map[string]bool
	depth  int
}

var token = regexp.MustCompile(`\s*(<>|<=|>=|[=<>(),+\-]|[#:]?[A-Za-z_][A-Za-z0-9_.\-]*|\S)`)

// given is what calls pass for their expressions.
type given struct {
	Names  map[string]string
	Values map[string]value
	used   map[string]bool
}

func (g *given) expression(text string, i item) *expression {
	if g.used == nil {
		g.used = map[string]bool{}
	}
	e := &expression{item: i, names: g.Names, values: g.Values, used: g.used}
	for _, m := range token.FindAllStringSubmatch(text, -1) {
		e.tokens = append(e.tokens, m[1])
	}
	return e
}

// unused refuses names and values that no expression has used, as AWS does.
func (g *given) unused() error {
	for _, k := range slices.Sorted(maps.Keys(g.Names)) {
		if !g.used[k] {
			return failure("ValidationException", "Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(g.Values)) {
		if !g.used[k] {
			return failure("ValidationException", "Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", k)
		}
	}
	return nil
}

func (e *expression) peek() string {
	if e.at < len(e.tokens) {
		return e.tokens[e.at]
	}
	return ""
}

func (e *expression) next() string {
	t := e.peek()
	e.at++
	return t
}

func (e *expression) accept(word string) bool {
	if strings.EqualFold(e.peek(), word) {
		e.at++
		return true
	}
	return false
}

func (e *expression) expect(word string) error {
	if !e.accept(word) {
		return e.wrong("want " + word)
	}
	return nil
}

func (e *expression) wrong(why string) error {
	return failure("ValidationException", "Invalid expression near %q: %s (the local DynamoDB knows comparisons, BETWEEN, AND, OR, NOT, attribute_exists, attribute_not_exists, begins_with, if_not_exists, SET, ADD and REMOVE)", e.peek(), why)
}

// name reads the name of an attribute.
func (e *expression) name() (string, error) {
	t := e.next()
	if strings.HasPrefix(t, "#") {
		n, ok := e.names[t]
		if !ok {
			return "", failure("ValidationException", "An expression attribute name used in the document path is not defined; attribute name: %s", t)
		}
		e.used[t] = true
		return n, nil
	}
	if t == "" || !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_\-]*$`).MatchString(t) {
		e.at--
		return "", e.wrong("want the name of an attribute")
	}
	if reserved[strings.ToUpper(t)] {
		return "", failure("ValidationException", "Attribute name is a reserved keyword; reserved keyword: %s", t)
	}
	return t, nil
}

// reserved are words that AWS refuses as names; of its 573, those that an item
// of ours could have.
var reserved = map[string]bool{
	"KEY": true, "NAME": true, "OWNER": true, "TTL": true, "VALUE": true, "COUNT": true, "TIME": true, "TIMESTAMP": true, "DATE": true,
	"STATUS": true, "STATE": true, "TYPE": true, "UUID": true, "YEAR": true, "MONTH": true, "DAY": true, "HOUR": true, "SECOND": true, "SIZE": true,
	"DATA": true, "LEVEL": true, "LIST": true, "MAP": true, "NUMBER": true, "REGION": true, "ROLE": true, "ROW": true, "TOTAL": true, "USER": true, "ZONE": true,
}

// operand reads a value, or what an attribute has: nil if nothing.
func (e *expression) operand() (value, error) {
	if t := e.peek(); strings.HasPrefix(t, ":") {
		e.at++
		v, ok := e.values[t]
		if !ok {
			return nil, failure("ValidationException", "An expression attribute value used in expression is not defined; attribute value: %s", t)
		}
		e.used[t] = true
		return v, v.check()
	}
	n, err := e.name()
	return e.item[n], err
}

// condition evaluates the whole expression.
func (e *expression) condition() (bool, error) {
	ok, err := e.or()
	if err == nil && e.at < len(e.tokens) {
		err = e.wrong("the expression should end here")
	}
	return ok, err
}

func (e *expression) or() (bool, error) {
	if e.depth++; e.depth > 100 {
		return false, e.wrong("it is nested too deeply")
	}
	defer func() { e.depth-- }()
	ok, err := e.and()
	for err == nil && e.accept("OR") {
		var more bool
		more, err = e.and()
		ok = ok || more
	}
	return ok, err
}

func (e *expression) and() (bool, error) {
	ok, err := e.not()
	for err == nil && e.accept("AND") {
		var more bool
		more, err = e.not()
		ok = ok && more
	}
	return ok, err
}

func (e *expression) not() (bool, error) {
	if e.accept("NOT") {
		ok, err := e.test()
		return !ok, err
	}
	return e.test()
}

func (e *expression) test() (bool, error) {
	if e.accept("(") {
		ok, err := e.or()
		if err != nil {
			return false, err
		}
		return ok, e.expect(")")
	}
	if e.at+1 < len(e.tokens) && e.tokens[e.at+1] == "(" {
		return e.function()
	}
	left, err := e.operand()
	if err != nil {
		return false, err
	}
	if e.accept("BETWEEN") {
		low, err := e.operand()
		if err == nil {
			err = e.expect("AND")
		}
		if err != nil {
			return false, err
		}
		high, err := e.operand()
		a, okA := compare(left, low)
		b, okB := compare(left, high)
		return okA && okB && a >= 0 && b <= 0, err
	}
	operator := e.next()
	if !slices.Contains([]string{"=", "<>", "<", "<=", ">", ">="}, operator) {
		e.at--
		return false, e.wrong("want a comparison")
	}
	right, err := e.operand()
	if err != nil || left == nil || right == nil {
		return operator == "<>" && err == nil && (left == nil) != (right == nil), err
	}
	return holds(left, operator, right), nil
}

// holds evaluates a comparison. Values that cannot be compared are not less,
// nor greater.
func holds(left value, operator string, right value) bool {
	c, ok := compare(left, right)
	switch operator {
	case "=":
		return equal(left, right)
	case "<>":
		return !equal(left, right)
	case "<":
		return ok && c < 0
	case "<=":
		return ok && c <= 0
	case ">":
		return ok && c > 0
	}
	return ok && c >= 0
}

func (e *expression) function() (bool, error) {
	f := e.next()
	e.at++ // the parenthesis
	name, err := e.name()
	if err != nil {
		return false, err
	}
	have, there := e.item[name]
	switch strings.ToLower(f) {
	case "attribute_exists":
		return there, e.expect(")")
	case "attribute_not_exists":
		return !there, e.expect(")")
	case "begins_with":
		if err := e.expect(","); err != nil {
			return false, err
		}
		v, err := e.operand()
		if err != nil {
			return false, err
		}
		text, okA := have["S"].(string)
		start, okB := v["S"].(string)
		return okA && okB && strings.HasPrefix(text, start), e.expect(")")
	}
	e.at -= 3
	return false, e.wrong("no such function")
}
