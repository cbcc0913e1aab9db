package dynamo

import "bytes"

// A keyCondition is what a KeyConditionExpression asks of one key attribute.
type keyCondition struct {
	op   symbol // = < <= > >=, BETWEEN or begins_with
	x, y value  // y is the upper bound of BETWEEN
}

// keyConditions are those of a KeyConditionExpression, by attribute.
func keyConditions(c condition) (map[string]keyCondition, error) {
	out := map[string]keyCondition{}
	return out, collect(c, out)
}

func collect(c condition, out map[string]keyCondition) error {
	switch c := c.(type) {
	case both:
		if err := collect(c.a, out); err != nil {
			return err
		}
		return collect(c.b, out)
	case comparison:
		if c.op == "<>" {
			return invalid("Invalid operator used in KeyConditionExpression: <>")
		}
		if _, first := c.a.(attribute); !first { // :v < key
			c.a, c.b, c.op = c.b, c.a, mirrored[c.op]
		}
		return add(out, c.op, c.a, c.b)
	case between:
		return add(out, "BETWEEN", c.x, c.low, c.high)
	case begins:
		return add(out, "begins_with", c.a, c.b)
	case either:
		return invalid("Invalid operator used in KeyConditionExpression: OR")
	case not:
		return invalid("Invalid operator used in KeyConditionExpression: NOT")
	case in:
		return invalid("Invalid operator used in KeyConditionExpression: IN")
	}
	return invalid("Invalid operator used in KeyConditionExpression: a function other than begins_with")
}

// mirrored says the same with the sides exchanged.
var mirrored = map[symbol]symbol{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func add(out map[string]keyCondition, op symbol, key operand, values ...operand) error {
	p, ok := key.(attribute)
	if !ok {
		return invalid("Invalid condition in KeyConditionExpression: No key attribute specified")
	}
	c := keyCondition{op: op}
	for i, v := range values {
		l, ok := v.(literal)
		if !ok {
			return invalid("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		}
		if c.y = l.v; i == 0 {
			c.x = l.v
		}
	}
	if _, twice := out[string(p)]; twice {
		return invalid("KeyConditionExpressions must only contain one condition per key")
	}
	out[string(p)] = c
	return nil
}

// An extent is a part of a table: the keys from low on that are below high.
type extent struct{ low, high []byte }

// everything is a whole table: keys are UTF-8, which has no byte 0xff.
var everything = extent{nil, []byte{0xff}}

// extent is the part of the table that conditions on its keys leave.
func (t *table) extent(conditions map[string]keyCondition) (extent, error) {
	hash, ok := conditions[t.Hash]
	sort, sorted := conditions[t.Range]
	switch {
	case !ok:
		return extent{}, invalid("Query condition missed key schema element: %s", t.Hash)
	case len(conditions) == 2 && t.Range == "" || len(conditions) > 2 || hash.op != "=":
		return extent{}, invalid("Query key condition not supported")
	case len(conditions) == 2 && !sorted:
		return extent{}, invalid("Query condition missed key schema element: %s", t.Range)
	}
	p, err := t.keyPart(t.Hash, hash.x)
	if err != nil {
		return extent{}, err
	}
	all := extent{prefix(p), next(prefix(p))}
	if !sorted {
		return all, nil
	}
	x, err := t.keyPart(t.Range, sort.x)
	if err != nil {
		return extent{}, err
	}
	y, err := t.keyPart(t.Range, sort.y)
	if err != nil {
		return extent{}, err
	}
	return all.cut(sort.op, x, y), nil
}

// cut leaves the part of a partition whose sort keys pass a condition.
func (e extent) cut(op symbol, x, y []byte) extent {
	at := bytes.Clone(e.low)
	at = append(at, x...)
	after := append(bytes.Clone(at), 0) // no key is between the two
	switch op {
	case "=":
		e.low, e.high = at, after
	case "<":
		e.high = at
	case "<=":
		e.high = after
	case ">":
		e.low = after
	case ">=":
		e.low = at
	case "BETWEEN":
		e.high = append(append(bytes.Clone(e.low), y...), 0)
		e.low = at
	case "begins_with":
		e.low, e.high = at, next(at)
	}
	return e
}

// next is the least key above all that begin with one, which ends the keys of
// a prefix; the keys of a partition never are all 0xff.
func next(key []byte) []byte {
	out := bytes.TrimRight(key, "\xff")
	out = bytes.Clone(out)
	out[len(out)-1]++
	return out
}
