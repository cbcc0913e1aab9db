package dynamo

import (
	"maps"
	"slices"

	"go.etcd.io/bbolt"
)

// mostWrites is AWS's limit of a batch.
const mostWrites = 25

type batchWriteInput struct {
	accounted
	RequestItems map[string][]struct{ PutRequest *struct{ Item item } }
}

// A put is one of a batch.
type put struct {
	table string
	item  item
}

// batchWrite puts up to 25 items, here all or none.
func (d *DB) batchWrite(in *batchWriteInput) (any, error) {
	all, err := in.puts()
	if err != nil {
		return nil, err
	}
	units := map[string]float64{}
	err = d.bolt.Update(func(tx *bbolt.Tx) error {
		seen := map[string]bool{}
		for _, w := range all {
			t, b, err := active(tx, w.table)
			if err != nil {
				return err
			}
			key, err := t.key(w.item)
			if err != nil {
				return err
			}
			if id := w.table + ":" + string(key); !seen[id] {
				seen[id] = true
			} else {
				return invalid("Provided list of item keys contains duplicates")
			}
			old, err := load(b, key)
			if err != nil {
				return err
			}
			units[w.table] += writeUnits(old, w.item)
			if err := store(b, key, w.item); err != nil {
				return err
			}
		}
		return nil
	})
	out := map[string]any{"UnprocessedItems": struct{}{}}
	in.chargeAll(out, units)
	return out, err
}

// chargeAll adds what several tables were used for, in the order of their
// names.
func (a *accounted) chargeAll(out map[string]any, units map[string]float64) {
	var used []any
	for _, name := range slices.Sorted(maps.Keys(units)) {
		if c := a.capacity(name, units[name]); c != nil {
			used = append(used, c)
		}
	}
	if used != nil {
		out["ConsumedCapacity"] = used
	}
}

// puts are those of a batch, by the names of the tables.
func (in *batchWriteInput) puts() ([]put, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	var out []put
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		if n := len(in.RequestItems[name]); n < 1 || n > mostWrites {
			return nil, invalid("1 validation error detected: Value '%d' at 'requestItems.%s.member' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]", n, name)
		}
		for _, r := range in.RequestItems[name] {
			if r.PutRequest == nil {
				return nil, invalid("a write of a batch is no PutRequest: the local DynamoDB knows nothing else")
			}
			if err := r.PutRequest.Item.check(""); err != nil {
				return nil, err
			}
			out = append(out, put{name, r.PutRequest.Item})
		}
	}
	if len(out) == 0 {
		return nil, invalid("1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1")
	}
	if len(out) > mostWrites {
		return nil, invalid("Too many items requested for the BatchWriteItem call")
	}
	return out, nil
}
