package dynamo

import (
	"bytes"
	"encoding/json"
	"regexp"
	"time"

	"go.etcd.io/bbolt"
)

// A table as the file keeps it.
type table struct {
	Name      string
	Hash      string // names of the key attributes
	Range     string `json:",omitempty"` // "" none
	HashType  kind   `json:",omitempty"` // "" is S
	RangeType kind   `json:",omitempty"`
	Created   float64
	TTL       string            `json:",omitempty"` // the attribute of the expiry; "" none
	Protected bool              `json:",omitempty"`
	Billing   string            `json:",omitempty"` // "" is PAY_PER_REQUEST
	Reads     int64             `json:",omitempty"` // provisioned capacity, units per second
	Writes    int64             `json:",omitempty"`
	Tags      map[string]string `json:",omitempty"`
}

func (t *table) hashType() kind  { return orString(t.HashType) }
func (t *table) rangeType() kind { return orString(t.RangeType) }

func orString(k kind) kind {
	if k == "" {
		return kindString
	}
	return k
}

// The buckets: "tables" has the descriptions, "items:NAME" the items as JSON
// by their keys.
var tables = []byte("tables")

func items(name string) []byte { return []byte("items:" + name) }

// tableName is what AWS takes for a name; no name has a colon, which ARNs do.
var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

func checkTableName(name string) error {
	switch {
	case name == "":
		return invalid("The parameter 'TableName' is required but was not present in the request")
	case len(name) < 3 || len(name) > 255:
		return invalid("TableName must be at least 3 characters long and at most 255 characters long")
	case !tableName.MatchString(name):
		return invalid("1 validation error detected: Value '%s' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+", name)
	}
	return nil
}

// describe finds a table.
func describe(tx *bbolt.Tx, name string) (*table, error) {
	var text []byte
	if b := tx.Bucket(tables); b != nil {
		text = b.Get([]byte(name))
	}
	if text == nil {
		return nil, failure("ResourceNotFoundException", "Requested resource not found: Table: %s not found", name)
	}
	var t table
	return &t, json.Unmarshal(text, &t)
}

// active finds a table that takes items.
func (d *DB) active(tx *bbolt.Tx, name string) (*table, *bbolt.Bucket, error) {
	t, err := describe(tx, name)
	if err != nil {
		return nil, nil, err
	}
	if d.creating(t) {
		return nil, nil, failure("ResourceNotFoundException", "Requested resource not found")
	}
	return t, tx.Bucket(items(name)), nil
}

func (d *DB) creating(t *table) bool { return seconds(time.Now()) < t.Created+d.o.Creating.Seconds() }

// seconds are those since 1970, as times are on the wire.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// keep writes a table's description.
func (t *table) keep(tx *bbolt.Tx) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	b, err := tx.CreateBucketIfNotExists(tables)
	if err != nil {
		return err
	}
	return b.Put([]byte(t.Name), text)
}

// AWS's limits of keys, bytes.
const (
	mostHash  = 2048
	mostRange = 1024
)

// key is where an item is: the items of a partition are together, in the order
// of their sort keys.
func (t *table) key(i item) ([]byte, error) {
	for _, part := range []struct {
		name string
		k    kind
	}{{t.Hash, t.hashType()}, {t.Range, t.rangeType()}} {
		v, ok := i[part.name]
		switch {
		case part.name == "":
		case !ok:
			return nil, invalid("One or more parameter values were invalid: Missing the key %s in the item", part.name)
		case v.kind != part.k:
			return nil, invalid("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", part.name, part.k, v.kind)
		case v.kind != kindNumber && v.text == "":
			return nil, t.emptyKey(part.name, part.k)
		}
	}
	h, err := t.keyPart(t.Hash, t.hashType(), i[t.Hash])
	if err != nil {
		return nil, err
	}
	if t.Range == "" {
		return prefix(h), nil
	}
	r, err := t.keyPart(t.Range, t.rangeType(), i[t.Range])
	return append(prefix(h), r...), err
}

func (t *table) emptyKey(name string, k kind) error {
	what := "string"
	if k == kindBinary {
		what = "binary"
	}
	return invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", what, name)
}

// keyPart is a key attribute as bytes that sort as DynamoDB sorts: numbers as
// numbers, strings by their UTF-8, binary by its bytes, unsigned.
func (t *table) keyPart(name string, k kind, v value) ([]byte, error) {
	switch {
	case v.kind != k:
		return nil, invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
	case k == kindNumber:
		return v.number.key(), nil
	case name == t.Hash && len(v.text) > mostHash:
		return nil, invalid("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes")
	case name == t.Range && len(v.text) > mostRange:
		return nil, invalid("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	return []byte(v.text), nil
}

// prefix begins the keys of a partition. A zero byte of the partition key is
// written as 0, 255; its end is 0, 1: no prefix begins another one.
func prefix(partition []byte) []byte {
	return append(bytes.ReplaceAll(partition, []byte{0}, []byte{0, 255}), 0, 1)
}

// onlyKey is where the item with a key is; a key has no other attributes.
func (t *table) onlyKey(k item) ([]byte, error) {
	want := 1
	if t.Range != "" {
		want = 2
	}
	h, okH := k[t.Hash]
	r, okR := k[t.Range]
	if len(k) != want || !okH || h.kind != t.hashType() || t.Range != "" && (!okR || r.kind != t.rangeType()) {
		return nil, invalid("The provided key element does not match the schema")
	}
	return t.key(k)
}

// keyOf is the key of an item.
func (t *table) keyOf(i item) item {
	out := item{t.Hash: i[t.Hash]}
	if t.Range != "" {
		out[t.Range] = i[t.Range]
	}
	return out
}

// isKey says whether an attribute is one of the key.
func (t *table) isKey(name string) bool { return name == t.Hash || t.Range != "" && name == t.Range }

// load reads an item; nil: there is none.
func load(b *bbolt.Bucket, key []byte) (item, error) {
	text := b.Get(key)
	if text == nil {
		return nil, nil
	}
	var i item
	return i, json.Unmarshal(text, &i)
}

// store writes an item, or deletes it: nil.
func store(b *bbolt.Bucket, key []byte, i item) error {
	if i == nil {
		return b.Delete(key)
	}
	text, err := json.Marshal(i)
	if err != nil {
		return err
	}
	return b.Put(key, text)
}
