package journal

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"

	"cnv/policy"
)

// A Block is what a file of a journal is a sequence of, after its header.
type Block struct {
	kind    byte
	payload []byte // not compressed
}

// GapBlock says that so many records are missing.
func GapBlock(records uint64) Block {
	return Block{blockGap, binary.LittleEndian.AppendUint64(nil, records)}
}

// NoteBlock holds a note.
func NoteBlock(n Note) (Block, error) {
	text, err := json.Marshal(n)
	return Block{blockNote, text}, err
}

// Records is the number of records in a block.
func (b *Block) Records() uint64 {
	if b.kind != blockRecords {
		return 0
	}
	d := newBlockDecoder(b.payload)
	n := uint64(0)
	var r Record
	for d.next(&r) == nil {
		n++
	}
	return n
}

// A Batch is records that are going to be one block. The zero value is empty.
type Batch struct {
	buf  []byte
	last time.Duration
}

// Len is the size of the batch, bytes before compression.
func (b *Batch) Len() int { return len(b.buf) }

// Add adds one step. now must not decrease.
// It keeps nothing of e and cmds.
func (b *Batch) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	if len(b.buf) == 0 {
		b.buf = binary.AppendUvarint(b.buf, uint64(now)) // each block stands by itself
		b.last = now
	}
	b.buf = appendRecord(b.buf, now-b.last, e, cmds)
	b.last = now
}

// Take is the block of what was added. The batch is empty then, with room for so
// many bytes; a room of 0 leaves it without memory.
// The block keeps the memory: it may be written by another goroutine.
func (b *Batch) Take(room int) Block {
	out := Block{blockRecords, b.buf}
	b.buf = make([]byte, 0, room)
	return out
}

// An Encoder writes one file of a journal.
//
// The fastest level of zstd with one goroutine: the writer runs beside a gateway and must not take its
// cores.
type Encoder struct {
	w   io.Writer
	zip *zstd.Encoder
}

// NewEncoder begins a file with its header.
func NewEncoder(w io.Writer, h Header) (*Encoder, error) {
	h.Version = Version
	text, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err == nil {
		if _, err = w.Write(magic[:]); err == nil {
			_, err = writeBlock(w, blockHeader, text)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return &Encoder{w: w, zip: zip}, nil
}

// Write writes a block and returns how many bytes it takes in the file.
func (e *Encoder) Write(b Block) (int, error) {
	payload := b.payload
	if b.kind == blockRecords {
		payload = e.zip.EncodeAll(payload, nil)
	}
	return writeBlock(e.w, b.kind, payload)
}
