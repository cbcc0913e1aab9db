package dynamo

import (
	"maps"
	"slices"
)

// An assignment is one of an UpdateExpression: SET name = :value.
type assignment struct {
	to attribute
	v  value
}

// update reads "SET" name "=" ":value" {"," ...}: what the lease writes.
func (e *parser) update() ([]assignment, error) {
	if !e.accept("SET") {
		return nil, e.wrong("the local DynamoDB knows SET only; near: " + e.near(e.at))
	}
	var out []assignment
	var names []attribute
	for {
		a, err := e.attribute()
		if err == nil {
			err = e.expect("=")
		}
		if s := e.peek(); err == nil && (s == "" || s[0] != ':') {
			err = e.syntax()
		}
		if err != nil {
			return nil, err
		}
		l, err := e.literal()
		if err != nil {
			return nil, err
		}
		out, names = append(out, assignment{a, l.v}), append(names, a)
		if !e.accept(",") {
			break
		}
	}
	if err := e.end(); err != nil {
		return nil, err
	}
	return out, e.apart(names)
}

// assign gives what an item becomes; i stays as it is.
func (i item) assign(all []assignment) item {
	out := maps.Clone(i)
	for a := range slices.Values(all) {
		out[string(a.to)] = a.v
	}
	return out
}
