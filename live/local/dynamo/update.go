package dynamo

import (
	"cmp"
	"slices"
)

// An update is what an UpdateExpression does to an item: all operands are what
// they were before it.
type update struct {
	actions []action
	paths   []path // of all actions
}

// An action is one of an update: SET, REMOVE, ADD or DELETE.
type action struct {
	verb string
	p    path
	with term // nil for REMOVE
}

// A term is what an update computes from an item.
type term interface{ eval(i item) (value, error) }

type (
	given    struct{ x operand } // which must be there
	fallback struct {            // if_not_exists
		p  path
		or term
	}
	appended struct{ a, b term } // list_append
	sum      struct {
		a, b  term
		minus bool
	}
)

func (g given) eval(i item) (value, error) {
	if v, ok := g.x.value(i); ok {
		return v, nil
	}
	return value{}, invalid("The provided expression refers to an attribute that does not exist in the item")
}

func (f fallback) eval(i item) (value, error) {
	if v, ok := f.p.value(i); ok {
		return v, nil
	}
	return f.or.eval(i)
}

var errOperand = invalid("An operand in the update expression has an incorrect data type")

// pair evaluates two terms that must be of one kind.
func pair(i item, a, b term, k kind) (x, y value, err error) {
	if x, err = a.eval(i); err != nil {
		return x, y, err
	}
	if y, err = b.eval(i); err == nil && (x.kind != k || y.kind != k) {
		err = errOperand
	}
	return x, y, err
}

func (l appended) eval(i item) (value, error) {
	a, b, err := pair(i, l.a, l.b, kindList)
	return value{kind: kindList, list: slices.Concat(a.list, b.list)}, err
}

func (s sum) eval(i item) (value, error) {
	a, b, err := pair(i, s.a, s.b, kindNumber)
	if err != nil {
		return a, err
	}
	if s.minus {
		a.number, err = a.number.minus(b.number)
	} else {
		a.number, err = a.number.plus(b.number)
	}
	return a, err
}

// apply gives what an item becomes; i stays as it is.
func (u *update) apply(i item) (item, error) {
	out := value{kind: kindMap, fields: i.clone()}
	type assignment struct {
		p path
		v value
	}
	var puts []assignment
	var removed []path
	for _, s := range u.actions {
		v, keep, err := s.result(i)
		if err != nil {
			return nil, err
		}
		if keep {
			puts = append(puts, assignment{s.p, v.clone()})
		} else {
			removed = append(removed, s.p)
		}
	}
	// Indexes are those of the item before: elements beyond the end are
	// appended in their order, and removed from the end, last of all.
	slices.SortStableFunc(puts, func(a, b assignment) int { return a.p.compareLast(b.p) })
	slices.SortStableFunc(removed, func(a, b path) int { return b.compareLast(a) })
	for _, x := range puts {
		if err := out.put(x.p, x.v); err != nil {
			return nil, err
		}
	}
	for _, p := range removed {
		if err := out.remove(p); err != nil {
			return nil, err
		}
	}
	return out.fields, nil
}

func (p path) compareLast(q path) int { return cmp.Compare(p[len(p)-1].index, q[len(q)-1].index) }

// result is the new value of what an action changes; false: it is to go.
func (s action) result(i item) (value, bool, error) {
	if s.verb == "REMOVE" {
		return value{}, false, nil
	}
	v, err := s.with.eval(i)
	if err != nil || s.verb == "SET" {
		return v, true, err
	}
	have, there := s.p.value(i)
	switch {
	case there && have.kind != v.kind:
		return v, true, errOperand
	case s.verb == "DELETE":
		have.list = slices.DeleteFunc(slices.Clone(have.list), func(e value) bool {
			return slices.ContainsFunc(v.list, func(x value) bool { return equal(e, x) })
		})
		return have, len(have.list) > 0, nil
	case !there:
		return v, true, nil
	case v.kind == kindNumber:
		have.number, err = have.number.plus(v.number)
		return have, true, err
	}
	all := slices.Concat(have.list, v.list)
	slices.SortFunc(all, order)
	return value{kind: v.kind, list: slices.CompactFunc(all, equal)}, true, nil
}

var errPath = invalid("The document path provided in the update expression is invalid for update")

// put changes what a path leads to; all but its end must be there.
func (v *value) put(p path, x value) error {
	s := p[0]
	switch {
	case len(p) == 1 && !s.isIndex && v.kind == kindMap:
		v.fields[s.name] = x
		return nil
	case len(p) == 1 && s.isIndex && v.kind == kindList:
		if s.index < len(v.list) {
			v.list[s.index] = x
		} else {
			v.list = append(v.list, x)
		}
		return nil
	}
	return v.inside(s, func(next *value) error { return next.put(p[1:], x) }, len(p) > 1)
}

// remove takes away what a path leads to; what is not there need not be.
func (v *value) remove(p path) error {
	s := p[0]
	switch {
	case len(p) == 1 && !s.isIndex && v.kind == kindMap:
		delete(v.fields, s.name)
		return nil
	case len(p) == 1 && s.isIndex && v.kind == kindList:
		if s.index < len(v.list) {
			v.list = slices.Delete(v.list, s.index, s.index+1)
		}
		return nil
	}
	return v.inside(s, func(next *value) error { return next.remove(p[1:]) }, len(p) > 1)
}

// inside changes what a step leads to, which must be there.
func (v *value) inside(s step, f func(*value) error, more bool) error {
	switch {
	case !more:
	case !s.isIndex && v.kind == kindMap:
		if next, ok := v.fields[s.name]; ok {
			err := f(&next)
			v.fields[s.name] = next
			return err
		}
	case s.isIndex && v.kind == kindList && s.index < len(v.list):
		return f(&v.list[s.index])
	}
	return errPath
}
