package dynamo

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// A table as the file keeps it. Its key attributes are strings.
type table struct {
	Name    string
	Hash    string // names of the key attributes
	Range   string `json:",omitempty"` // "" none
	Created float64
	TTL     string            `json:",omitempty"` // the attribute of the expiry; "" none
	Tags    map[string]string `json:",omitempty"`
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

// active finds a table and its items.
func active(tx *bbolt.Tx, name string) (*table, *bbolt.Bucket, error) {
	t, err := describe(tx, name)
	if err != nil {
		return nil, nil, err
	}
	return t, tx.Bucket(items(name)), nil
}

// unixSeconds are those since 1970, as times are on the wire.
func unixSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

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
	for _, name := range t.keys() {
		switch v, ok := i[name]; {
		case !ok:
			return nil, invalid("One or more parameter values were invalid: Missing the key %s in the item", name)
		case v.kind != kindString:
			return nil, invalid("One or more parameter values were invalid: Type mismatch for key %s expected: S actual: %s", name, v.kind)
		case v.text == "":
			return nil, invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", name)
		}
	}
	h, err := t.keyPart(t.Hash, i[t.Hash])
	if err != nil {
		return nil, err
	}
	if t.Range == "" {
		return prefix(h), nil
	}
	r, err := t.keyPart(t.Range, i[t.Range])
	return append(prefix(h), r...), err
}

// keys are the names of the key attributes.
func (t *table) keys() []string {
	if t.Range == "" {
		return []string{t.Hash}
	}
	return []string{t.Hash, t.Range}
}

// keyPart is a key attribute as bytes, by which DynamoDB sorts: its UTF-8.
func (t *table) keyPart(name string, v value) ([]byte, error) {
	switch {
	case v.kind != kindString:
		return nil, invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
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
	names := t.keys()
	if len(k) != len(names) || slices.ContainsFunc(names, func(name string) bool { return k[name].kind != kindString }) {
		return nil, invalid("The provided key element does not match the schema")
	}
	return t.key(k)
}

// keyOf is the key of an item.
func (t *table) keyOf(i item) item {
	out := item{}
	for _, name := range t.keys() {
		out[name] = i[name]
	}
	return out
}

// isKey says whether an attribute is one of the key.
func (t *table) isKey(name attribute) bool { return slices.Contains(t.keys(), string(name)) }

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
