package dynamo

import "go.etcd.io/bbolt"

// conditional are the parameters of all writes of one item.
type conditional struct {
	TableName           string
	ConditionExpression *string
	placeholders
	ReturnValuesOnConditionCheckFailure string
}

// A change is a write of one item, read and checked as far as it can be
// without its table.
type change struct {
	*conditional
	item   item      // a Put's; nil: another change
	where  item      // the key of another change
	update *update   // an Update's; nil: nothing but the key
	gone   bool      // a Delete
	stays  bool      // a ConditionCheck
	only   condition // nil: always
}

// prepare reads the expressions of a write.
func (c *conditional) prepare(updateText *string) (*change, error) {
	w := &change{conditional: c}
	if err := checkTableName(c.TableName); err != nil {
		return nil, err
	}
	if err := oneOf("returnValuesOnConditionCheckFailure", c.ReturnValuesOnConditionCheckFailure, "ALL_OLD", "NONE"); err != nil {
		return nil, err
	}
	if err := c.check(c.ConditionExpression, updateText); err != nil {
		return nil, err
	}
	if updateText != nil {
		e, err := c.parse("UpdateExpression", *updateText)
		if err != nil {
			return nil, err
		}
		if w.update, err = e.update(); err != nil {
			return nil, err
		}
	}
	if c.ConditionExpression != nil {
		e, err := c.parse("ConditionExpression", *c.ConditionExpression)
		if err != nil {
			return nil, err
		}
		if w.only, err = e.wholeCondition(); err != nil {
			return nil, err
		}
	}
	return w, c.unused()
}

// put is a change to an item.
func (c *conditional) put(i item) (*change, error) {
	w, err := c.prepare(nil)
	if err != nil {
		return nil, err
	}
	if w.item = i; i == nil {
		return nil, invalid("The parameter 'Item' is required but was not present in the request")
	}
	return w, i.check("")
}

// of is a change of the item with a key.
func (c *conditional) of(key item, updateText *string) (*change, error) {
	w, err := c.prepare(updateText)
	if err != nil {
		return nil, err
	}
	if w.where = key; key == nil {
		return nil, invalid("The parameter 'Key' is required but was not present in the request")
	}
	return w, nil
}

// apply changes the item in a transaction, if its condition holds. It gives
// the item before and after; nil: there is none.
func (w *change) apply(d *DB, tx *bbolt.Tx) (old, now item, err error) {
	t, b, err := d.active(tx, w.TableName)
	if err != nil {
		return nil, nil, err
	}
	key, err := w.place(t)
	if err != nil {
		return nil, nil, err
	}
	if old, err = load(b, key); err != nil {
		return nil, nil, err
	}
	if w.only != nil && !w.only.holds(old) {
		e := &apiError{code: "ConditionalCheckFailedException", text: "The conditional request failed"}
		if w.ReturnValuesOnConditionCheckFailure == "ALL_OLD" && old != nil {
			e.fields = map[string]any{"Item": old}
		}
		return old, old, e
	}
	if now, err = w.result(t, old); err != nil {
		return nil, nil, err
	}
	return old, now, store(b, key, now)
}

// place is where the item is.
func (w *change) place(t *table) ([]byte, error) {
	if w.item != nil {
		return t.key(w.item)
	}
	if w.update != nil {
		for _, p := range w.update.paths {
			if t.isKey(p[0].name) {
				return nil, invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", p[0].name)
			}
		}
	}
	return t.onlyKey(w.where)
}

// result is what the item becomes.
func (w *change) result(t *table, old item) (item, error) {
	switch {
	case w.item != nil:
		return w.item, nil
	case w.gone:
		return nil, nil
	case w.stays:
		return old, nil
	}
	now := old
	if old == nil {
		now = w.where
	}
	if w.update == nil {
		return now, nil
	}
	now, err := w.update.apply(now)
	if err != nil {
		return nil, err
	}
	return now, now.check("to update ")
}
