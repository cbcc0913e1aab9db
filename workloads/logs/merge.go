package logs

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// A merger gives the events of several runs in order: a heap of runs by their
// next event, and the earlier run where these are of one instant.
type merger struct {
	heap  []*runReader
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

func (m *merger) less(i, j int) bool {
	a, b := m.heap[i], m.heap[j]
	return a.e.At < b.e.At || a.e.At == b.e.At && a.number < b.number
}

func (m *merger) add(r *runReader) {
	m.heap = append(m.heap, r)
	for i := len(m.heap) - 1; i > 0 && m.less(i, (i-1)/2); i = (i - 1) / 2 {
		m.heap[i], m.heap[(i-1)/2] = m.heap[(i-1)/2], m.heap[i]
	}
}

func (m *merger) down() {
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(m.heap); c++ {
			if m.less(c, least) {
				least = c
			}
		}
		if least == i {
			return
		}
		m.heap[i], m.heap[least] = m.heap[least], m.heap[i]
		i = least
	}
}

// next gives the next event; io.EOF after the last.
func (m *merger) next(e *Event) error {
	if m.given != nil {
		err := m.given.next()
		if errors.Is(err, io.EOF) {
			n := len(m.heap) - 1
			m.heap[0] = m.heap[n]
			m.heap = m.heap[:n]
		} else if err != nil {
			return err
		}
		m.given = nil
		m.down()
	}
	if len(m.heap) == 0 {
		return io.EOF
	}
	m.given = m.heap[0]
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
