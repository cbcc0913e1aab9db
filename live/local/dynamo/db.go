// Package dynamo answers the calls of DynamoDB that this project makes, from
// tables in a bbolt file, so that a second run finds what the first has
// measured. Keys are strings. What it does not know it refuses by name.
package dynamo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// A DB is the tables of one account.
type DB struct{ bolt *bbolt.DB }

// Open opens or makes the file of the tables. One process has it at a time.
func Open(path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 2 * time.Second, NoGrowSync: true})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s: another process has the tables open: end it, or choose another folder", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &DB{b}, nil
}

// Close closes the file.
func (d *DB) Close() error { return d.bolt.Close() }

// A table as it is described.
type table struct {
	Name      string
	Hash      string // names of the key attributes
	Range     string // "" none
	Created   float64
	TTL       string // the attribute of the expiry; "" none
	Protected bool
}

// The buckets: "tables" has the descriptions, "items:NAME" the items.
var tables = []byte("tables")

func items(name string) []byte { return []byte("items:" + name) }

// describe finds a table.
func describe(tx *bbolt.Tx, name string) (*table, error) {
	var t table
	b := tx.Bucket(tables)
	if b == nil || b.Get([]byte(name)) == nil {
		return nil, failure("ResourceNotFoundException", "Requested resource not found: Table: %s not found", name)
	}
	return &t, json.Unmarshal(b.Get([]byte(name)), &t)
}

// keep writes a table's description.
func keep(tx *bbolt.Tx, t *table) error {
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

// key is where an item is: items of a partition are together, by sort key.
// A zero byte in the partition key is written as 0, 255; its end is 0, 1.
func (t *table) key(i item) ([]byte, error) {
	p, err := keyText(i, t.Hash)
	if err != nil {
		return nil, err
	}
	out := prefix(p)
	if t.Range == "" {
		return out, nil
	}
	s, err := keyText(i, t.Range)
	if len(p) > 2048 || len(s) > 1024 {
		return nil, failure("ValidationException", "One or more parameter values were invalid: Size of hashkey or rangekey has exceeded the maximum size limit")
	}
	return append(out, s...), err
}

// prefix begins the keys of a partition.
func prefix(partition string) []byte {
	return append(bytes.ReplaceAll([]byte(partition), []byte{0}, []byte{0, 255}), 0, 1)
}

// keyText is a key attribute, which must be a string that is not empty.
func keyText(i item, name string) (string, error) {
	v, ok := i[name]
	if !ok {
		return "", failure("ValidationException", "One or more parameter values were invalid: Missing the key %s in the item", name)
	}
	s, ok := v["S"].(string)
	if !ok {
		return "", failure("ValidationException", "One or more parameter values were invalid: Type mismatch for key %s expected: S", name)
	}
	if s == "" {
		return "", failure("ValidationException", "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", name)
	}
	return s, nil
}

// onlyKey refuses a key with other attributes than those of the key.
func (t *table) onlyKey(k item) error {
	want := 1
	if t.Range != "" {
		want = 2
	}
	if len(k) != want {
		return failure("ValidationException", "The provided key element does not match the schema")
	}
	return nil
}

// An apiError is one of DynamoDB.
type apiError struct {
	code, text string
	item       item // the one that a condition has failed for, if asked for
}

func (e *apiError) Error() string { return e.code + ": " + e.text }

func failure(code, format string, args ...any) error {
	return &apiError{code: code, text: fmt.Sprintf(format, args...)}
}

// Fail writes an error as DynamoDB and other services with JSON do.
func Fail(w http.ResponseWriter, status int, code, text string) {
	writeError(w, status, &apiError{code: code, text: text})
}

func writeError(w http.ResponseWriter, status int, e *apiError) {
	body := map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + e.code, "message": e.text}
	if e.item != nil {
		body["Item"] = e.item
	}
	w.Header().Set("X-Amzn-ErrorType", e.code)
	write(w, status, body)
}

// write answers with JSON and its checksum, which clients look at.
func write(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(text)), 10))
	w.WriteHeader(status)
	w.Write(text) // the client has gone if it fails
}

// ServeHTTP answers a call.
func (d *DB) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	act := actions[action]
	if act == nil {
		Fail(w, http.StatusBadRequest, "UnknownOperationException", "the local DynamoDB does not know "+action)
		return
	}
	out, err := act(d, http.MaxBytesReader(w, r.Body, 17<<20))
	var known *apiError
	switch {
	case errors.As(err, &known):
		writeError(w, http.StatusBadRequest, known)
	case err != nil:
		Fail(w, http.StatusInternalServerError, "InternalServerError", err.Error())
	default:
		write(w, http.StatusOK, out)
	}
}
