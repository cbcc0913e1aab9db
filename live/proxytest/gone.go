package proxytest

import (
	"errors"
	"net"
)

// goneCases: a client that leaves takes its request with it.
func goneCases() []Case {
	const section = "RFC 9110, 7.8; RFC 9112, 9.5"
	return []Case{
		{"gone/upload", section, "a client that leaves during its upload leaves no whole request, and the backend's ends", func(t *trial) { goneUpload(t, false) }},
		{"gone/upload-chunked", section, "so with a chunked upload", func(t *trial) { goneUpload(t, true) }},
		{"gone/upload-short", section, "so with a short one", goneShort},
		{"gone/waiting", section, "a backend at work sees that its client has left", func(t *trial) { goneWaiting(t, Close) }},
		{"gone/waiting-reset", section, "so where the client resets", func(t *trial) { goneWaiting(t, Reset) }},
		{"gone/answer", section, "a backend in the middle of its answer sees that its client has left", func(t *trial) { goneAnswer(t, Close) }},
		{"gone/answer-reset", section, "so where the client resets", func(t *trial) { goneAnswer(t, Reset) }},
		{"gone/others", section, "a client that leaves takes no other's request with it", goneOthers},
	}
}

// leave ends the client's connection.
func (k *client) leave(e Ending) {
	if e == Reset {
		k.reset()
		return
	}
	k.conn.Close()
}

// goneUpload leaves once the backend is at work, or once the proxy has taken
// so much that it must be holding it all back.
func goneUpload(t *trial, isChunked bool) {
	b, proxy := t.front(Echo())
	k := t.dial(proxy)
	begun := make(chan bool, 1)
	go func() {
		begun <- b.Wait(t.o.patience, func(all []Request) bool { return len(all) > 0 })
	}()
	done := make(chan error, 1)
	go func() { done <- k.upload(isChunked, uploadSize) }()
	select {
	case ok := <-begun:
		if !ok {
			t.errorf("nothing reached the backend within %v", t.o.patience)
		}
	case err := <-done:
		t.errorf("nothing reached the backend of %d bytes (%v)", uploadSize, err)
	}
	k.reset()
	t.soon(b, "the backend's request ends", allEnded)
	for _, q := range b.Requests() {
		if q.Whole {
			t.errorf("the backend saw a whole request, of %d bytes", len(q.Body))
		}
	}
}

func goneShort(t *trial) {
	b, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(post("hel", "Content-Length: 5"))
	k.conn.Close()
	for range 3 {
		t.got(t.fetch(proxy, head("GET /next HTTP/1.1", "Host: h")), "/next ")
	}
	t.soon(b, "the backend's request ends", allEnded)
	for _, q := range b.Requests() {
		if q.Whole && q.Target != "/next" {
			t.errorf("the backend saw a whole request: %q", q.Body)
		}
	}
}

func goneWaiting(t *trial, e Ending) {
	at, gone := make(chan struct{}, 9), make(chan bool, 9)
	_, proxy := t.front(func(x *Exchange) {
		_ = x.ReadBody()
		at <- struct{}{}
		gone <- x.Gone(t.o.patience)
		x.End(Close)
	})
	k := t.dial(proxy)
	k.send(post("hello", "Content-Length: 5"))
	await(t, at, "the request reaches the backend")
	k.leave(e)
	if !await(t, gone, "the backend sees it") {
		t.errorf("the backend is still at work %v after the client left", t.o.patience)
	}
}

// goneAnswer leaves in the middle of an endless answer.
func goneAnswer(t *trial, e Ending) {
	gone := make(chan error, 9)
	_, proxy := t.front(func(x *Exchange) {
		Raw(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))(x)
		piece := chunkOf(pattern(5, 1000))
		var err error
		for err == nil {
			err = x.Write(piece)
		}
		gone <- err
		x.End(Close)
	})
	k := t.dial(proxy)
	k.send(head("GET / HTTP/1.1", "Host: h"))
	if a := k.head("GET"); a.Status != 200 {
		t.fatalf("the client got %s", a)
	}
	k.leave(e)
	if err := await(t, gone, "the backend sees it"); isTimeout(err) {
		t.errorf("the backend is still answering %v after the client left", t.o.patience)
	}
}

// leftOrKept tells the target of each request. At /leaves it tells whether the client left;
// elsewhere it answers once stay is closed.
func leftOrKept(t *trial, at chan<- string, gone chan<- bool, stay <-chan struct{}) func(*Exchange) {
	return func(x *Exchange) {
		_ = x.ReadBody()
		at <- x.Target
		if x.Target == "/leaves" {
			gone <- x.Gone(t.o.patience)
			x.End(Close)
			return
		}
		select {
		case <-stay:
			Echo()(x)
		case <-x.Ended():
		}
	}
}

// goneOthers: of two clients that wait one leaves.
func goneOthers(t *trial) {
	at, gone, stay := make(chan string, 9), make(chan bool, 9), make(chan struct{})
	_, proxy := t.front(leftOrKept(t, at, gone, stay))
	leaves, stays := t.dial(proxy), t.dial(proxy)
	stays.send(head("POST /stays HTTP/1.1", "Host: h", "Content-Length: 0"))
	leaves.send(head("POST /leaves HTTP/1.1", "Host: h", "Content-Length: 0"))
	await(t, at, "a request reaches the backend")
	await(t, at, "a request reaches the backend")
	leaves.conn.Close()
	if !await(t, gone, "the backend sees it") {
		t.errorf("the backend is still at work %v after the client left", t.o.patience)
	}
	close(stay)
	t.got(stays.answer("POST"), "/stays ")
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}
