package dynamo

import "go.etcd.io/bbolt"

// single are the parameters of a call that writes one item.
type single struct {
	TableName           string
	Key                 item
	ConditionExpression *string
	placeholders
	ReturnValues                        string
	ReturnValuesOnConditionCheckFailure string
}

// A change is a write of one item, read and checked as far as it can be
// without its table.
type change struct {
	*single
	sets []assignment // of an update
	gone bool         // a delete
	only condition    // nil: always
}

func (d *DB) deleteItem(in *single) (any, error) {
	w, err := in.prepare(nil)
	if err != nil {
		return nil, err
	}
	w.gone = true
	return d.write(w)
}

type updateInput struct {
	single
	UpdateExpression *string
}

func (d *DB) updateItem(in *updateInput) (any, error) {
	w, err := in.prepare(in.UpdateExpression)
	if err != nil {
		return nil, err
	}
	return d.write(w)
}

// prepare reads the expressions of a write.
func (s *single) prepare(updateText *string) (*change, error) {
	w := &change{single: s}
	if err := checkTableName(s.TableName); err != nil {
		return nil, err
	}
	if err := oneOf("returnValuesOnConditionCheckFailure", s.ReturnValuesOnConditionCheckFailure, "ALL_OLD", "NONE"); err != nil {
		return nil, err
	}
	if err := oneOf("returnValues", s.ReturnValues, "ALL_OLD", "NONE"); err != nil {
		return nil, err
	}
	if err := s.check(s.ConditionExpression, updateText); err != nil {
		return nil, err
	}
	if updateText != nil {
		e, err := s.parse("UpdateExpression", *updateText)
		if err != nil {
			return nil, err
		}
		if w.sets, err = e.update(); err != nil {
			return nil, err
		}
	}
	if s.ConditionExpression != nil {
		e, err := s.parse("ConditionExpression", *s.ConditionExpression)
		if err != nil {
			return nil, err
		}
		if w.only, err = e.wholeCondition(); err != nil {
			return nil, err
		}
	}
	if s.Key == nil {
		return nil, invalid("The parameter 'Key' is required but was not present in the request")
	}
	return w, s.unused()
}

// write makes one change.
func (d *DB) write(w *change) (any, error) {
	out := map[string]any{}
	return out, d.bolt.Update(func(tx *bbolt.Tx) error {
		old, err := w.apply(tx)
		if w.ReturnValues == "ALL_OLD" && len(old) > 0 {
			out["Attributes"] = old
		}
		return err
	})
}

// apply changes the item in a transaction, if its condition holds. It gives the
// item before; nil: there was none.
func (w *change) apply(tx *bbolt.Tx) (item, error) {
	t, b, err := active(tx, w.TableName)
	if err != nil {
		return nil, err
	}
	for _, s := range w.sets {
		if t.isKey(s.to) {
			return nil, invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", s.to)
		}
	}
	key, err := t.onlyKey(w.Key)
	if err != nil {
		return nil, err
	}
	old, err := load(b, key)
	if err != nil {
		return nil, err
	}
	if w.only != nil && !w.only.holds(old) {
		e := &apiError{code: "ConditionalCheckFailedException", text: "The conditional request failed"}
		if w.ReturnValuesOnConditionCheckFailure == "ALL_OLD" && old != nil {
			e.fields = map[string]any{"Item": old}
		}
		return old, e
	}
	if w.gone {
		return old, store(b, key, nil)
	}
	now := old
	if now == nil {
		now = w.Key
	}
	now = now.assign(w.sets)
	if err := now.check("to update "); err != nil {
		return nil, err
	}
	return old, store(b, key, now)
}

// projected are the parameters of what is returned of an item.
type projected struct {
	ProjectionExpression *string
	ConsistentRead       bool // reads always are
}

// names reads the projection; nil: all.
func (in *projected) names(p *placeholders) ([]attribute, error) {
	if in.ProjectionExpression == nil {
		return nil, nil
	}
	e, err := p.parse("ProjectionExpression", *in.ProjectionExpression)
	if err != nil {
		return nil, err
	}
	return e.projection()
}

type getInput struct {
	TableName string
	Key       item
	accounted
	projected
	ExpressionAttributeNames map[string]string
}

func (d *DB) getItem(in *getInput) (any, error) {
	if err := checkTableName(in.TableName); err != nil {
		return nil, err
	}
	p := &placeholders{ExpressionAttributeNames: in.ExpressionAttributeNames}
	if err := p.check(in.ProjectionExpression); err != nil {
		return nil, err
	}
	names, err := in.names(p)
	if err == nil {
		err = p.unused()
	}
	if err == nil {
		err = in.accounted.check()
	}
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	return out, d.bolt.View(func(tx *bbolt.Tx) error {
		t, b, err := active(tx, in.TableName)
		if err != nil {
			return err
		}
		key, err := t.onlyKey(in.Key)
		if err != nil {
			return err
		}
		i, err := load(b, key)
		if i != nil {
			out["Item"] = i.project(names)
		}
		in.charge(out, t.Name, readUnits(i.size(), in.ConsistentRead))
		return err
	})
}
