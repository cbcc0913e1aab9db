package live

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// The first heldBytes of an answer that is not held whole, or by default what comes of it in
// heldFor, are held before its head is passed on: one that breaks off there can be repeated.
const (
	heldBytes = 64 << 10
	heldFor   = 5 * time.Millisecond
)

// A beginning is the body of an answer whose first bytes are read ahead.
type beginning struct {
	body io.ReadCloser
	free func(buf []byte) // takes back the room

	enough atomic.Bool   // no more is to be read ahead
	done   chan struct{} // closed when nobody reads ahead any more

	mu   sync.Mutex
	buf  []byte // what was read ahead
	from int    // bytes of it that were passed on
	err  error  // how reading ahead ended; nil: the room is full, or there was enough
}

// readAhead reads what comes first of a body, into the room of buf.
func readAhead(body io.ReadCloser, buf []byte, free func([]byte)) *beginning {
	b := &beginning{body: body, buf: buf[:0], free: free, done: make(chan struct{})}
	go b.fill()
	return b
}

func (b *beginning) fill() {
	defer close(b.done)
	room := b.buf[:cap(b.buf)]
	for n := 0; n < len(room) && !b.enough.Load(); {
		more, err := b.body.Read(room[n:])
		n += more
		b.mu.Lock()
		b.buf, b.err = room[:n], err
		b.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// came says what has come once it is enough: ended says that err is how the body ended.
func (b *beginning) came(within time.Duration) (whole []byte, err error, ended bool) {
	t := time.NewTimer(within)
	defer t.Stop()
	select {
	case <-b.done:
		return b.buf, b.err, b.err != nil
	case <-t.C:
		b.enough.Store(true)
		return nil, nil, false
	}
}

// Read implements io.Reader: what was read ahead comes first.
func (b *beginning) Read(p []byte) (int, error) {
	if n := b.held(p); n > 0 {
		return n, nil
	}
	<-b.done
	if n := b.held(p); n > 0 {
		return n, nil
	}
	if b.err != nil {
		return 0, b.err
	}
	return b.body.Read(p)
}

// held passes on what was read ahead.
func (b *beginning) held(p []byte) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := copy(p, b.buf[b.from:])
	b.from += n
	return n
}

// An interrupter is a body whose Read another goroutine can end.
type interrupter interface{ Interrupt() }

// Close implements io.Closer.
func (b *beginning) Close() error {
	select {
	case <-b.done:
	default:
		b.enough.Store(true)
		if i, ok := b.body.(interrupter); ok {
			i.Interrupt()
		}
		<-b.done
	}
	if b.free != nil {
		b.free(b.buf)
		b.free, b.buf, b.from = nil, nil, 0
	}
	return b.body.Close()
}

// holdBeginning holds the beginning of an answer of unknown length, or of one that is too
// long to be held, and all of it if that is all.
func (a *attempt) holdBeginning() error {
	m := a.x.room
	if a.worker == nil || !m.take(heldBytes) {
		return nil
	}
	b := readAhead(a.answer.Body, takeBuffer(heldBytes), func(buf []byte) {
		giveBuffer(buf)
		m.give(heldBytes)
	})
	a.answer.Body = b
	all, err, ended := b.came(a.x.g.o.HoldFor)
	if !ended {
		return nil
	}
	if err == io.EOF && m.take(int64(len(all))) {
		a.reserved, a.whole = int64(len(all)), append(takeBuffer(int64(len(all)))[:0], all...)
		a.isWhole = true
	}
	if err != io.EOF || a.isWhole {
		b.Close()
	}
	if err == io.EOF {
		err = nil
	}
	return err
}

// announce names the fields that come after the body, before its head is written.
func (x *exchange) announce(answer *http.Response) http.Header {
	announced := trailers(answer.Trailer)
	for k := range announced {
		x.w.Header().Add("Trailer", k)
	}
	return announced
}

// trail writes the fields that come after the body.
func (x *exchange) trail(answer *http.Response, announced http.Header) {
	for k, v := range trailers(answer.Trailer) {
		if _, ok := announced[k]; !ok {
			k = http.TrailerPrefix + k
		}
		x.w.Header()[k] = v
	}
}
