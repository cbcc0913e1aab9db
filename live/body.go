package live

import (
	"errors"
	"io"
	"math/bits"
	"net/http"
	"sync"
	"sync/atomic"
)

// A memory bounds the bytes of bodies and answers that are held at once.
type memory struct {
	limit int64
	used  atomic.Int64
}

// take reserves n bytes if there is room for them.
func (m *memory) take(n int64) bool {
	if m.used.Add(n) <= m.limit {
		return true
	}
	m.used.Add(-n)
	return false
}

func (m *memory) give(n int64) { m.used.Add(-n) }

// A body is what the client sent: all of it, or the beginning of what is
// too long to be held.
type body struct {
	bytes []byte
	rest  io.Reader // what was not read; nil: nothing
	taken int64     // bytes of memory reserved for it
	size  int64     // -1 unknown
}

var (
	errCrowded = errors.New("the gateway holds too many bytes of request bodies")
	errUpload  = errors.New("the body could not be read")
)

// chunk is how many bytes are reserved for a body before any have come: 10,000
// clients that send nothing cannot fill the memory with it.
const chunk = 32 << 10

// readBody reads a body of at most whole bytes; of a longer one it reads
// nothing if it says its length, and whole bytes if it does not. What is read
// here has to come within the patience of the request.
func readBody(src *patient, r *http.Request, m holder, whole int64) (body, error) {
	b := body{size: r.ContentLength}
	switch {
	case r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0:
		b.size = 0
		return b, nil
	case r.ContentLength > whole:
		src.most = 0
		b.rest = src
		return b, nil
	}
	if err := b.read(src, m, whole); err != nil {
		b.release(m)
		return body{}, err
	}
	src.most = 0
	return b, nil
}

// read reads a body up to its end, or whole bytes of one of unknown length.
func (b *body) read(src io.Reader, m holder, whole int64) error {
	limit := whole
	if b.size > 0 {
		limit = b.size
	}
	for int64(len(b.bytes)) < limit {
		if !b.grow(m, limit) {
			return errCrowded
		}
		n, err := src.Read(b.bytes[len(b.bytes):b.taken])
		b.bytes = b.bytes[:len(b.bytes)+n]
		switch {
		case err == io.EOF && (b.size < 0 || int64(len(b.bytes)) == b.size):
			b.size = int64(len(b.bytes))
			return nil
		case err == io.EOF:
			return errors.Join(errUpload, io.ErrUnexpectedEOF)
		case err != nil:
			return errors.Join(errUpload, err)
		}
	}
	if b.size < 0 {
		b.rest = src
		return nil
	}
	// Reading on to the end of the body takes in its trailers.
	if _, err := src.Read(make([]byte, 1)); err != io.EOF {
		return errors.Join(errUpload, err)
	}
	return nil
}

// grow makes room for more of the body where there is none: four times what has
// come in all, whatever length was announced. False says that too much is held.
func (b *body) grow(m holder, limit int64) bool {
	if int64(len(b.bytes)) < b.taken {
		return true
	}
	more := min(max(3*b.taken, chunk), limit-b.taken)
	if !m.take(more) {
		return false
	}
	b.taken += more
	grown := takeBuffer(b.taken)[:len(b.bytes)]
	copy(grown, b.bytes)
	giveBuffer(b.bytes)
	b.bytes = grown
	return true
}

// release gives back the memory; nothing refers to it any more.
func (b *body) release(m holder) {
	m.give(b.taken)
	if b.rest == nil { // else an upload that is being broken off may hold on to them
		giveBuffer(b.bytes)
	}
	b.taken, b.bytes = 0, nil
}

// spend notes whether an attempt has begun to send a body that is streamed.
func (x *exchange) spend(begun bool) {
	if x.body.rest == nil || !begun {
		return
	}
	x.mu.Lock()
	x.streamed = max(x.streamed, streamSpent)
	x.mu.Unlock()
}

// cannotRepeat says whether the body is not there to be sent once more, whatever a
// Retrier says.
func (x *exchange) cannotRepeat() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.streamed >= streamSpent
}

// buffers are kept for bodies and answers, by power of two.
var buffers [24]sync.Pool

// smallBuffer is what it does not pay to keep.
const smallBuffer = 2 << 10

// takeBuffer is a buffer of n bytes with anything in it.
func takeBuffer(n int64) []byte {
	if n <= smallBuffer {
		return make([]byte, n)
	}
	class := bits.Len64(uint64(n - 1))
	if class >= len(buffers) {
		return make([]byte, n)
	}
	if b, ok := buffers[class].Get().(*[]byte); ok {
		return (*b)[:n]
	}
	return make([]byte, n, 1<<class)
}

// giveBuffer gives a buffer back.
func giveBuffer(b []byte) {
	class := bits.Len64(uint64(cap(b))) - 1
	if cap(b) <= smallBuffer || class >= len(buffers) || cap(b) != 1<<class {
		return
	}
	b = b[:cap(b)]
	buffers[class].Put(&b)
}

// copyBuffers are used where answers are passed on as they come.
var copyBuffers = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}
