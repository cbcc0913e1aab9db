package dynamo

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// actions are the calls that are answered, by name.
var actions = map[string]func(*DB, io.Reader) (any, error){
	"CreateTable": (*DB).createTable, "DescribeTable": (*DB).describeTable, "DeleteTable": (*DB).deleteTable,
	"UpdateTimeToLive": (*DB).updateTTL, "DescribeTimeToLive": (*DB).describeTTL,
	"PutItem": (*DB).putItem, "GetItem": (*DB).getItem, "DeleteItem": (*DB).deleteItem, "UpdateItem": (*DB).updateItem,
	"Query": (*DB).query, "BatchWriteItem": (*DB).batchWrite,
}

// A change is a call that changes one item, if a condition holds.
type change struct {
	TableName                           string
	Item, Key                           item
	ConditionExpression                 string
	UpdateExpression                    string
	ExpressionAttributeNames            map[string]string
	ExpressionAttributeValues           map[string]value
	ReturnValues                        string
	ReturnValuesOnConditionCheckFailure string
}

// change finds the item of a write, checks the condition and lets f say what
// the item becomes; nil: it is deleted.
func (d *DB) change(r io.Reader, f func(w *change, g *given, old item) (item, error)) (any, error) {
	var w change
	if err := read(r, &w); err != nil {
		return nil, err
	}
	var out any = struct{}{}
	err := d.bolt.Update(func(tx *bbolt.Tx) error {
		t, err := describe(tx, w.TableName)
		if err != nil {
			return err
		}
		where := w.Key
		if where == nil {
			where = w.Item
		} else if err := t.onlyKey(w.Key); err != nil {
			return err
		}
		key, err := t.key(where)
		if err != nil {
			return err
		}
		b := tx.Bucket(items(t.Name))
		old, err := load(b, key)
		if err != nil {
			return err
		}
		g := &given{Names: w.ExpressionAttributeNames, Values: w.ExpressionAttributeValues}
		if err := w.holds(g, old); err != nil {
			return err
		}
		now, err := f(&w, g, old)
		if err != nil {
			return err
		}
		if err := g.unused(); err != nil {
			return err
		}
		if out, err = w.returns(old, now); err != nil {
			return err
		}
		return store(b, t, key, now)
	})
	return out, err
}

// holds checks the condition.
func (w *change) holds(g *given, old item) error {
	if w.ConditionExpression == "" {
		return nil
	}
	ok, err := g.expression(w.ConditionExpression, old).condition()
	if err != nil || ok {
		return err
	}
	e := &apiError{code: "ConditionalCheckFailedException", text: "The conditional request failed"}
	if w.ReturnValuesOnConditionCheckFailure == "ALL_OLD" {
		e.item = old
	}
	return e
}

// returns is what a write answers with.
func (w *change) returns(old, now item) (any, error) {
	switch w.ReturnValues {
	case "", "NONE":
		return struct{}{}, nil
	case "ALL_OLD":
		return map[string]any{"Attributes": old}, nil
	case "ALL_NEW":
		return map[string]any{"Attributes": now}, nil
	}
	return nil, failure("ValidationException", "the local DynamoDB does not know ReturnValues %s", w.ReturnValues)
}

func (d *DB) putItem(r io.Reader) (any, error) {
	return d.change(r, func(w *change, _ *given, _ item) (item, error) { return w.Item, nil })
}

func (d *DB) deleteItem(r io.Reader) (any, error) {
	return d.change(r, func(*change, *given, item) (item, error) { return nil, nil })
}

func (d *DB) updateItem(r io.Reader) (any, error) {
	return d.change(r, func(w *change, g *given, old item) (item, error) {
		now, err := g.expression(w.UpdateExpression, old).update()
		if err == nil {
			maps.Copy(now, w.Key)
		}
		return now, err
	})
}

// load reads an item; nil: there is none.
func load(b *bbolt.Bucket, key []byte) (item, error) {
	var i item
	if text := b.Get(key); text != nil {
		return i, json.Unmarshal(text, &i)
	}
	return nil, nil
}

// store writes an item, or deletes it.
func store(b *bbolt.Bucket, t *table, key []byte, i item) error {
	if i == nil {
		return b.Delete(key)
	}
	if err := i.check(); err != nil {
		return err
	}
	if again, err := t.key(i); err != nil || !bytes.Equal(again, key) {
		return failure("ValidationException", "Cannot update attribute %s. This attribute is part of the key", t.Hash)
	}
	text, err := json.Marshal(i)
	if err != nil {
		return err
	}
	return b.Put(key, text)
}

func (d *DB) getItem(r io.Reader) (any, error) {
	var in struct {
		TableName      string
		Key            item
		ConsistentRead bool
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	out := map[string]any{}
	return out, d.bolt.View(func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		if err != nil {
			return err
		}
		if err := t.onlyKey(in.Key); err != nil {
			return err
		}
		key, err := t.key(in.Key)
		if err != nil {
			return err
		}
		i, err := load(tx.Bucket(items(t.Name)), key)
		if i != nil {
			out["Item"] = i
		}
		return err
	})
}

// batchWrite writes up to 25 items. They are independent of each other.
func (d *DB) batchWrite(r io.Reader) (any, error) {
	var in struct {
		RequestItems map[string][]struct {
			PutRequest    *struct{ Item item }
			DeleteRequest *struct{ Key item }
		}
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	n := 0
	for _, l := range in.RequestItems {
		n += len(l)
	}
	if n < 1 || n > 25 {
		return nil, failure("ValidationException", "Too many items requested for the BatchWriteItem call, or none: %d, want 1 to 25", n)
	}
	return map[string]any{"UnprocessedItems": struct{}{}}, d.bolt.Update(func(tx *bbolt.Tx) error {
		for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
			t, err := describe(tx, name)
			if err != nil {
				return err
			}
			seen := map[string]bool{}
			for _, q := range in.RequestItems[name] {
				var where, what item
				switch {
				case q.PutRequest != nil && q.DeleteRequest == nil:
					where, what = q.PutRequest.Item, q.PutRequest.Item
				case q.DeleteRequest != nil && q.PutRequest == nil:
					where = q.DeleteRequest.Key
				default:
					return failure("ValidationException", "Supplied write request has not exactly one of PutRequest and DeleteRequest")
				}
				key, err := t.key(where)
				if err != nil {
					return err
				}
				if seen[string(key)] {
					return failure("ValidationException", "Provided list of item keys contains duplicates")
				}
				seen[string(key)] = true
				if err := store(tx.Bucket(items(name)), t, key, what); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func now() float64 { return float64(time.Now().UnixMilli()) / 1000 }
