package dynamo

import (
	"fmt"
	"slices"
)

// update reads sections, each at most once:
//
//	"SET" path "=" sum {"," ...} | "REMOVE" path {"," ...}
//	"ADD" path ":value" {"," ...} | "DELETE" path ":value" {"," ...}
//	sum = term [("+" | "-") term]
//	term = path | ":value" | "if_not_exists" "(" path "," term ")" | "list_append" "(" term "," term ")"
func (e *parser) update() (*update, error) {
	u := &update{}
	var seen []string
	for e.at < len(e.symbols) {
		verb := ""
		for _, v := range []string{"SET", "REMOVE", "ADD", "DELETE"} {
			if verb == "" && e.accept(v) {
				verb = v
			}
		}
		switch {
		case verb == "":
			return nil, e.syntax()
		case slices.Contains(seen, verb):
			return nil, e.wrong(fmt.Sprintf("The %q section can only be used once in an update expression;", verb))
		}
		seen = append(seen, verb)
		for {
			a, err := e.action(verb)
			if err != nil {
				return nil, err
			}
			u.actions, u.paths = append(u.actions, a), append(u.paths, a.p)
			if !e.accept(",") {
				break
			}
		}
	}
	if err := e.end(); err != nil {
		return nil, err
	}
	return u, e.apart(u.paths)
}

func (e *parser) action(verb string) (action, error) {
	a := action{verb: verb}
	var err error
	if a.p, err = e.path(); err != nil || verb == "REMOVE" {
		return a, err
	}
	if verb == "SET" {
		if err = e.expect("="); err == nil {
			a.with, err = e.sum()
		}
		return a, err
	}
	if s := e.peek(); s == "" || s[0] != ':' {
		return a, e.syntax()
	}
	l, err := e.literal()
	if err == nil && !l.v.kind.isSet() && (verb == "DELETE" || l.v.kind != kindNumber) {
		err = e.wrong(fmt.Sprintf("Incorrect operand type for operator or function; operator: %s, operand type: %s", verb, typeNames[l.v.kind]))
	}
	a.with = given{l}
	return a, err
}

// typeNames are what AWS calls the kinds where ADD and DELETE refuse them.
var typeNames = map[kind]string{
	kindString: "STRING", kindNumber: "NUMBER", kindBinary: "BINARY", kindNull: "NULL",
	kindBool: "BOOLEAN", kindList: "LIST", kindMap: "MAP",
}

func (e *parser) sum() (term, error) {
	a, err := e.term()
	if err != nil {
		return nil, err
	}
	op := e.peek()
	if op != "+" && op != "-" {
		return a, nil
	}
	e.at++
	e.operators++
	b, err := e.term()
	if err != nil {
		return nil, err
	}
	return sum{a, b, op == "-"}, e.literals(string(op), kindNumber, a, b)
}

// literals refuses values of another kind than an operator wants.
func (e *parser) literals(f string, k kind, terms ...term) error {
	for _, t := range terms {
		if g, ok := t.(given); ok {
			if l, ok := g.x.(literal); ok && l.v.kind != k {
				return e.operandType(f, l.v.kind)
			}
		}
	}
	return nil
}

func (e *parser) term() (term, error) {
	s := e.peek()
	switch {
	case s != "" && s[0] == ':':
		l, err := e.literal()
		return given{l}, err
	case s.isWord() && e.ahead(1) == "(":
		return e.termFunction(string(s))
	}
	p, err := e.path()
	return given{p}, err
}

func (e *parser) termFunction(f string) (term, error) {
	if f != "if_not_exists" && f != "list_append" {
		return nil, e.wrong("Invalid function name; function: " + f)
	}
	e.at += 2
	e.operators++
	var args []term
	for e.peek() != ")" {
		t, err := e.term()
		if err != nil {
			return nil, err
		}
		args = append(args, t)
		if !e.accept(",") {
			break
		}
	}
	if err := e.expect(")"); err != nil {
		return nil, err
	}
	if len(args) != 2 {
		return nil, e.wrong(fmt.Sprintf("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", f, len(args)))
	}
	if f == "list_append" {
		return appended{args[0], args[1]}, e.literals(f, kindList, args...)
	}
	if g, ok := args[0].(given); ok {
		if p, ok := g.x.(path); ok {
			return fallback{p, args[1]}, nil
		}
	}
	return nil, e.wrong("Operator or function requires a document path; operator or function: " + f)
}
