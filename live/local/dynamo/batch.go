package dynamo

import (
	"maps"
	"slices"

	"go.etcd.io/bbolt"
)

// AWS's limits of batches.
const (
	mostWrites = 25
	mostGets   = 100
	mostAnswer = 16 << 20 // bytes of items
)

type writeRequest struct {
	PutRequest    *struct{ Item item } `json:",omitempty"`
	DeleteRequest *struct{ Key item }  `json:",omitempty"`
}

type batchWriteInput struct {
	accounted
	RequestItems map[string][]writeRequest
}

// A batched write is one of a batch.
type batchedWrite struct {
	table string
	r     writeRequest
}

// batchWrite writes up to 25 items, here all or none; those that a fault
// leaves over come back.
func (d *DB) batchWrite(in *batchWriteInput, partial bool) (any, error) {
	all, err := in.writes()
	if err != nil {
		return nil, err
	}
	todo, left := all, map[string][]writeRequest{}
	if partial {
		todo = all[:len(all)/2]
		for _, w := range all[len(all)/2:] {
			left[w.table] = append(left[w.table], w.r)
		}
	}
	units := map[string]float64{}
	err = d.bolt.Update(func(tx *bbolt.Tx) error {
		keys, err := d.places(tx, all) // what is left over must be right too
		if err != nil {
			return err
		}
		for i, w := range todo {
			b := tx.Bucket(items(w.table))
			old, err := load(b, keys[i])
			if err != nil {
				return err
			}
			var now item
			if w.r.PutRequest != nil {
				now = w.r.PutRequest.Item
			}
			units[w.table] += writeUnits(old, now)
			if err := store(b, keys[i], now); err != nil {
				return err
			}
		}
		return nil
	})
	out := map[string]any{"UnprocessedItems": left}
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

// writes are those of a batch, by the names of the tables.
func (in *batchWriteInput) writes() ([]batchedWrite, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	var out []batchedWrite
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		if n := len(in.RequestItems[name]); n < 1 || n > mostWrites {
			return nil, invalid("1 validation error detected: Value '%d' at 'requestItems.%s.member' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]", n, name)
		}
		for _, r := range in.RequestItems[name] {
			if (r.PutRequest == nil) == (r.DeleteRequest == nil) {
				return nil, invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
			}
			if r.PutRequest != nil {
				if err := r.PutRequest.Item.check(""); err != nil {
					return nil, err
				}
			}
			out = append(out, batchedWrite{name, r})
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

// places are where the items of a batch are, each at its own.
func (d *DB) places(tx *bbolt.Tx, writes []batchedWrite) ([][]byte, error) {
	var out [][]byte
	seen := map[string]bool{}
	for _, w := range writes {
		t, _, err := d.active(tx, w.table)
		if err != nil {
			return nil, err
		}
		var key []byte
		if w.r.PutRequest != nil {
			key, err = t.key(w.r.PutRequest.Item)
		} else {
			key, err = t.onlyKey(w.r.DeleteRequest.Key)
		}
		if err != nil {
			return nil, err
		}
		if id := w.table + ":" + string(key); !seen[id] {
			seen[id] = true
		} else {
			return nil, invalid("Provided list of item keys contains duplicates")
		}
		out = append(out, key)
	}
	return out, nil
}
