package dynamo

import "go.etcd.io/bbolt"

// single are the parameters of a call that writes one item.
type single struct {
	conditional
	accounted
	ReturnValues string
}

type putInput struct {
	single
	Item item
}

type deleteInput struct {
	single
	Key item
}

type updateInput struct {
	single
	Key              item
	UpdateExpression *string
}

func (d *DB) putItem(in *putInput) (any, error) {
	w, err := in.put(in.Item)
	return d.write(&in.single, w, err, "ALL_OLD")
}

func (d *DB) deleteItem(in *deleteInput) (any, error) {
	w, err := in.of(in.Key, nil)
	if w != nil {
		w.gone = true
	}
	return d.write(&in.single, w, err, "ALL_OLD")
}

func (d *DB) updateItem(in *updateInput) (any, error) {
	w, err := in.of(in.Key, in.UpdateExpression)
	return d.write(&in.single, w, err, "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
}

// write makes one change. What can be returned depends on the call.
func (d *DB) write(s *single, w *change, err error, returned ...string) (any, error) {
	if err != nil {
		return nil, err
	}
	if err := oneOf("returnValues", s.ReturnValues, "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"); err != nil {
		return nil, err
	}
	if s.ReturnValues != "NONE" && s.ReturnValues != "" && len(returned) == 1 && s.ReturnValues != returned[0] {
		return nil, invalid("ReturnValues can only be ALL_OLD or NONE")
	}
	if err := s.accounted.check(); err != nil {
		return nil, err
	}
	var old, now item
	err = d.bolt.Update(func(tx *bbolt.Tx) error {
		var err error
		old, now, err = w.apply(d, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	if i := w.returns(s.ReturnValues, old, now); len(i) > 0 {
		out["Attributes"] = i
	}
	s.charge(out, s.TableName, writeUnits(old, now))
	return out, nil
}

// returns is what ReturnValues asks for.
func (w *change) returns(what string, old, now item) item {
	var paths []path
	if w.update != nil {
		paths = w.update.paths
	}
	switch what {
	case "ALL_OLD":
		return old
	case "ALL_NEW":
		return now
	case "UPDATED_OLD":
		return old.project(paths)
	case "UPDATED_NEW":
		return now.project(paths)
	}
	return nil
}

// projected are the parameters of what is returned of an item.
type projected struct {
	ProjectionExpression *string
	ConsistentRead       bool // reads always are
}

// paths reads the projection; nil: all.
func (in *projected) paths(p *placeholders) ([]path, error) {
	if in.ProjectionExpression == nil {
		return nil, nil
	}
	e, err := p.parse("ProjectionExpression", *in.ProjectionExpression)
	if err != nil {
		return nil, err
	}
	return e.projection()
}

func cutTo(i item, paths []path) item {
	if paths == nil {
		return i
	}
	return i.project(paths)
}

type getInput struct {
	TableName              string
	Key                    item
	ReturnConsumedCapacity string
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
	paths, err := in.paths(p)
	if err == nil {
		err = p.unused()
	}
	a := accounted{ReturnConsumedCapacity: in.ReturnConsumedCapacity}
	if err == nil {
		err = a.check()
	}
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	return out, d.bolt.View(func(tx *bbolt.Tx) error {
		t, b, err := d.active(tx, in.TableName)
		if err != nil {
			return err
		}
		key, err := t.onlyKey(in.Key)
		if err != nil {
			return err
		}
		i, err := load(b, key)
		if i != nil {
			out["Item"] = cutTo(i, paths)
		}
		a.charge(out, t.Name, readUnits(i.size(), in.ConsistentRead))
		return err
	})
}
