package proxytest

import (
	"fmt"
	"io"
)

// earlyCases: a backend may answer before it has read the request.
func earlyCases() []Case {
	const section = "RFC 9112, 9.3"
	return []Case{
		{"early/length", section, "an early answer reaches a client that is still sending, and ends its sending", func(t *trial) { early(t, false) }},
		{"early/chunked", section, "so where the length of the upload is not known", func(t *trial) { early(t, true) }},
		{"early/short", section, "an early answer to a short upload is an answer", earlyShort},
		{"early/kept", section, "the next request on the connection gets its own answer, or the connection ends", earlyKept},
	}
}

// uploadSize is more than any proxy may hold back of an upload.
const uploadSize = 64 << 20

const tooBig = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig"

func early(t *trial, isChunked bool) {
	_, proxy := t.front(func(x *Exchange) {
		x.Write(tooBig)
		x.End(Linger)
	})
	k := t.dial(proxy)
	sent := make(chan error, 1)
	go func() { sent <- k.upload(isChunked, uploadSize) }()
	if a := k.answer("POST"); a.Status != 413 || string(a.Body) != "big" {
		t.errorf("the client got %s, want the backend's 413", a)
	}
	// Either the proxy has closed the connection, or it takes all that comes.
	if !k.isClosed() {
		t.errorf("more came after the answer to the upload")
	}
	k.conn.Close()
	await(t, sent, "the upload ends")
}

// upload sends a POST with n bytes and ends early if the proxy does not take them.
func (k *client) upload(isChunked bool, n int) error {
	line, piece := fmt.Sprintf("Content-Length: %d", n), string(pattern(3, 64<<10))
	end := ""
	if isChunked {
		line = "Transfer-Encoding: chunked"
		end = "0\r\n\r\n"
	}
	if _, err := io.WriteString(k.conn, head("POST /upload HTTP/1.1", "Host: h", "Connection: close", line)); err != nil {
		return err
	}
	for sent := 0; sent < n; sent += len(piece) {
		text := piece
		if isChunked {
			text = fmt.Sprintf("%x\r\n%s\r\n", len(piece), piece)
		}
		if _, err := io.WriteString(k.conn, text); err != nil {
			return err
		}
	}
	_, err := io.WriteString(k.conn, end)
	return err
}

func earlyShort(t *trial) {
	_, proxy := t.front(func(x *Exchange) {
		x.Write(tooBig)
		x.End(Linger)
	})
	if a := t.fetch(proxy, post("hello", "Content-Length: 5")); a.Status != 413 || string(a.Body) != "big" {
		t.errorf("the client got %s, want the backend's 413", a)
	}
}

func earlyKept(t *trial) {
	_, proxy := t.front(Sequence(func(x *Exchange) {
		x.Write(tooBig)
		x.End(Linger)
	}, Echo()))
	k := t.dial(proxy)
	body := string(pattern(4, 100_000))
	k.send(post(body, lengthOf(body)) + head("GET /next HTTP/1.1", "Host: h"))
	if a := k.answer("POST"); a.Status != 413 {
		t.errorf("the client got %s, want the backend's 413", a)
	}
	if a := k.answer("GET"); a.Status != 0 {
		t.got(a, "/next ")
	}
}
