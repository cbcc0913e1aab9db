package memnet

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// A Net is a network of hosts by name (host:port). Connections buffer without
// bound and take no time; a host that nobody listens on refuses. The zero value
// has no hosts.
type Net struct {
	mu    sync.Mutex
	hosts map[string]*listener
}

type listener struct {
	n     *Net
	name  string
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

type addr string

func (a addr) Network() string { return "mem" }
func (a addr) String() string  { return string(a) }

// Listen takes over a name.
func (n *Net) Listen(name string) net.Listener {
	l := &listener{n: n, name: name, conns: make(chan net.Conn), done: make(chan struct{})}
	n.mu.Lock()
	if n.hosts == nil {
		n.hosts = map[string]*listener{}
	}
	n.hosts[name] = l
	n.mu.Unlock()
	return l
}

// Dial opens a connection; it is a DialContext of http.Transport.
func (n *Net) Dial(ctx context.Context, _, name string) (net.Conn, error) {
	n.mu.Lock()
	l := n.hosts[name]
	n.mu.Unlock()
	refused := &net.OpError{Op: "dial", Net: "mem", Addr: addr(name), Err: syscall.ECONNREFUSED}
	if l == nil {
		return nil, refused
	}
	client, server := pair(name)
	select {
	case l.conns <- server:
		return client, nil
	case <-l.done:
		return nil, refused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() {
		close(l.done)
		l.n.mu.Lock()
		if l.n.hosts[l.name] == l {
			delete(l.n.hosts, l.name)
		}
		l.n.mu.Unlock()
	})
	return nil
}

func (l *listener) Addr() net.Addr { return addr(l.name) }

// A conn is one end of a connection.
type conn struct {
	in, out *pipe
	peer    addr
	once    sync.Once
}

func pair(name string) (client, server net.Conn) {
	up, down := newPipe(), newPipe()
	return &conn{in: down, out: up, peer: addr(name)}, &conn{in: up, out: down, peer: "192.0.2.1:1024"}
}

func (c *conn) Read(p []byte) (int, error)         { return c.in.read(p) }
func (c *conn) Write(p []byte) (int, error)        { return c.out.write(p) }
func (c *conn) LocalAddr() net.Addr                { return addr("192.0.2.2:80") }
func (c *conn) RemoteAddr() net.Addr               { return c.peer }
func (c *conn) SetDeadline(t time.Time) error      { return c.SetReadDeadline(t) }
func (c *conn) SetWriteDeadline(t time.Time) error { return nil }
func (c *conn) SetReadDeadline(t time.Time) error  { c.in.deadline(t); return nil }

// Close ends both directions, the outgoing one first: who has learnt from a Read
// that the connection is closed can no longer write to it.
func (c *conn) Close() error {
	c.once.Do(func() { c.out.close(nil); c.in.close(net.ErrClosed) })
	return nil
}

// Alive says whether the other end has not closed the connection.
func (c *conn) Alive() bool {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	return !c.in.closed
}

// A pipe is one direction: bytes are buffered without bound.
type pipe struct {
	mu     sync.Mutex
	cond   *sync.Cond
	buf    []byte
	closed bool
	own    error // what the reader is told after its own Close
	timer  *time.Timer
	late   bool
}

func newPipe() *pipe {
	p := &pipe{}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.own != nil:
			return 0, p.own
		case p.late:
			return 0, timeoutError{}
		case len(p.buf) > 0:
			n := copy(b, p.buf)
			p.buf = p.buf[n:]
			return n, nil
		case p.closed:
			return 0, io.EOF
		}
		p.cond.Wait()
	}
}

func (p *pipe) write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, &net.OpError{Op: "write", Net: "mem", Err: errors.New("broken pipe")}
	}
	p.buf = append(p.buf, b...)
	p.cond.Broadcast()
	return len(b), nil
}

// close ends the direction; own is set by the reading end.
func (p *pipe) close(own error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if own != nil {
		p.own = own
	}
	if p.timer != nil {
		p.timer.Stop()
	}
	p.cond.Broadcast()
}

func (p *pipe) deadline(t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	p.late = false
	if t.IsZero() {
		return
	}
	d := time.Until(t)
	if d <= 0 {
		p.late = true
		p.cond.Broadcast()
		return
	}
	p.timer = time.AfterFunc(d, func() {
		p.mu.Lock()
		p.late = true
		p.cond.Broadcast()
		p.mu.Unlock()
	})
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }
