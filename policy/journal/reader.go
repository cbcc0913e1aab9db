package journal

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A blockDecoder takes the records of one block.
type blockDecoder struct {
	d    decoder
	last time.Duration
}

// A block begins with its first instant, so that reading can start at any block.
func newBlockDecoder(b []byte) blockDecoder {
	at, n := binary.Uvarint(b)
	if n <= 0 {
		return blockDecoder{d: decoder{err: errShort}}
	}
	return blockDecoder{d: decoder{b: b[n:]}, last: time.Duration(at)}
}

// next decodes a record, or returns io.EOF at the end of the block.
func (b *blockDecoder) next(r *Record) error {
	if b.d.err != nil {
		return b.d.err
	}
	if len(b.d.b) == 0 {
		return io.EOF
	}
	if err := b.d.record(b.last, r); err != nil {
		return err
	}
	b.last = r.At
	return nil
}

// A Reader gives the records of a journal in order, over all its files.
//
// It keeps one block in memory, whatever the length of the journal.
type Reader struct {
	Header Header // of the first file
	Notes  []Note // that were met so far

	parts    []string
	openPart func(name string) (io.ReadCloser, error)
	part     int // files opened so far
	f        io.ReadCloser
	zr       *zstd.Decoder
	block    blockDecoder
	count    uint64
}

// NewReader reads a journal of the named files, at least one, in this order. Each
// is opened by openPart when its turn comes and closed before the next.
func NewReader(parts []string, openPart func(name string) (io.ReadCloser, error)) (*Reader, error) {
	if len(parts) == 0 {
		return nil, errors.New("journal: no files")
	}
	zr, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock))
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	r := &Reader{parts: parts, openPart: openPart, zr: zr}
	h, err := r.open()
	if err != nil {
		r.Close()
		return nil, err
	}
	r.Header = h
	return r, nil
}

// Close closes the journal.
func (r *Reader) Close() error {
	r.zr.Close()
	if r.f != nil {
		return r.f.Close()
	}
	return nil
}

// Records is the number of records read so far.
func (r *Reader) Records() uint64 { return r.count }

// Next reads the next record into rec. It returns io.EOF at the end, ErrTorn
// where the journal was cut off, ErrGap where records are missing, and any
// other error where it is damaged. The commands are valid until the next call.
func (r *Reader) Next(rec *Record) error {
	for {
		err := r.block.next(rec)
		if err == nil {
			r.count++
			return nil
		}
		if err != io.EOF {
			return r.fail(err)
		}
		if err := r.nextBlock(); err != nil {
			return err
		}
	}
}

// nextBlock reads blocks up to the next one with records.
// A gap ends the reading: a Controller that has missed events decides otherwise from there on, and a
// comparison would blame the policy for it.
func (r *Reader) nextBlock() error {
	kind, payload, err := readBlock(r.f)
	if err == io.EOF && r.part < len(r.parts) {
		r.f.Close()
		if _, err := r.open(); err != nil {
			return err
		}
		return r.nextBlock()
	}
	if err == io.EOF {
		return io.EOF
	}
	if err != nil {
		return r.fail(err)
	}
	switch kind {
	case blockNote:
		var n Note
		if err := json.Unmarshal(payload, &n); err != nil {
			return r.fail(err)
		}
		r.Notes = append(r.Notes, n)
		return r.nextBlock()
	case blockRecords:
		raw, err := r.zr.DecodeAll(payload, nil)
		if err != nil {
			return r.fail(err)
		}
		r.block = newBlockDecoder(raw)
		return nil
	case blockGap:
		n := uint64(0)
		if len(payload) == 8 {
			n = binary.LittleEndian.Uint64(payload)
		}
		return r.fail(fmt.Errorf("%d %w: the writer could not keep up", n, ErrGap))
	}
	return r.fail(fmt.Errorf("block of unknown kind %q", kind))
}

// fail names the file and the record.
// Numbers of records are over all files, from 1, as Replay and explain name them.
func (r *Reader) fail(err error) error {
	return fmt.Errorf("journal: %s: after record %d: %w", r.parts[r.part-1], r.count, err)
}

// open opens the next file and reads its header.
// Later files repeat the header; only the first one's is kept.
func (r *Reader) open() (h Header, err error) {
	name := r.parts[r.part]
	r.part++
	f, err := r.openPart(name)
	if err != nil {
		return h, fmt.Errorf("journal: %w", err)
	}
	r.f = f
	r.block = blockDecoder{}
	var m [8]byte
	if _, err := io.ReadFull(r.f, m[:]); err != nil || m != magic {
		return h, fmt.Errorf("journal: %s is not a journal of version %d", name, Version)
	}
	kind, payload, err := readBlock(r.f)
	if err != nil {
		return h, r.fail(err)
	}
	if kind != blockHeader {
		return h, r.fail(fmt.Errorf("the file has no header"))
	}
	if err := json.Unmarshal(payload, &h); err != nil {
		return h, r.fail(err)
	}
	return h, nil
}
