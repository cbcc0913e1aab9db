package dynamo

// An attribute is the name of one, as an operand of expressions. What is within
// an attribute they do not look at.
type attribute string

// value is what an item has there; false: nothing is.
func (a attribute) value(i item) (value, bool) {
	v, ok := i[string(a)]
	return v, ok
}

// projection reads a ProjectionExpression: names with commas between them.
func (e *parser) projection() ([]attribute, error) {
	var out []attribute
	for {
		a, err := e.attribute()
		if err != nil {
			return nil, err
		}
		out = append(out, a)
		if !e.accept(",") {
			break
		}
	}
	if err := e.end(); err != nil {
		return nil, err
	}
	return out, e.apart(out)
}

// apart refuses a name that is given twice.
func (e *parser) apart(names []attribute) error {
	seen := map[attribute]bool{}
	for _, a := range names {
		if seen[a] {
			return e.wrong("Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [" + string(a) + "], path two: [" + string(a) + "]")
		}
		seen[a] = true
	}
	return nil
}

// project is the part of an item that some names are of; nil: all.
func (i item) project(names []attribute) item {
	if names == nil {
		return i
	}
	out := item{}
	for _, a := range names {
		if v, ok := i[string(a)]; ok {
			out[string(a)] = v
		}
	}
	return out
}
