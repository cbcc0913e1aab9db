package live

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// A memnet is a network in memory, so that the real HTTP stack runs in
// virtual time. Connections are a pair of buffered pipes; a host that nobody
// listens on refuses.
type memnet struct {
	mu    sync.Mutex
	hosts map[string]*memListener
	dials int
}

type memListener struct {
	n     *memnet
	name  string
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

type memAddr string

func (a memAddr) Network() string { return "mem" }
func (a memAddr) String() string  { return string(a) }

func newMemnet() *memnet { return &memnet{hosts: map[string]*memListener{}} }

func (n *memnet) listen(name string) net.Listener {
	l := &memListener{n: n, name: name, conns: make(chan net.Conn), done: make(chan struct{})}
	n.mu.Lock()
	n.hosts[name] = l
	n.mu.Unlock()
	return l
}

func (n *memnet) dial(ctx context.Context, _, name string) (net.Conn, error) {
	n.mu.Lock()
	l := n.hosts[name]
	n.dials++
	n.mu.Unlock()
	refused := &net.OpError{Op: "dial", Net: "mem", Addr: memAddr(name), Err: errors.New("connection refused")}
	if l == nil {
		return nil, refused
	}
	client, server := memPair(name)
	select {
	case l.conns <- server:
		return client, nil
	case <-l.done:
		return nil, refused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *memListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *memListener) Close() error {
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

func (l *memListener) Addr() net.Addr { return memAddr(l.name) }

// A memConn is one end of a connection.
type memConn struct {
	in, out *memPipe
	addr    memAddr
	once    sync.Once
}

func memPair(name string) (client, server net.Conn) {
	up, down := newMemPipe(), newMemPipe()
	return &memConn{in: down, out: up, addr: memAddr(name + ":1")}, &memConn{in: up, out: down, addr: "client:1"}
}

func (c *memConn) Read(p []byte) (int, error)         { return c.in.read(p) }
func (c *memConn) Write(p []byte) (int, error)        { return c.out.write(p) }
func (c *memConn) LocalAddr() net.Addr                { return memAddr("local:1") }
func (c *memConn) RemoteAddr() net.Addr               { return c.addr }
func (c *memConn) SetDeadline(t time.Time) error      { return c.SetReadDeadline(t) }
func (c *memConn) SetWriteDeadline(t time.Time) error { return nil }
func (c *memConn) SetReadDeadline(t time.Time) error  { c.in.deadline(t); return nil }
func (c *memConn) Close() error {
	c.once.Do(func() { c.in.close(net.ErrClosed); c.out.close(nil) })
	return nil
}

// A memPipe is one direction: bytes are buffered without bound.
type memPipe struct {
	mu     sync.Mutex
	cond   *sync.Cond
	buf    []byte
	closed bool
	own    error // what the reader is told after its own Close
	timer  *time.Timer
	late   bool
}

func newMemPipe() *memPipe {
	p := &memPipe{}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *memPipe) read(b []byte) (int, error) {
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

func (p *memPipe) write(b []byte) (int, error) {
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
func (p *memPipe) close(own error) {
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

func (p *memPipe) deadline(t time.Time) {
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
