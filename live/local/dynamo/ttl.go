package dynamo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

type ttlSpecification struct {
	AttributeName string
	Enabled       bool
}

type ttlInput struct {
	TableName               string
	TimeToLiveSpecification *ttlSpecification
}

// updateTTL takes effect at once; AWS needs up to an hour.
func (d *DB) updateTTL(in *ttlInput) (any, error) {
	s := in.TimeToLiveSpecification
	if s == nil || s.AttributeName == "" {
		return nil, invalid("TimeToLiveSpecification with an AttributeName is required")
	}
	return map[string]any{"TimeToLiveSpecification": s}, d.bolt.Update(func(tx *bbolt.Tx) error {
		t, _, err := active(tx, in.TableName)
		switch {
		case err != nil:
			return err
		case s.Enabled && t.TTL == s.AttributeName:
			return invalid("TimeToLive is already enabled")
		case !s.Enabled && t.TTL == "":
			return invalid("TimeToLive is already disabled")
		case t.TTL != "" && t.TTL != s.AttributeName:
			return invalid("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.TTL)
		}
		if t.TTL = ""; s.Enabled {
			t.TTL = s.AttributeName
		}
		return t.keep(tx)
	})
}

func (d *DB) describeTTL(in *tableInput) (any, error) {
	ttl := map[string]string{"TimeToLiveStatus": "DISABLED"}
	return map[string]any{"TimeToLiveDescription": ttl}, d.bolt.View(func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		if err == nil && t.TTL != "" {
			ttl["TimeToLiveStatus"], ttl["AttributeName"] = "ENABLED", t.TTL
		}
		return err
	})
}

// sweepBatch bounds what one transaction of the sweeper deletes.
const sweepBatch = 1000

// sweep deletes the items of all tables that have expired.
func (d *DB) sweep(now time.Time) error {
	var expiring []*table
	err := d.bolt.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(tables)
		if b == nil {
			return nil
		}
		return b.ForEach(func(_, text []byte) error {
			t := &table{}
			if err := json.Unmarshal(text, t); err != nil {
				return fmt.Errorf("%w: %w", errDamaged, err)
			}
			if tx.Bucket(items(t.Name)) == nil {
				return fmt.Errorf("%w: table %q has no items", errDamaged, t.Name)
			}
			if t.TTL != "" {
				expiring = append(expiring, t)
			}
			return nil
		})
	})
	for _, t := range expiring {
		var from []byte
		for more := true; more && err == nil; {
			from, more, err = d.sweepFrom(t, from, now)
		}
	}
	return err
}

var errEnough = errors.New("enough for one transaction")

// sweepFrom deletes expired items from a key on; more: it has not seen all.
func (d *DB) sweepFrom(t *table, from []byte, now time.Time) (at []byte, more bool, err error) {
	var expired [][]byte
	err = d.bolt.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(items(t.Name)).Cursor()
		for k, text := c.Seek(from); k != nil; k, text = c.Next() {
			var i item
			if err := json.Unmarshal(text, &i); err != nil {
				return fmt.Errorf("%w: %w", errDamaged, err)
			}
			if t.expired(i, now) {
				expired = append(expired, bytes.Clone(k))
			}
			if at = k; len(expired) == sweepBatch {
				at = bytes.Clone(k)
				return errEnough
			}
		}
		return nil
	})
	if more = errors.Is(err, errEnough); err != nil && !more || len(expired) == 0 {
		return nil, false, err
	}
	return at, more, d.bolt.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(items(t.Name))
		for _, k := range expired {
			if err := b.Delete(k); err != nil {
				return err
			}
		}
		return nil
	})
}

// longPast is the age from which on AWS takes an expiry for a mistake.
const longPast = 5 * 365 * 24 * time.Hour

// expired says whether an item may be deleted: its attribute is a number of
// seconds since 1970 that have passed.
func (t *table) expired(i item, now time.Time) bool {
	v, ok := i[t.TTL]
	if !ok || v.kind != kindNumber {
		return false
	}
	latest, earliest := whole(int(now.Unix())), whole(int(now.Add(-longPast).Unix()))
	return v.number.compare(latest) < 0 && v.number.compare(earliest) > 0
}
