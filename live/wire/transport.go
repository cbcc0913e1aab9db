package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// Sizes and times of a Transport.
const (
	maxHead     = 1 << 20          // bytes of an answer's head, interim ones together
	maxIdle     = 1024             // kept connections per address
	idleTimeout = 30 * time.Second // less than workers wait before they close
	dialTimeout = 5 * time.Second
	maxInterim  = 16 // 1xx answers to one request
)

// A Transport keeps connections by address. The zero value is ready to use.
type Transport struct {
	// Patient tries to connect for as long as the system does, some two minutes;
	// otherwise an address that does not answer within 5 s has failed.
	Patient bool
	// Dial opens a connection; nil: TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu     sync.Mutex
	idle   map[string][]*conn // used last comes last
	closed bool
}

// A Request is what is sent. Names and values of Header must be valid, as
// those are that net/http has read.
type Request struct {
	Address string // host:port
	Method  string
	URI     string // request target, as received
	Host    string
	Header  http.Header
	Body    []byte
	Rest    io.Reader // what follows Body; nil: nothing
	Length  int64     // of all of it; -1 unknown: sent in chunks
	// Trailer is sent after a body of unknown length, as far as IsTrailer (nil:
	// everything) says so. Its values are read when Rest has ended.
	Trailer   http.Header
	IsTrailer func(key string) bool
	// Stop makes a Read of Rest return, when nobody wants the rest any more;
	// nil if Rest never waits.
	Stop func()
	// Connecting ends the request until there is a connection, and not after that;
	// nil: nothing does but the context of Do.
	Connecting context.Context
	// Interim is told of 1xx answers but 100 and 101; nil: nobody is. It is
	// called by the goroutine that called Do.
	Interim func(code int, h http.Header)
}

// A conn is a connection to a worker.
type conn struct {
	net.Conn
	t       *Transport
	address string
	br      *bufio.Reader
	head    []byte // scratch for the head of a request
	left    int    // bytes that may still be read as a head; negative: no limit
	since   time.Time
	wrote   uint64 // bytes of the requests before this one
	unsure  bool   // wrote is not known: a body was streamed
}

var errHead = errors.New("the head of the answer is too long")

// Read bounds what is read while the head of an answer is awaited.
func (c *conn) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, errHead
	}
	if c.left > 0 && len(p) > c.left {
		p = p[:c.left]
	}
	n, err := c.Conn.Read(p)
	if c.left > 0 {
		c.left -= n
	}
	return n, err
}

// dial opens a connection.
func (t *Transport) dial(ctx context.Context, address string) (*conn, error) {
	dial := t.Dial
	if dial == nil {
		d := &net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}
		if t.Patient {
			d.Timeout = 0
		}
		dial = d.DialContext
	}
	raw, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	c := &conn{Conn: raw, t: t, address: address}
	c.br = bufio.NewReaderSize(c, 4<<10)
	return c, nil
}

// get takes a kept connection that is still good, or opens one.
func (t *Transport) get(ctx context.Context, address string) (*conn, error) {
	for {
		c := t.pop(address)
		if c == nil {
			return t.dial(ctx, address)
		}
		if time.Since(c.since) < idleTimeout && alive(c.Conn) {
			return c, nil
		}
		c.Close()
	}
}

// says asks a connection that is no socket whether it is alive, if it knows.
func says(c net.Conn) bool {
	a, ok := c.(interface{ Alive() bool })
	return !ok || a.Alive()
}

func (t *Transport) pop(address string) *conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := t.idle[address]
	if len(list) == 0 {
		return nil
	}
	c := list[len(list)-1]
	list[len(list)-1] = nil
	t.idle[address] = list[:len(list)-1]
	return c
}

// put keeps a connection whose answer was read to its end. One that holds more
// than that is of no more use.
func (t *Transport) put(c *conn) {
	if c.br.Buffered() > 0 {
		c.Close()
		return
	}
	c.since = time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	list := t.idle[c.address]
	if t.closed || len(list) >= maxIdle {
		c.Close()
		return
	}
	if t.idle == nil {
		t.idle = map[string][]*conn{}
	}
	for len(list) > 0 && c.since.Sub(list[0].since) > idleTimeout { // used first comes first
		list[0].Close()
		list = append(list[:0], list[1:]...)
	}
	t.idle[c.address] = append(list, c)
}

// Forget closes the kept connections to an address that is no more.
func (t *Transport) Forget(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.idle[address] {
		c.Close()
	}
	delete(t.idle, address)
}

// Close closes all kept connections, and those in use after their answer.
func (t *Transport) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for _, list := range t.idle {
		for _, c := range list {
			c.Close()
		}
	}
	t.idle = nil
}

// Do sends a request and reads the head of its answer. Closing the answer's
// body, or reading it to its end, gives the connection back. The error says
// in Started whether the worker may have seen any of the request.
func (t *Transport) Do(ctx context.Context, r *Request) (*http.Response, error) {
	if err := r.check(); err != nil {
		return nil, &Error{Err: err}
	}
	connecting := ctx
	if r.Connecting != nil {
		connecting = r.Connecting
	}
	c, err := t.get(connecting, r.Address)
	if err != nil {
		return nil, &Error{Err: err, Own: IsOwn(err)}
	}
	if connecting.Err() != nil {
		c.Close()
		return nil, &Error{Err: context.Cause(connecting)}
	}
	x := &call{c: c, r: r}
	x.stop = context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	answer, err := x.do()
	if err != nil {
		x.stop()
		started := x.written && !x.unseen()
		x.hangUp()
		if cause := context.Cause(ctx); cause != nil && errors.Is(err, os.ErrDeadlineExceeded) {
			err = cause
		}
		return nil, &Error{Err: err, Started: started}
	}
	return answer, nil
}

// An Error is a request without an answer.
type Error struct {
	Err     error
	Started bool // some of the request may have reached the worker, so that it may have been executed
	Own     bool // this machine could not connect (see IsOwn): nothing of it is the worker's fault
}

// Error says where the request came to an end.
func (e *Error) Error() string {
	if e.Started {
		return fmt.Sprintf("after the request was sent: %v", e.Err)
	}
	return e.Err.Error()
}

// Unwrap is the error itself.
func (e *Error) Unwrap() error { return e.Err }
