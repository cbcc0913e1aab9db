package proxytest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A client is a connection to the proxy that sends any bytes and reads answers
// strictly.
type client struct {
	t    *trial
	conn net.Conn
	r    *bufio.Reader
}

// An answer is what came back.
type answer struct {
	Proto   string
	Status  int // 0: not even a head came
	Header  Fields
	Body    []byte
	Trailer Fields
	Interim []*answer // 1xx before it
	Err     error     // why it is not whole; nil if it is
	framing framing
}

// String is the answer in brief, for findings.
func (a *answer) String() string {
	end := "whole"
	if a.Err != nil {
		end = "broken: " + a.Err.Error()
	}
	return fmt.Sprintf("%d %.60q (%d bytes, %s)", a.Status, a.Body, len(a.Body), end)
}

// dial connects to the proxy.
func (t *trial) dial(proxy string) *client {
	conn := t.connect(proxy, "http/1.1")
	return &client{t: t, conn: conn, r: bufio.NewReader(conn)}
}

// connect opens a connection to the proxy, of TLS if its URL says so.
func (t *trial) connect(proxy, alpn string) net.Conn {
	u, err := url.Parse(proxy)
	if err != nil {
		t.fatalf("the proxy's URL: %v", err)
	}
	conn, err := net.DialTimeout("tcp", u.Host, t.o.patience)
	if err != nil {
		t.fatalf("connecting to the proxy: %v", err)
	}
	t.atEnd(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(t.o.patience))
	if u.Scheme == "https" {
		// The certificate is made up by the proxy's test.
		return tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{alpn}})
	}
	return conn
}

// fetch sends one request on a connection of its own and reads its answer.
func (t *trial) fetch(proxy, text string) *answer {
	k := t.dial(proxy)
	defer k.conn.Close()
	k.send(text)
	method, _, _ := strings.Cut(text, " ")
	return k.answer(method)
}

// send sends bytes as they are. That the proxy may have closed shows when
// reading.
func (k *client) send(text string) { _, _ = io.WriteString(k.conn, text) }

// answer reads the answer to a request with a method.
func (k *client) answer(method string) *answer {
	var interim []*answer
	for {
		a := k.head(method)
		if a.Err == nil && a.Status/100 == 1 && a.Status != 101 {
			interim = append(interim, a)
			continue
		}
		a.Interim = interim
		if a.Err == nil {
			a.Body, a.Trailer, a.Err = a.framing.read(k.r)
		}
		k.judge(a)
		return a
	}
}

// head reads the head of an answer, which may be an interim one.
func (k *client) head(method string) *answer {
	a := &answer{}
	lines, err := readHead(k.r)
	if err == nil {
		err = a.parse(lines, method)
	}
	a.Err = err
	return a
}

// judge finds fault with what no client should be sent.
func (k *client) judge(a *answer) {
	if m := malformed(""); errors.As(a.Err, &m) {
		k.t.errorf("the client was sent %s", m)
	}
}

// parse parses a head and says how the body is framed (RFC 9112, 6.3).
func (a *answer) parse(lines []string, method string) (err error) {
	if len(lines) == 0 {
		return malformed("an empty line instead of an answer")
	}
	proto, rest, _ := strings.Cut(lines[0], " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if err != nil || len(code) != 3 || status < 100 || !strings.HasPrefix(proto, "HTTP/1.") {
		return malformed(fmt.Sprintf("the status line %.80q", lines[0]))
	}
	a.Proto, a.Status = proto, status
	if a.Header, err = parseFields(lines[1:]); err != nil {
		return err
	}
	if a.framing, err = parseFraming(a.Header, "close"); err != nil {
		return err
	}
	switch {
	case status/100 == 1 || status == 204:
		if a.Header.Has("Transfer-Encoding") || a.Header.Has("Content-Length") && status != 204 {
			return malformed(fmt.Sprintf("a %d with a body: %s", status, a.Header))
		}
		a.framing = framing{kind: "none"}
	case method == "HEAD" || status == 304 || method == "CONNECT" && status/100 == 2:
		a.framing = framing{kind: "none"}
	}
	return nil
}

// isClosed waits for the proxy to close the connection, and says whether it did
// so without sending anything more.
func (k *client) isClosed() bool {
	_, err := k.r.ReadByte()
	t, ok := err.(net.Error)
	return err != nil && (!ok || !t.Timeout())
}

// reset leaves, abruptly.
func (k *client) reset() { reset(k.conn) }
