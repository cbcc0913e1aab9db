package logs

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"cnv/policy"
)

// A merger gives the events of several runs in order: a heap of runs by their
// next event, and the earlier run where these are of one instant.
type merger struct {
	heap  policy.Heap[int64, *runReader]
	given *runReader // its event was given last
}

// A runReader reads a run, one event ahead.
type runReader struct {
	r      *bufio.Reader
	number int
	e      Event
	attr   []byte
	// What next reads into, kept here so that it needs no memory for each event.
	status, class int64
	row           [8]byte
}

func (m *merger) add(r *runReader) { m.heap.Push(r.entry()) }

// entry is a run as the heap holds it: in order of (instant, number).
func (r *runReader) entry() policy.Entry[int64, *runReader] {
	return policy.Entry[int64, *runReader]{Value: r, Key: r.e.At, Tie: uint64(r.number)}
}

// next gives the next event; io.EOF after the last.
func (m *merger) next(e *Event) error {
	if m.given != nil {
		switch err := m.given.next(); {
		case errors.Is(err, io.EOF):
			m.heap.Pop()
		case err != nil:
			return err
		default:
			m.heap[0] = m.given.entry()
			m.heap.Fix()
		}
		m.given = nil
	}
	if len(m.heap) == 0 {
		return io.EOF
	}
	m.given = m.heap[0].Value
	*e = m.given.e
	return nil
}

// appendEvent is an event as bytes. Unknown is -1, so that zigzag keeps it short.
func appendEvent(b []byte, e *Event) []byte {
	for _, v := range [...]int64{e.At, e.Wall, e.Work, e.Memory, e.BytesIn, e.BytesOut, int64(e.Status), int64(e.Class)} {
		b = binary.AppendVarint(b, v)
	}
	b = binary.LittleEndian.AppendUint64(b, e.Row)
	b = binary.AppendUvarint(b, uint64(len(e.Attr)))
	return append(b, e.Attr...)
}

// next reads the next event; io.EOF after the last.
func (r *runReader) next() error {
	e := &r.e
	for i, to := range [...]*int64{&e.At, &e.Wall, &e.Work, &e.Memory, &e.BytesIn, &e.BytesOut, &r.status, &r.class} {
		v, err := binary.ReadVarint(r.r)
		if err != nil {
			if i > 0 {
				return io.ErrUnexpectedEOF
			}
			return err
		}
		*to = v
	}
	e.Status, e.Class = int32(r.status), uint16(r.class)
	if _, err := io.ReadFull(r.r, r.row[:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	e.Row = binary.LittleEndian.Uint64(r.row[:])
	n, err := binary.ReadUvarint(r.r)
	if err != nil || n > mostAttr {
		return io.ErrUnexpectedEOF
	}
	if uint64(cap(r.attr)) < n {
		r.attr = make([]byte, n)
	}
	r.attr = r.attr[:n]
	if _, err := io.ReadFull(r.r, r.attr); err != nil {
		return io.ErrUnexpectedEOF
	}
	e.Attr = r.attr
	return nil
}
