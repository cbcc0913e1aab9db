package proxytest

import (
	"fmt"
	"time"
)

// slowCases: clients that hold connections without using them.
func slowCases() []Case {
	const section = "RFC 9110, 15.5.9"
	return []Case{
		{"slow/head", section, "a client that does not finish its head is given up", slowHead},
		{"slow/body", section, "a client that does not finish its body is given up, and so is the backend's request", slowBody},
		{"slow/pieces", "RFC 9112, 2.2", "a request that comes byte by byte is a request", slowPieces},
	}
}

// longest is the longest timeout that is waited for.
const longest = time.Second

// within starts a proxy with a timeout, or skips the case.
func (t *trial) within(p *bounded, option string, b *Backend) string {
	if p == nil {
		t.t.Skipf("the proxy's timeout is not known: give a proxy with a short one by the option %s", option)
	}
	if p.wait > longest {
		t.t.Skipf("a timeout of %v is too long to wait for, at most %v", p.wait, longest)
	}
	return p.start(t.t, b.Addr())
}

// givenUp wants 408, or the end of the connection.
func (t *trial) givenUp(k *client) {
	a := k.answer("POST")
	if a.Status != 0 && a.Status != 408 && a.Status != 400 {
		t.errorf("the client got %s, want 408", a)
	}
	if a.Status == 0 && a.Err != nil && isTimeout(a.Err) {
		t.errorf("the connection is still open after %v", t.o.patience)
	}
}

func slowHead(t *trial) {
	b := t.backend(Echo())
	k := t.dial(t.within(t.o.slowHead, "HeadTimeout", b))
	k.send("GET / HTTP/1.1\r\nHost: h\r\nX: ")
	t.givenUp(k)
	if n := len(b.Requests()); n > 0 {
		t.errorf("the backend saw %d requests, want none", n)
	}
}

func slowBody(t *trial) {
	b := t.backend(Echo())
	k := t.dial(t.within(t.o.slowBody, "UploadTimeout", b))
	k.send(post("hel", "Content-Length: 5"))
	t.givenUp(k)
	t.soon(b, "the backend's request ends", allEnded)
	for _, q := range b.Requests() {
		if q.Whole {
			t.errorf("the backend saw a whole request: %q", q.Body)
		}
	}
}

// slowPieces sends single bytes, each in its own packet.
func slowPieces(t *trial) {
	_, proxy := t.front(Echo())
	k := t.dial(proxy)
	for _, c := range []byte(post("hello", "Content-Length: 5", fmt.Sprintf("X: %d", 1))) {
		k.send(string(c))
	}
	t.got(k.answer("POST"), "/ hello")
}

// allEnded says whether nothing is under way.
func allEnded(all []Request) bool {
	for _, q := range all {
		if !q.Ended {
			return false
		}
	}
	return true
}
