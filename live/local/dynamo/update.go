package dynamo

import "maps"

// update evaluates an update expression: what attributes are is what they were
// before it.
func (e *expression) update() (item, error) {
	out := maps.Clone(e.item)
	if out == nil {
		out = item{}
	}
	for e.at < len(e.tokens) {
		var action func(item) error
		switch {
		case e.accept("SET"):
			action = e.set
		case e.accept("REMOVE"):
			action = e.remove
		case e.accept("ADD"):
			action = e.add
		default:
			return nil, e.wrong("want SET, ADD or REMOVE")
		}
		for {
			if err := action(out); err != nil {
				return nil, err
			}
			if !e.accept(",") {
				break
			}
		}
	}
	return out, nil
}

// set is name = operand [+ or - operand].
func (e *expression) set(out item) error {
	name, err := e.name()
	if err == nil {
		err = e.expect("=")
	}
	if err != nil {
		return err
	}
	v, err := e.setOperand()
	if err != nil {
		return err
	}
	for minus := false; ; {
		if minus = e.accept("-"); !minus && !e.accept("+") {
			break
		}
		more, err := e.setOperand()
		if err != nil {
			return err
		}
		if v, err = add(v, more, minus); err != nil {
			return err
		}
	}
	out[name] = v
	return nil
}

// setOperand is an operand that has a value, or if_not_exists(name, operand).
func (e *expression) setOperand() (value, error) {
	if e.at+1 < len(e.tokens) && e.tokens[e.at+1] == "(" && e.accept("if_not_exists") {
		e.at++
		name, err := e.name()
		if err == nil {
			err = e.expect(",")
		}
		if err != nil {
			return nil, err
		}
		v, err := e.operand()
		if err != nil {
			return nil, err
		}
		if have, ok := e.item[name]; ok {
			v = have
		}
		return v, e.expect(")")
	}
	v, err := e.operand()
	if err == nil && v == nil {
		err = failure("ValidationException", "The provided expression refers to an attribute that does not exist in the item")
	}
	return v, err
}

func (e *expression) remove(out item) error {
	name, err := e.name()
	delete(out, name)
	return err
}

// add is name :number; an attribute that is not there is 0.
func (e *expression) add(out item) error {
	name, err := e.name()
	if err != nil {
		return err
	}
	v, err := e.operand()
	if err != nil {
		return err
	}
	have, ok := e.item[name]
	if !ok {
		have = value{"N": "0"}
	}
	out[name], err = add(have, v, false)
	return err
}
