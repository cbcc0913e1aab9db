package dynamo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"cnv/live/local/iam"
)

// A DB is the tables of one account. It is an http.Handler.
type DB struct {
	bolt  *bbolt.DB
	at    iam.Place
	aside string // a damaged file
}

// patience is how long another process may take to close the file.
const patience = 2 * time.Second

// Open opens or makes the file of the tables of a place. One process has it at a
// time. Items whose time to live is over are deleted now; those whose time
// ends later are seen by readers until the next time, as on AWS, which
// deletes within days. A damaged file is set aside.
func Open(path string, at iam.Place) (*DB, error) {
	d := &DB{at: at}
	err := d.open(path)
	if errors.Is(err, errDamaged) {
		err = d.replace(path, err)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// errDamaged is wrapped by errors of files that hold no tables any more.
var errDamaged = errors.New("the tables are damaged")

// open opens the file. Whatever bbolt makes of a damaged one is errDamaged.
func (d *DB) open(path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := check(path); err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %w: %v", path, errDamaged, r)
		}
	}()
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: patience, NoGrowSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return opening(path, err)
	}
	d.bolt = b
	if err := d.sweep(time.Now()); err != nil {
		return fmt.Errorf("%s: deleting expired items: %w", path, err)
	}
	return nil
}

// check finds fault with a file that is there, while no other process writes
// to it.
func check(path string) (err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() == 0 { // bbolt makes a new one of it
		return err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %w: %v", path, errDamaged, r)
		}
	}()
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: patience, ReadOnly: true}) // looks at the first two pages only
	if err != nil {
		return opening(path, err)
	}
	defer b.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := checkFile(file, info.Size(), int64(b.Info().PageSize)); err != nil {
		return fmt.Errorf("%s: %w: %w", path, errDamaged, err)
	}
	return nil
}

// ErrInUse is that a file of tables is open elsewhere.
var ErrInUse = errors.New("another process has the tables open: end it, or choose another folder")

// opening says why bbolt does not open a file.
func opening(path string, err error) error {
	var system syscall.Errno
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%s: %w", path, ErrInUse)
	case errors.As(err, &system): // no permission, say
		return fmt.Errorf("%s: %w", path, err)
	}
	return fmt.Errorf("%s: %w: %w", path, errDamaged, err)
}

// replace sets a damaged file aside and begins a new one.
func (d *DB) replace(path string, why error) error {
	if d.bolt != nil {
		if err := d.bolt.Close(); err != nil {
			return errors.Join(why, err)
		}
		d.bolt = nil
	}
	for n := 1; ; n++ {
		d.aside = fmt.Sprintf("%s.damaged-%d", path, n)
		if _, err := os.Lstat(d.aside); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return errors.Join(why, err)
		}
	}
	if err := os.Rename(path, d.aside); err != nil {
		return errors.Join(why, err)
	}
	return d.open(path)
}

// Aside is where a damaged file was set aside, to begin again; "" it was good.
func (d *DB) Aside() string { return d.aside }

// Close closes the file.
func (d *DB) Close() error {
	if d.bolt == nil {
		return nil
	}
	return d.bolt.Close()
}
