package dynamo

import (
	"maps"
	"slices"

	"go.etcd.io/bbolt"
)

// keysAndAttributes are what a batch reads of one table.
type keysAndAttributes struct {
	Keys                     []item
	ProjectionExpression     *string           `json:",omitempty"`
	ConsistentRead           bool              `json:",omitempty"`
	ExpressionAttributeNames map[string]string `json:",omitempty"`
}

type batchGetInput struct {
	ReturnConsumedCapacity string
	RequestItems           map[string]*keysAndAttributes
}

// batchGet reads up to 100 items and 16 MiB; the keys of the others, and those
// that a fault leaves over, come back.
func (d *DB) batchGet(in *batchGetInput, partial bool) (any, error) {
	a := accounted{ReturnConsumedCapacity: in.ReturnConsumedCapacity}
	if err := a.check(); err != nil {
		return nil, err
	}
	n := 0
	for name, k := range in.RequestItems {
		if k == nil || len(k.Keys) == 0 {
			return nil, invalid("1 validation error detected: Value at 'requestItems.%s.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1", name)
		}
		n += len(k.Keys)
	}
	if n == 0 || n > mostGets {
		return nil, invalid("Too many items requested for the BatchGetItem call, or none: %d, at most %d", n, mostGets)
	}
	g := &gathering{d: d, budget: mostAnswer, most: n, units: map[string]float64{}, found: map[string][]item{}, left: map[string]*keysAndAttributes{}}
	if partial {
		g.most = n / 2
	}
	err := d.bolt.View(func(tx *bbolt.Tx) error {
		for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
			if err := g.table(tx, name, in.RequestItems[name]); err != nil {
				return err
			}
		}
		return nil
	})
	out := map[string]any{"Responses": g.found, "UnprocessedKeys": g.left}
	a.chargeAll(out, g.units)
	return out, err
}

// A gathering is a batch of reads on its way.
type gathering struct {
	d      *DB
	budget int // bytes that may still be answered
	most   int // keys that may still be looked at
	units  map[string]float64
	found  map[string][]item
	left   map[string]*keysAndAttributes
}

func (g *gathering) table(tx *bbolt.Tx, name string, k *keysAndAttributes) error {
	p := &placeholders{ExpressionAttributeNames: k.ExpressionAttributeNames}
	if err := p.check(k.ProjectionExpression); err != nil {
		return err
	}
	paths, err := (&projected{ProjectionExpression: k.ProjectionExpression}).paths(p)
	if err == nil {
		err = p.unused()
	}
	if err != nil {
		return err
	}
	t, b, err := g.d.active(tx, name)
	if err != nil {
		return err
	}
	g.found[name] = []item{}
	seen := map[string]bool{}
	for _, where := range k.Keys {
		key, err := t.onlyKey(where)
		if err != nil {
			return err
		}
		if seen[string(key)] {
			return invalid("Provided list of item keys contains duplicates")
		}
		seen[string(key)] = true
		i, err := load(b, key)
		if err != nil {
			return err
		}
		if g.most--; g.most < 0 || i.size() > g.budget {
			g.leave(name, k, where)
			continue
		}
		g.budget -= i.size()
		g.units[name] += readUnits(i.size(), k.ConsistentRead)
		if i != nil {
			g.found[name] = append(g.found[name], cutTo(i, paths))
		}
	}
	return nil
}

// leave gives a key back.
func (g *gathering) leave(name string, k *keysAndAttributes, where item) {
	l := g.left[name]
	if l == nil {
		again := *k
		again.Keys = nil
		l = &again
		g.left[name] = l
	}
	l.Keys = append(l.Keys, where)
}
