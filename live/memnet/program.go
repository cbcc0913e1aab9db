package memnet

import (
	"context"
	"net"
	"sync"
	"time"
)

// A Program plays a process on a Machine, in a goroutine. Its connections break when it is
// killed, and stay without a word when it hangs.
type Program struct {
	Asked context.Context // done once it is asked to end
	End   context.Context // done once it is killed, or has ended

	ask, endNow context.CancelFunc
	done        chan struct{}
	m           *Machine

	mu           sync.Mutex
	conns        map[net.Conn]bool
	hung, killed bool
	goesOn       chan struct{} // closed when it hangs no more
}

// Begin starts a program. What prepare returns is what it runs until it ends; if prepare
// fails, the program has not started.
func (m *Machine) Begin(prepare func(p *Program) (run func(), err error)) (*Program, error) {
	p := &Program{m: m, done: make(chan struct{}), conns: map[net.Conn]bool{}}
	p.End, p.endNow = context.WithCancel(context.Background())
	p.Asked, p.ask = context.WithCancel(p.End)
	run, err := prepare(p)
	if err != nil {
		p.endNow()
		return nil, err
	}
	m.mu.Lock()
	m.programs++
	m.mu.Unlock()
	go func() {
		run()
		p.endNow()
		m.mu.Lock()
		m.programs--
		m.mu.Unlock()
		close(p.done)
	}()
	return p, nil
}

// Programs is how many of what has begun has not ended.
func (m *Machine) Programs() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.programs
}

// Listen takes connections on the machine until the program ends.
func (p *Program) Listen(address string) (net.Listener, error) {
	l, err := p.m.Listen(address)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(p.End, func() { l.Close() })
	return &mortal{l, p}, nil
}

// Done is closed when it has ended.
func (p *Program) Done() <-chan struct{} { return p.done }

// Stop asks it to end, and kills it after the grace.
func (p *Program) Stop(grace time.Duration) {
	p.mu.Lock()
	hung := p.hung
	p.mu.Unlock()
	if hung {
		p.Kill()
		return
	}
	p.ask()
	go func() {
		select {
		case <-p.done:
		case <-time.After(grace):
			p.Kill()
		}
	}()
}

// Hang has its connections stay, and nothing come from them.
func (p *Program) Hang() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.hung {
		p.hung, p.goesOn = true, make(chan struct{})
	}
}

// Resume has it say what it had to say since it hung, and go on.
func (p *Program) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hung {
		p.hung = false
		close(p.goesOn)
	}
}

// Kill breaks its connections without a word.
func (p *Program) Kill() {
	p.mu.Lock()
	p.killed = true
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.endNow()
}

// A mortal is the listener of a program: its connections end with it.
type mortal struct {
	net.Listener
	p *Program
}

func (l *mortal) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	if l.p.killed {
		c.Close()
	}
	l.p.conns[c] = true
	return &mortalConn{c, l.p}, nil
}

type mortalConn struct {
	net.Conn
	p *Program
}

// Write says nothing more once the program hangs or is killed.
func (c *mortalConn) Write(b []byte) (int, error) {
	c.p.mu.Lock()
	hung, killed, goesOn := c.p.hung, c.p.killed, c.p.goesOn
	c.p.mu.Unlock()
	if hung {
		select {
		case <-c.p.End.Done():
			killed = true
		case <-goesOn:
			return c.Write(b)
		}
	}
	if killed {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

func (c *mortalConn) Close() error {
	c.p.mu.Lock()
	delete(c.p.conns, c.Conn)
	c.p.mu.Unlock()
	return c.Conn.Close()
}
