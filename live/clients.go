package live

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// A client is an address from which requests come, with what it holds here.
//
// One address may hold at most as much of anything as it leaves to all others together: half
// of it where it is alone, less where others hold some (dynamic thresholds; Choudhury and
// Hahne, IEEE/ACM Transactions on Networking 6(2), 1998, with alpha = 1). Who takes all there
// is does not shut others out.
type client struct {
	open   atomic.Int64 // connections
	inside atomic.Int64 // requests in flight
	bytes  atomic.Int64 // of bodies and answers
}

// fair says whether a client may hold n of what there is limit of, where used of it is taken,
// n included.
func fair(n, used, limit int64) bool { return n <= limit-used+1 }

// A Guard is a listener that keeps its clients apart: it closes connections above Most and
// beyond the share of an address, and those that take nothing of what is written to them.
type Guard struct {
	net.Listener
	// Most is how many connections may be open: others are closed at once. 0: any number.
	Most int64
	// Shared says that the addresses of connections are not those of clients, as behind
	// another proxy. Those of this machine never are.
	Shared bool
	// All counts the addresses of this machine, too.
	All bool

	open    atomic.Int64
	refused atomic.Int64
	mu      sync.Mutex
	clients map[netip.Addr]*client
	closing sync.Once
}

// Close implements net.Listener. Shutdown closes the listener before the server does, which
// must not take the second time for a failure.
func (g *Guard) Close() (err error) {
	g.closing.Do(func() { err = g.Listener.Close() })
	return err
}

// Open is the number of connections.
func (g *Guard) Open() int { return int(g.open.Load()) }

// Refused is the number of connections that were closed at once.
func (g *Guard) Refused() int { return int(g.refused.Load()) }

// Accept implements net.Listener.
func (g *Guard) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if kept := g.admit(c); kept != nil {
			return kept, nil
		}
		g.refused.Add(1)
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetLinger(0) // nothing of it is to stay
		}
		c.Close()
	}
}

// admit takes a connection in; nil: it is one too many.
func (g *Guard) admit(c net.Conn) *clientConn {
	out := &clientConn{Conn: c, guard: g}
	used := g.open.Add(1)
	if g.Most > 0 && used > g.Most {
		g.open.Add(-1)
		return nil
	}
	a, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil || g.Shared || a.Addr().IsLoopback() && !g.All {
		return out
	}
	out.from = a.Addr().Unmap()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.clients == nil {
		g.clients = map[netip.Addr]*client{}
	}
	who := g.clients[out.from]
	if who == nil {
		who = &client{}
		g.clients[out.from] = who
	}
	if n := who.open.Add(1); g.Most > 0 && !fair(n, used, g.Most) {
		g.leave(out.from, who)
		g.open.Add(-1)
		return nil
	}
	out.client = who
	return out
}

// leave takes a connection of a client off; g.mu is held.
func (g *Guard) leave(from netip.Addr, who *client) {
	if who.open.Add(-1) == 0 {
		delete(g.clients, from)
	}
}

// stall is how long a connection may take nothing of what is written to it.
const stall = 30 * time.Second

// A clientConn is a connection of a client.
type clientConn struct {
	net.Conn
	guard  *Guard
	from   netip.Addr
	client *client // nil: what its address holds is not counted
	once   sync.Once

	mu    sync.Mutex
	limit time.Time // deadline that was asked for; zero: none
	set   time.Time // deadline that is set
}

// piece is how much is written under one deadline.
const piece = 64 << 10

// Write writes p, of which the client takes each piece within the time of stall.
func (c *clientConn) Write(p []byte) (n int, err error) {
	for first := true; first || n < len(p); first = false {
		c.arm(time.Now())
		m, err := c.Conn.Write(p[n:min(n+piece, len(p))])
		if n += m; err != nil {
			return n, err
		}
	}
	return n, nil
}

// arm sets the deadline of a write, not for every one.
func (c *clientConn) arm(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	want := now.Add(stall)
	if !c.limit.IsZero() && c.limit.Before(want) {
		want = c.limit
	}
	if want.Before(c.set) || want.Sub(c.set) > stall/8 {
		if c.Conn.SetWriteDeadline(want) == nil {
			c.set = want
		}
	}
}

// SetWriteDeadline bounds writes further.
func (c *clientConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	c.limit, c.set = t, time.Time{}
	c.mu.Unlock()
	if t.IsZero() {
		return c.Conn.SetWriteDeadline(time.Now().Add(stall))
	}
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline implements net.Conn.
func (c *clientConn) SetDeadline(t time.Time) error {
	if err := c.Conn.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// Close implements net.Conn.
func (c *clientConn) Close() error {
	c.once.Do(func() {
		c.guard.open.Add(-1)
		if c.client != nil {
			c.guard.mu.Lock()
			c.guard.leave(c.from, c.client)
			c.guard.mu.Unlock()
		}
	})
	return c.Conn.Close()
}

// clientKey is where a connection's context has its client.
type clientKey struct{}

// withClient puts the client of a connection into its context; it is an
// http.Server.ConnContext.
func withClient(ctx context.Context, c net.Conn) context.Context {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if k, ok := c.(*clientConn); ok && k.client != nil {
		return context.WithValue(ctx, clientKey{}, k.client)
	}
	return ctx
}

// clientOf is whom a request is from; nil: what its address holds is not counted.
func clientOf(ctx context.Context) *client {
	c, _ := ctx.Value(clientKey{}).(*client)
	return c
}
