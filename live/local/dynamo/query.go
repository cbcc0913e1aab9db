package dynamo

import (
	"bytes"
	"encoding/json"
	"io"

	"go.etcd.io/bbolt"
)

// query gives the items of a partition that pass a condition, in the order of
// their sort keys, a megabyte at a time.
func (d *DB) query(r io.Reader) (any, error) {
	var in struct {
		TableName                 string
		KeyConditionExpression    string
		FilterExpression          string
		ExpressionAttributeNames  map[string]string
		ExpressionAttributeValues map[string]value
		ScanIndexForward          *bool
		Limit                     int
		ExclusiveStartKey         item
		ConsistentRead            bool
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	g := &given{Names: in.ExpressionAttributeNames, Values: in.ExpressionAttributeValues}
	out := map[string]any{}
	return out, d.bolt.View(func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		if err != nil {
			return err
		}
		partition, err := g.partition(in.KeyConditionExpression, t)
		if err != nil {
			return err
		}
		s := scan{prefix: prefix(partition), c: tx.Bucket(items(t.Name)).Cursor(), back: in.ScanIndexForward != nil && !*in.ScanIndexForward}
		var after []byte
		if in.ExclusiveStartKey != nil {
			if after, err = t.key(in.ExclusiveStartKey); err != nil {
				return err
			}
		}
		found, size, seen := []item{}, 0, 0
		for text := s.first(after); text != nil; text = s.next() {
			var i item
			if err := json.Unmarshal(text, &i); err != nil {
				return err
			}
			ok, err := g.expression(in.KeyConditionExpression, i).condition()
			if err == nil && ok && in.FilterExpression != "" {
				ok, err = g.expression(in.FilterExpression, i).condition()
			}
			if err != nil {
				return err
			}
			seen++
			size += len(text)
			if ok {
				found = append(found, i)
			}
			if in.Limit > 0 && seen == in.Limit || size > mostPage {
				last := item{t.Hash: i[t.Hash]}
				if t.Range != "" {
					last[t.Range] = i[t.Range]
				}
				out["LastEvaluatedKey"] = last
				break
			}
		}
		out["Items"], out["Count"], out["ScannedCount"] = found, len(found), seen
		if seen == 0 { // nothing was evaluated, which is no reason to refuse
			return nil
		}
		return g.unused()
	})
}

// partition is the one that a key condition names: "#p = :p [AND ...]".
func (g *given) partition(text string, t *table) (string, error) {
	e := g.expression(text, nil)
	name, err := e.name()
	if err != nil {
		return "", err
	}
	if name != t.Hash {
		return "", failure("ValidationException", "Query condition missed key schema element: %s (the local DynamoDB wants it first)", t.Hash)
	}
	if err := e.expect("="); err != nil {
		return "", err
	}
	v, err := e.operand()
	if err != nil {
		return "", err
	}
	s, ok := v["S"].(string)
	if !ok {
		return "", failure("ValidationException", "Condition parameter type does not match schema type: %s is S", t.Hash)
	}
	return s, nil
}

// A scan goes through a partition.
type scan struct {
	prefix []byte
	c      *bbolt.Cursor
	back   bool
}

// first is the first item after a key; nil: of all.
func (s *scan) first(after []byte) []byte {
	at := after
	if at == nil {
		at = s.prefix
		if s.back {
			at = append(bytes.Clone(s.prefix[:len(s.prefix)-1]), 2) // the end of the partition
		}
	}
	k, v := s.c.Seek(at)
	if s.back {
		if k == nil {
			k, v = s.c.Last()
		}
		if k != nil && bytes.Compare(k, at) >= 0 {
			k, v = s.c.Prev()
		}
	} else if after != nil && bytes.Equal(k, after) {
		k, v = s.c.Next()
	}
	return s.inside(k, v)
}

func (s *scan) next() []byte {
	if s.back {
		return s.inside(s.c.Prev())
	}
	return s.inside(s.c.Next())
}

func (s *scan) inside(k, v []byte) []byte {
	if k == nil || !bytes.HasPrefix(k, s.prefix) {
		return nil
	}
	return v
}
