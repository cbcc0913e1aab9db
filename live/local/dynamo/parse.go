package dynamo

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// AWS's limits of an expression.
const (
	mostExpression = 4096 // bytes
	mostOperators  = 300
	mostIn         = 100 // operands of IN
)

// placeholders are what calls pass for their expressions.
type placeholders struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues item

	used map[string]bool
}

var (
	namePlaceholder  = regexp.MustCompile(`^#[0-9a-zA-Z_]+$`)
	valuePlaceholder = regexp.MustCompile(`^:[0-9a-zA-Z_]+$`)
)

// check refuses placeholders that no expression could use.
func (p *placeholders) check(expressions ...*string) error {
	p.used = map[string]bool{}
	given := slices.ContainsFunc(expressions, func(e *string) bool { return e != nil })
	for _, k := range slices.Sorted(maps.Keys(p.ExpressionAttributeNames)) {
		if !namePlaceholder.MatchString(k) {
			return invalid("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(p.ExpressionAttributeValues)) {
		if !valuePlaceholder.MatchString(k) {
			return invalid("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", k)
		}
	}
	switch {
	case p.ExpressionAttributeNames != nil && !given:
		return invalid("ExpressionAttributeNames can only be specified when using expressions")
	case p.ExpressionAttributeValues != nil && !given:
		return invalid("ExpressionAttributeValues can only be specified when using expressions")
	case p.ExpressionAttributeNames != nil && len(p.ExpressionAttributeNames) == 0:
		return invalid("ExpressionAttributeNames must not be empty")
	case p.ExpressionAttributeValues != nil && len(p.ExpressionAttributeValues) == 0:
		return invalid("ExpressionAttributeValues must not be empty")
	}
	return nil
}

// unused refuses what no expression has used, as AWS does.
func (p *placeholders) unused() error {
	free := func(k string) bool { return !p.used[k] }
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(p.ExpressionAttributeNames)), func(k string) bool { return !free(k) })
	if len(names) > 0 {
		return invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", strings.Join(names, ", "))
	}
	values := slices.DeleteFunc(slices.Sorted(maps.Keys(p.ExpressionAttributeValues)), func(k string) bool { return !free(k) })
	if len(values) > 0 {
		return invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", strings.Join(values, ", "))
	}
	return nil
}

// A parser reads one expression by recursive descent.
type parser struct {
	what      string // the parameter: "FilterExpression"
	given     *placeholders
	symbols   []symbol
	at        int
	operators int
	enclosed  bool        // what was read last is a condition in parentheses
	heads     []attribute // all that were read
}

// parse begins to read an expression.
func (p *placeholders) parse(what, text string) (*parser, error) {
	e := &parser{what: what, given: p}
	switch {
	case text == "":
		return nil, e.wrong("The expression can not be empty;")
	case len(text) > mostExpression:
		return nil, e.wrong("Expression size has exceeded the maximum allowed size; expression size: " + strconv.Itoa(len(text)))
	}
	var bad string
	if e.symbols, bad = lex(text); bad != "" {
		return nil, e.wrong(`Syntax error; token: "` + bad + `", near: "` + e.near(len(e.symbols)) + `"`)
	}
	return e, nil
}

// wrong is an error of the expression.
func (e *parser) wrong(text string) error { return invalid("Invalid %s: %s", e.what, text) }

// syntax is an error at the next symbol.
func (e *parser) syntax() error {
	at := "<EOF>"
	if s := e.peek(); s != "" {
		at = string(s)
	}
	return e.wrong(`Syntax error; token: "` + at + `", near: "` + e.near(e.at) + `"`)
}

// near shows the symbols around one.
func (e *parser) near(at int) string {
	var out []string
	for i := max(0, at-1); i < min(len(e.symbols), at+2); i++ {
		out = append(out, string(e.symbols[i]))
	}
	return strings.Join(out, " ")
}

func (e *parser) peek() symbol { return e.ahead(0) }

func (e *parser) ahead(n int) symbol {
	if e.at+n < len(e.symbols) {
		return e.symbols[e.at+n]
	}
	return ""
}

func (e *parser) accept(keyword string) bool {
	if e.peek().is(keyword) {
		e.at++
		return true
	}
	return false
}

func (e *parser) expect(keyword string) error {
	if !e.accept(keyword) {
		return e.syntax()
	}
	return nil
}

// end refuses what is left.
func (e *parser) end() error {
	switch {
	case e.at < len(e.symbols):
		return e.syntax()
	case e.operators > mostOperators:
		return e.wrong("The expression contains too many operators; operator count: " + strconv.Itoa(e.operators))
	}
	return nil
}

// name reads the name of an attribute: a word that is not reserved, or a
// placeholder.
func (e *parser) name() (string, error) {
	s := e.peek()
	switch {
	case s.isWord() && reserved[strings.ToLower(string(s))]:
		return "", e.wrong("Attribute name is a reserved keyword; reserved keyword: " + string(s))
	case s.isWord():
		e.at++
		return string(s), nil
	case s != "" && s[0] == '#':
		n, ok := e.given.ExpressionAttributeNames[string(s)]
		if !ok {
			return "", e.wrong("An expression attribute name used in the document path is not defined; attribute name: " + string(s))
		}
		e.at++
		e.given.used[string(s)] = true
		return n, nil
	}
	return "", e.syntax()
}

// attribute reads an operand that is an attribute.
func (e *parser) attribute() (attribute, error) {
	n, err := e.name()
	if err != nil {
		return "", err
	}
	if s := e.peek(); s == "." || s == "[" {
		return "", e.wrong("the local DynamoDB does not look into attributes; near: " + e.near(e.at))
	}
	e.heads = append(e.heads, attribute(n))
	return attribute(n), nil
}

// literal reads a :value.
func (e *parser) literal() (literal, error) {
	s := e.peek()
	v, ok := e.given.ExpressionAttributeValues[string(s)]
	if !ok {
		return literal{}, e.wrong("An expression attribute value used in expression is not defined; attribute value: " + string(s))
	}
	e.at++
	e.given.used[string(s)] = true
	return literal{v}, nil
}
