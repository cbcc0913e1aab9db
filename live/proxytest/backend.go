package proxytest

import (
	"bufio"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"time"
)

// A Backend is an HTTP/1.1 server on 127.0.0.1 that does with each request
// what its Behaviour says, and remembers what it was sent. It reads strictly:
// what could be understood in two ways is a violation, and is not served.
type Backend struct {
	does Behaviour
	addr string

	mu         sync.Mutex
	listener   net.Listener // nil: connections are refused
	conns      map[net.Conn]struct{}
	requests   []Request
	probes     map[string]Behaviour
	violations []string
	accepted   int
	closed     bool
	ended      chan struct{} // closed by Close
	changed    chan struct{} // closed and replaced at every change of requests
	group      sync.WaitGroup
}

// A Request is what a Backend was sent.
type Request struct {
	Conn    int    // its connection, numbered from 0 as accepted
	Method  string // as sent
	Target  string // as sent
	Proto   string
	Header  Fields
	Body    []byte
	Trailer Fields
	Whole   bool // the body was read to its end; not so if nobody read it
	Ended   bool // its Behaviour has returned

	framing framing
}

// NewBackend starts a Backend, which ends with the test.
func NewBackend(t testing.TB, does Behaviour) *Backend {
	t.Helper()
	b := &Backend{
		does: does, addr: "127.0.0.1:0", conns: map[net.Conn]struct{}{}, probes: map[string]Behaviour{},
		ended: make(chan struct{}), changed: make(chan struct{}),
	}
	if err := b.Restart(); err != nil {
		t.Fatalf("a backend on loopback: %v", err)
	}
	t.Cleanup(b.Close)
	return b
}

// Addr is the backend's host:port; it stays the same through Kill and Restart.
func (b *Backend) Addr() string { return b.addr }

// Probe has requests for a path, such as /readyz, answered apart: they are
// neither remembered nor given to the backend's Behaviour.
func (b *Backend) Probe(path string, does Behaviour) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probes[path] = does
}

// Requests are copies of all requests whose head has come, in that order.
func (b *Backend) Requests() []Request {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.requests)
}

// Executed counts the requests that came whole and have a field with the value.
func (b *Backend) Executed(name, value string) int {
	n := 0
	for _, q := range b.Requests() {
		if q.Whole && slices.Contains(q.Header.Values(name), value) {
			n++
		}
	}
	return n
}

// Violations says what came that is not unambiguous HTTP/1.1.
func (b *Backend) Violations() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.violations)
}

// Wait waits until the requests are as wanted, for at most d, and says whether
// they are.
func (b *Backend) Wait(d time.Duration, wanted func([]Request) bool) bool {
	late := time.NewTimer(d)
	defer late.Stop()
	for {
		b.mu.Lock()
		ok, changed := wanted(b.requests), b.changed
		b.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-late.C:
			return false
		}
	}
}

// Kill does what the end of a process does: connections are reset, new ones
// refused.
func (b *Backend) Kill() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listener != nil {
		b.listener.Close()
		b.listener = nil
	}
	for c := range b.conns {
		reset(c)
	}
}

// Restart listens again at the same address, after Kill.
func (b *Backend) Restart() error {
	l, err := net.Listen("tcp", b.addr)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || b.listener != nil {
		l.Close()
		return errors.New("proxytest: the backend was not killed")
	}
	b.listener, b.addr = l, l.Addr().String()
	b.group.Go(func() { b.accept(l) })
	return nil
}

// Close ends the backend and waits for its goroutines.
func (b *Backend) Close() {
	b.Kill()
	b.mu.Lock()
	if !b.closed {
		b.closed = true
		close(b.ended)
	}
	b.mu.Unlock()
	b.group.Wait()
}

func (b *Backend) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		b.mu.Lock()
		if b.listener != l {
			reset(c)
		} else {
			n := b.accepted
			b.accepted++
			b.conns[c] = struct{}{}
			b.group.Go(func() { b.serve(c, n) })
		}
		b.mu.Unlock()
	}
}

// serve serves one connection.
func (b *Backend) serve(c net.Conn, n int) {
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.conns, c)
		c.Close()
	}()
	r := bufio.NewReader(c)
	for {
		x, err := b.next(c, r, n)
		if err != nil {
			b.violated(err)
			return
		}
		x.does(x)
		x.Request.Ended = true
		x.note()
		if x.over || x.ReadBody() != nil {
			return
		}
	}
}

// next reads the head of a request.
func (b *Backend) next(c net.Conn, r *bufio.Reader, n int) (*Exchange, error) {
	q, err := readRequest(r)
	if err != nil {
		return nil, err
	}
	q.Conn = n
	b.mu.Lock()
	defer b.mu.Unlock()
	x := &Exchange{Request: q, b: b, conn: c, r: r, does: b.does, index: -1}
	if does := b.probes[q.Target]; does != nil {
		x.does = does
		return x, nil
	}
	x.index = len(b.requests)
	b.requests = append(b.requests, q)
	b.change()
	return x, nil
}

// violated notes an error that is the sender's fault.
func (b *Backend) violated(err error) {
	if m := malformed(""); errors.As(err, &m) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.violations = append(b.violations, string(m))
	}
}

// change wakes those who wait; b.mu is held.
func (b *Backend) change() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// reset closes a connection so that the other end knows it was not meant to end.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	c.Close()
}
