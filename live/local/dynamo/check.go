package dynamo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
)

// A checker walks through the pages of a bbolt file that nobody writes to. It
// reads the file: bbolt itself maps it into memory and believes what it finds,
// so that a page that is not there ends the process by a signal, and a wrong
// one by a panic in a goroutine of bbolt's.
type checker struct {
	file  io.ReaderAt
	size  int64  // of a page, bytes
	known []bool // by page: it is used, or free
}

// Kinds of pages, by bbolt's flags.
const (
	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
)

// Sizes of what is in a page, bytes.
const (
	pageHeader  = 16 // number uint64, flags uint16, count uint16, overflow uint32
	pageElement = 16
	bucketHead  = 16 // root page uint64, sequence uint64
	metaBefore  = 56 // of a meta's checksum: all else
)

var native = binary.NativeEndian

// checkFile finds fault with a bbolt file of so many bytes: every page that it
// should have is there, in use once or free, and holds keys in order.
func checkFile(file io.ReaderAt, length, pageSize int64) error {
	root, free, pages, err := newestMeta(file, pageSize)
	if err != nil {
		return err
	}
	if pages > uint64(length/pageSize) || pages < 3 {
		return fmt.Errorf("it has %d bytes, and should have %d pages of %d", length, pages, pageSize)
	}
	c := &checker{file: file, size: pageSize, known: make([]bool, pages)}
	c.known[0], c.known[1] = true, true
	if err := c.tree(root, nil, nil); err != nil {
		return err
	}
	if free == ^uint64(0) { // not kept: it is found again
		return nil
	}
	if err := c.freelist(free); err != nil {
		return err
	}
	for id, ok := range c.known {
		if !ok {
			return fmt.Errorf("page %d is neither used nor free", id)
		}
	}
	return nil
}

// newestMeta is the last state of the file that was written whole.
func newestMeta(file io.ReaderAt, pageSize int64) (root, free, pages uint64, err error) {
	newest, found := uint64(0), false
	for at := range int64(2) {
		m := make([]byte, metaBefore+8)
		if _, err := file.ReadAt(m, at*pageSize+pageHeader); err != nil {
			continue
		}
		sum := fnv.New64a()
		sum.Write(m[:metaBefore])
		tx := native.Uint64(m[48:])
		if sum.Sum64() != native.Uint64(m[metaBefore:]) || found && tx < newest {
			continue
		}
		newest, found = tx, true
		root, free, pages = native.Uint64(m[16:]), native.Uint64(m[32:]), native.Uint64(m[40:])
	}
	if !found {
		err = fmt.Errorf("no page says where its data are")
	}
	return root, free, pages, err
}

// page reads a page with those that continue it, and marks them as known.
func (c *checker) page(id uint64) ([]byte, error) {
	if id >= uint64(len(c.known)) {
		return nil, fmt.Errorf("page %d is beyond the end", id)
	}
	head := make([]byte, pageHeader)
	if _, err := c.file.ReadAt(head, int64(id)*c.size); err != nil {
		return nil, err
	}
	end := id + 1 + uint64(native.Uint32(head[12:]))
	if native.Uint64(head) != id || end > uint64(len(c.known)) {
		return nil, fmt.Errorf("page %d is not what it should be", id)
	}
	for i := id; i < end; i++ {
		if err := c.mark(i); err != nil {
			return nil, err
		}
	}
	p := make([]byte, int64(end-id)*c.size)
	_, err := c.file.ReadAt(p, int64(id)*c.size)
	return p, err
}

// mark says that a page is used or free, once.
func (c *checker) mark(id uint64) error {
	if id >= uint64(len(c.known)) || c.known[id] {
		return fmt.Errorf("page %d is used twice, or beyond the end", id)
	}
	c.known[id] = true
	return nil
}

// tree checks a bucket's pages from one on, whose keys are in [low, high).
func (c *checker) tree(id uint64, low, high []byte) error {
	p, err := c.page(id)
	if err != nil {
		return err
	}
	if native.Uint16(p[8:]) == branchPage {
		err = c.branch(p, low, high)
	} else {
		err = c.leaf(p, low, high, true)
	}
	if err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

func (c *checker) branch(p, low, high []byte) error {
	n := int(native.Uint16(p[10:]))
	keys, children := make([][]byte, n+1), make([]uint64, n)
	keys[n] = high
	for i := range n {
		at, e, err := element(p, i)
		if err != nil {
			return err
		}
		if keys[i], err = cut(p, at, native.Uint32(e), native.Uint32(e[4:])); err != nil {
			return err
		}
		children[i] = native.Uint64(e[8:])
	}
	if n == 0 {
		return fmt.Errorf("a branch without leaves")
	}
	if err := inOrder(keys[:n], low, high); err != nil {
		return err
	}
	for i, child := range children {
		if err := c.tree(child, keys[i], keys[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// leaf checks a page of items. Some are buckets, but not within a page that is
// itself in an item.
func (c *checker) leaf(p, low, high []byte, buckets bool) error {
	if native.Uint16(p[8:]) != leafPage {
		return fmt.Errorf("no page of items")
	}
	keys := make([][]byte, native.Uint16(p[10:]))
	for i := range keys {
		at, e, err := element(p, i)
		if err != nil {
			return err
		}
		pos, key, value := native.Uint32(e[4:]), native.Uint32(e[8:]), native.Uint32(e[12:])
		if keys[i], err = cut(p, at, pos, key); err != nil {
			return err
		}
		v, err := cut(p, at+int(pos)+int(key), 0, value)
		if err != nil {
			return err
		}
		switch native.Uint32(e) {
		case 0:
		case 1:
			if !buckets {
				return fmt.Errorf("a bucket out of place")
			}
			if err := c.bucket(v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("an item of no kind")
		}
	}
	return inOrder(keys, low, high)
}

// bucket checks the bucket that an item's value tells of.
func (c *checker) bucket(v []byte) error {
	if len(v) < bucketHead {
		return fmt.Errorf("a bucket of %d bytes", len(v))
	}
	if root := native.Uint64(v); root != 0 {
		return c.tree(root, nil, nil)
	}
	if len(v) < bucketHead+pageHeader {
		return fmt.Errorf("a bucket of %d bytes", len(v))
	}
	return c.leaf(v[bucketHead:], nil, nil, false)
}

func (c *checker) freelist(id uint64) error {
	p, err := c.page(id)
	if err != nil {
		return err
	}
	n, ids := uint64(native.Uint16(p[10:])), p[pageHeader:]
	if n == 0xFFFF { // too many for the header
		n, ids = native.Uint64(ids), ids[8:]
	}
	if native.Uint16(p[8:]) != freelistPage || n > uint64(len(ids)/8) {
		return fmt.Errorf("page %d: no list of free pages", id)
	}
	for i := range n {
		if err := c.mark(native.Uint64(ids[8*i:])); err != nil {
			return err
		}
	}
	return nil
}

// element is the description of a page's i-th item, and where it is.
func element(p []byte, i int) (at int, e []byte, err error) {
	at = pageHeader + i*pageElement
	e, err = cut(p, at, 0, pageElement)
	return at, e, err
}

// cut is n bytes of a page, so many after an offset.
func cut(p []byte, at int, after, n uint32) ([]byte, error) {
	from := int64(at) + int64(after)
	if from+int64(n) > int64(len(p)) {
		return nil, fmt.Errorf("an item reaches beyond its page")
	}
	return p[from : from+int64(n)], nil
}

// inOrder finds fault with keys that do not grow, or are not in [low, high);
// nil is no bound.
func inOrder(keys [][]byte, low, high []byte) error {
	for i, k := range keys {
		if i == 0 && bytes.Compare(k, low) < 0 || i > 0 && bytes.Compare(keys[i-1], k) >= 0 || high != nil && bytes.Compare(k, high) >= 0 {
			return fmt.Errorf("keys are not in order")
		}
	}
	return nil
}
