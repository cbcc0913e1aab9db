package logs

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"slices"

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

// eventHead bounds an event as bytes without its attributes.
const eventHead = 9*binary.MaxVarintLen64 + 8

// appendEvent is an event as bytes. Unknown is -1, so that zigzag keeps it short.
func appendEvent(b []byte, e *Event) []byte {
	for _, v := range [...]int64{e.At, e.Wall, e.Work, e.Memory, e.BytesIn, e.BytesOut, int64(e.Status), int64(e.Class), int64(len(e.Attr))} {
		b = binary.AppendVarint(b, v)
	}
	b = binary.LittleEndian.AppendUint64(b, e.Row)
	return append(b, e.Attr...)
}

// next reads the next event; io.EOF after the last.
func (r *runReader) next() error {
	head, err := r.r.Peek(eventHead)
	if len(head) == 0 {
		return err // io.EOF at the end
	}
	var v [9]int64
	at := 0
	for i := range v {
		x, n := binary.Varint(head[at:])
		if n <= 0 {
			return io.ErrUnexpectedEOF
		}
		v[i], at = x, at+n
	}
	size := v[8]
	if len(head) < at+8 || size < 0 || size > mostAttr {
		return io.ErrUnexpectedEOF
	}
	r.e = Event{
		At: v[0], Wall: v[1], Work: v[2], Memory: v[3], BytesIn: v[4], BytesOut: v[5], Status: int32(v[6]), Class: uint16(v[7]),
		Row: binary.LittleEndian.Uint64(head[at:]),
	}
	_, _ = r.r.Discard(at + 8) // they are in the buffer
	r.attr = slices.Grow(r.attr[:0], int(size))[:size]
	if _, err := io.ReadFull(r.r, r.attr); err != nil {
		return io.ErrUnexpectedEOF
	}
	r.e.Attr = r.attr
	return nil
}
