package proxytest

import (
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"
)

// A trial is one run of a case. Its findings are what the proxy did wrong.
type trial struct {
	t *testing.T
	o *options

	mu       sync.Mutex
	findings []string
	backends []*Backend
	closers  []func()
}

// A stop unwinds a trial that cannot go on.
type stop struct{}

// try runs a case and returns its findings, sorted out of backends too.
func (o *options) try(t *testing.T, k *Case) []string {
	tr := &trial{t: t, o: o}
	tr.play(k)
	for _, b := range tr.backends {
		for _, v := range b.Violations() {
			tr.errorf("the backend was sent %s", v)
		}
	}
	return tr.findings
}

// play runs the case up to its end or its first fatal finding, and closes its
// connections.
func (t *trial) play(k *Case) {
	defer func() {
		for _, c := range slices.Backward(t.closers) {
			c()
		}
		for _, b := range t.backends {
			b.Close()
		}
		if r := recover(); r != nil && r != (stop{}) {
			panic(r)
		}
	}()
	k.run(t)
}

// errorf notes a finding; any goroutine may.
func (t *trial) errorf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.findings = append(t.findings, fmt.Sprintf(format, args...))
}

// fatalf notes a finding and ends the trial; only the case's own goroutine may.
func (t *trial) fatalf(format string, args ...any) {
	t.errorf(format, args...)
	panic(stop{})
}

// atEnd has something closed when the trial ends.
func (t *trial) atEnd(closer func()) { t.closers = append(t.closers, closer) }

// front puts the proxy in front of a new backend.
func (t *trial) front(does Behaviour) (b *Backend, proxy string) {
	b = t.backend(does)
	return b, t.o.start(t.t, b.Addr())
}

// backend starts a backend that is closed with the trial.
func (t *trial) backend(does Behaviour) *Backend {
	b := NewBackend(t.t, does)
	t.backends = append(t.backends, b)
	return b
}

// pass sends one request, by itself on a connection, which must reach the
// backend once and be answered whole; both sides are returned.
func (t *trial) pass(text string, does Behaviour) (Request, *answer) {
	b, proxy := t.front(does)
	a := t.fetch(proxy, text)
	got := b.Requests()
	if len(got) != 1 {
		t.fatalf("the backend saw %d requests, want 1; the client: %s", len(got), a)
	}
	if a.Err != nil {
		t.fatalf("the client got %s", a)
	}
	return got[0], a
}

// await waits for something that must happen soon.
func await[T any](t *trial, c <-chan T, what string) T {
	select {
	case v := <-c:
		return v
	case <-time.After(t.o.patience):
		t.fatalf("not within %v: %s", t.o.patience, what)
		panic("not reached")
	}
}

// soon waits until a backend is as wanted.
func (t *trial) soon(b *Backend, what string, wanted func([]Request) bool) {
	if !b.Wait(t.o.patience, wanted) {
		t.fatalf("not within %v: %s", t.o.patience, what)
	}
}

// own is the address at this end of a connection, without its port.
func own(c net.Conn) string {
	host, _, _ := net.SplitHostPort(c.LocalAddr().String())
	return host
}
