package memnet

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"cnv/live/host"
)

// A Machine is a host in memory: who listens on its network is reached over it alone. The
// zero value runs no programs.
type Machine struct {
	// Run starts what Start is asked to; nil: nothing can be started.
	Run func(out io.Writer, env []string, program string, args ...string) (host.Process, error)

	net   Net
	mu    sync.Mutex
	ports int
	taken map[string]bool
	deaf  map[string]bool

	programs int // that run
}

// Listen takes connections at an address that nobody has; port 0 takes one.
func (m *Machine) Listen(address string) (net.Listener, error) {
	ip, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if port == "0" {
		m.ports++
		address = net.JoinHostPort(ip, strconv.Itoa(20000+m.ports))
	}
	if m.taken[address] {
		return nil, &net.OpError{Op: "listen", Net: "mem", Addr: addr(address), Err: syscall.EADDRINUSE}
	}
	if m.taken == nil {
		m.taken = map[string]bool{}
	}
	m.taken[address] = true
	return &taken{Listener: m.net.Listen(address), free: func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.taken, address)
	}}, nil
}

// A taken is an address that somebody listens at.
type taken struct {
	net.Listener
	once sync.Once
	free func()
}

func (l *taken) Close() error {
	l.once.Do(l.free)
	return l.Listener.Close()
}

// Dial opens a connection in no time, or waits as long as it may for a deaf address: like
// a kernel it sends lost packets again, after 1, 3, 7 s and so on.
func (m *Machine) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	for wait := time.Second; m.isDeaf(address); wait *= 2 {
		select {
		case <-ctx.Done():
			return nil, &net.OpError{Op: "dial", Net: "mem", Addr: addr(address), Err: os.ErrDeadlineExceeded}
		case <-time.After(wait):
		}
	}
	return m.net.Dial(ctx, network, address)
}

func (m *Machine) isDeaf(address string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.deaf[address]
}

// Deafen has an address lose the packets of those who connect until it is closed.
func (m *Machine) Deafen(address string) (io.Closer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.deaf == nil {
		m.deaf = map[string]bool{}
	}
	m.deaf[address] = true
	return hears(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.deaf, address)
	}), nil
}

type hears func()

func (h hears) Close() error { h(); return nil }

// Start runs a program.
func (m *Machine) Start(out io.Writer, env []string, program string, args ...string) (host.Process, error) {
	if m.Run == nil {
		return nil, errors.New("memnet: this machine runs no programs")
	}
	return m.Run(out, env, program, args...)
}
