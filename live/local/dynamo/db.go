// Package dynamo answers the calls of DynamoDB on loopback as AWS does, from
// tables in a bbolt file, so that a second run finds what the first has
// measured. It speaks AWS's JSON 1.0 protocol, so the unmodified SDK and the
// AWS CLI are its clients. What it does not know (calls, parameters,
// functions of expressions) it refuses by name; it never ignores it.
//
// Unlike AWS it has one partition, no secondary indexes, no streams and no
// Scan; a write is durable when it is answered, and every read is consistent.
package dynamo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Options says where the tables are and what goes wrong.
type Options struct {
	Path     string        // a bbolt file; "": a temporary one, which Close removes
	Creating time.Duration // how long a new table is CREATING; AWS needs seconds

	// Fault is asked before each call has an effect, with its name such as
	// "PutItem", and returns the code that it fails with, such as
	// ProvisionedThroughputExceededException, or "". "UnprocessedItems" leaves
	// the second half of a batch unprocessed, at least one item. It may be
	// called by several goroutines at once. nil: nothing goes wrong.
	Fault func(action string) (code string)
}

// A DB is the tables of one account. It is an http.Handler.
type DB struct {
	bolt *bbolt.DB
	o    Options
	temp string // removed by Close; "" none

	mu     sync.Mutex
	tokens map[string]token // of transactions, by ClientRequestToken
}

// patience is how long another process may take to close the file.
const patience = 2 * time.Second

// Open opens or makes the file of the tables, with everything else at its
// default.
func Open(path string) (*DB, error) { return OpenWith(Options{Path: path}) }

// OpenWith opens or makes the file of the tables. One process has it at a
// time. Items whose time to live is over are deleted now; those whose time
// ends later are seen by readers until the next time, as on AWS, which
// deletes within days.
func OpenWith(o Options) (*DB, error) {
	d := &DB{o: o, tokens: map[string]token{}}
	if o.Path == "" {
		dir, err := os.MkdirTemp("", "dynamo-")
		if err != nil {
			return nil, err
		}
		d.temp, o.Path = dir, filepath.Join(dir, "tables.db")
	}
	err := d.open(o.Path)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *DB) open(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: patience, NoGrowSync: true, FreelistType: bbolt.FreelistMapType})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return fmt.Errorf("%s: another process has the tables open: end it, or choose another folder", path)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	d.bolt = b
	if err := d.sweep(time.Now()); err != nil {
		return fmt.Errorf("%s: deleting expired items: %w", path, err)
	}
	return nil
}

// Close closes the file.
func (d *DB) Close() error {
	var err error
	if d.bolt != nil {
		err = d.bolt.Close()
	}
	if d.temp != "" {
		err = errors.Join(err, os.RemoveAll(d.temp))
	}
	return err
}
