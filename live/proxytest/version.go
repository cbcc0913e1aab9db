package proxytest

import (
	"fmt"
	"strings"
	"time"
)

// versionCases: clients of HTTP/1.0, and how connections are kept.
func versionCases() []Case {
	const section = "RFC 9112, 9.3"
	return []Case{
		{"version/1.0", section, "a client of HTTP/1.0 gets its answer and the end", func(t *trial) { version10(t, "Host: h") }},
		{"version/1.0-no-host", "RFC 9112, 3.2", "so without Host, or a 400", version10NoHost},
		{"version/1.0-chunked", "RFC 9112, 6.1", "a client of HTTP/1.0 gets no chunks", version10Chunked},
		{"version/1.0-keep-alive", section, "a client of HTTP/1.0 that wants to keep its connection may", version10Kept},
		{"version/1.1-kept", section, "a client of HTTP/1.1 keeps its connection", versionKept},
		{"version/1.1-close", "RFC 9112, 9.6", "unless it says close", versionClose},
		{"version/backend-close", "RFC 9112, 9.6", "a backend's connections are not used after they said close", versionBackendClose},
		{"version/backend-1.1", "RFC 9110, 2.5", "the backend is asked in HTTP/1.1 for a client of HTTP/1.0", versionUp},
		{"version/empty-lines", "RFC 9112, 2.2", "an empty line before a request is ignored", versionEmptyLines},
		{"version/pipelined", "RFC 9112, 9.3.2", "pipelined requests are answered in order", versionPipelined},
		{"version/pipelined-bodies", "RFC 9112, 9.3.2", "so with bodies", versionPipelinedBodies},
		{"version/pipelined-malformed", "RFC 9112, 9.3.2", "what precedes a malformed request is answered", versionPipelinedBad},
	}
}

func version10(t *trial, line string) {
	_, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(head("GET /v HTTP/1.0", line))
	t.got(k.answer("GET"), "/v ")
	if !k.isClosed() {
		t.errorf("the connection is still open")
	}
}

func version10NoHost(t *trial) {
	_, proxy := t.front(Echo())
	if a := t.fetch(proxy, head("GET /v HTTP/1.0")); a.Status != 400 {
		t.got(a, "/v ")
	}
}

func version10Chunked(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.0", "Host: h"), Raw(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")+"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"))
	t.got(a, "hello")
	if a.framing.kind == "chunked" {
		t.errorf("the answer has chunks: %q", a.Header)
	}
}

func version10Kept(t *trial) {
	_, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(head("GET /one HTTP/1.0", "Host: h", "Connection: keep-alive"))
	a := k.answer("GET")
	t.got(a, "/one ")
	if a.Header.lists("Connection", "keep-alive") {
		k.send(head("GET /two HTTP/1.0", "Host: h"))
		t.got(k.answer("GET"), "/two ")
	}
	if !k.isClosed() {
		t.errorf("the connection is still open")
	}
}

func versionKept(t *trial) {
	_, proxy := t.front(Echo())
	k := t.dial(proxy)
	for i := range 3 {
		k.send(head(fmt.Sprintf("POST /%d HTTP/1.1", i), "Host: h", "Content-Length: 5") + "hello")
		t.got(k.answer("POST"), fmt.Sprintf("/%d hello", i))
	}
}

func versionClose(t *trial) {
	_, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(head("GET /v HTTP/1.1", "Host: h", "Connection: Close"))
	a := k.answer("GET")
	t.got(a, "/v ")
	if !a.Header.lists("Connection", "close") {
		t.errorf("Connection: %q, want close", a.Header.Get("Connection"))
	}
	if !k.isClosed() {
		t.errorf("the connection is still open")
	}
}

// versionBackendClose: a connection that said close, but stays open, must not
// be used again.
func versionBackendClose(t *trial) {
	b, proxy := t.front(Answer(200, "ok", Field{"Connection", "close"}))
	k := t.dial(proxy)
	for range 3 {
		k.send(head("POST / HTTP/1.1", "Host: h", "Content-Length: 0"))
		t.got(k.answer("POST"), "ok")
	}
	used := map[int]bool{}
	for _, q := range b.Requests() {
		if used[q.Conn] {
			t.errorf("connection %d was used again after it said close", q.Conn)
		}
		used[q.Conn] = true
	}
}

func versionUp(t *trial) {
	q, _ := t.pass(head("POST / HTTP/1.0", "Host: h", "Content-Length: 5")+"hello", Echo())
	t.reached(q, "hello")
	if q.Proto != "HTTP/1.1" {
		t.errorf("the backend was asked in %s", q.Proto)
	}
}

func versionEmptyLines(t *trial) {
	_, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(head("POST /one HTTP/1.1", "Host: h", "Content-Length: 5") + "hello\r\n" + head("GET /two HTTP/1.1", "Host: h"))
	t.got(k.answer("POST"), "/one hello")
	if a := k.answer("GET"); a.Status != 400 { // SHOULD ignore
		t.got(a, "/two ")
	}
}

// versionPipelined: the backend does not answer the first request before it
// has seen all five, or for a while if the proxy sends them one by one.
func versionPipelined(t *trial) {
	_, proxy := t.front(func(x *Exchange) {
		if x.Target == "/0" {
			x.b.Wait(20*time.Millisecond, func(all []Request) bool { return len(all) == 5 })
		}
		Echo()(x)
	})
	k := t.dial(proxy)
	var text strings.Builder
	for i := range 5 {
		text.WriteString(head(fmt.Sprintf("GET /%d HTTP/1.1", i), "Host: h"))
	}
	k.send(text.String())
	for i := range 5 {
		t.got(k.answer("GET"), fmt.Sprintf("/%d ", i))
	}
}

// versionPipelinedBodies: a proxy may end the connection after any of them, as
// long as it says so.
func versionPipelinedBodies(t *trial) {
	_, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(head("POST /0 HTTP/1.1", "Host: h", "Content-Length: 5") + "hello" +
		head("POST /1 HTTP/1.1", "Host: h", "Transfer-Encoding: chunked") + chunked("world") +
		head("PUT /2 HTTP/1.1", "Host: h", "Content-Length: 0") +
		head("GET /3 HTTP/1.1", "Host: h"))
	for i, body := range []string{"hello", "world", "", ""} {
		a := k.answer("POST")
		t.got(a, fmt.Sprintf("/%d %s", i, body))
		if a.Header.lists("Connection", "close") {
			return
		}
	}
}

func versionPipelinedBad(t *trial) {
	b, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(head("GET /0 HTTP/1.1", "Host: h") + head("GET /1 HTTP/1.1", "Host: h", "Content-Length: x") + head("GET /2 HTTP/1.1", "Host: h"))
	t.got(k.answer("GET"), "/0 ")
	if a := k.answer("GET"); a.Status != 400 || !k.isClosed() {
		t.errorf("the client got %s for the malformed request, want 400 and the end", a)
	}
	if n := len(b.Requests()); n != 1 {
		t.errorf("the backend saw %d requests, want 1", n)
	}
}
