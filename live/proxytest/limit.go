package proxytest

import (
	"fmt"
	"strings"
)

// limitCases: what is large is passed on whole or refused, and what has no end
// is refused.
func limitCases() []Case {
	const fields, target = "RFC 6585, 5", "RFC 9112, 3"
	return []Case{
		{"limit/field-8k", fields, "a field of 8 KiB is passed on", func(t *trial) { t.largeHead(1, 8<<10, true) }},
		{"limit/field-64k", fields, "one of 64 KiB is passed on or answered 431", func(t *trial) { t.largeHead(1, 64<<10, false) }},
		{"limit/fields-100", fields, "a hundred fields are passed on", func(t *trial) { t.largeHead(100, 64, true) }},
		{"limit/fields-2000", fields, "two thousand are passed on or answered 431", func(t *trial) { t.largeHead(2000, 16, false) }},
		{"limit/head-endless", fields, "a head without end is answered 431", limitHead},
		{"limit/target-8k", target, "a target of 8,000 octets is passed on", func(t *trial) { targetKept(t, "/?"+strings.Repeat("q", 7998)) }},
		{"limit/target-64k", target, "one of 64 KiB is passed on or answered 414", limitTarget},
		{"limit/target-endless", target, "one without end is answered 414", func(t *trial) { t.tooLong("GET /", "a", " HTTP/1.1\r\nHost: h\r\n\r\n") }},
		{"limit/answer-64k", "RFC 9110, 5.4", "an answer's head of 64 KiB is passed on, or answered 502", limitAnswer},
		{"limit/answer-endless", "RFC 9110, 5.4", "one without end is answered 502", limitAnswerEndless},
		{"limit/trailer-endless", fields, "trailers without end are refused", limitTrailer},
	}
}

// tooMuch is more than any head may be, in bytes.
const tooMuch = 32 << 20

// largeHead sends n fields of a size; they must be passed on, or may also be
// answered 431.
func (t *trial) largeHead(n, size int, must bool) {
	b, proxy := t.front(Answer(200, "ok"))
	var sent Fields
	for i := range n {
		sent = append(sent, Field{fmt.Sprintf("X-%d", i), strings.Repeat("v", size)})
	}
	a := t.fetch(proxy, "GET / HTTP/1.1\r\nHost: h\r\n"+sent.String()+"\r\n")
	if !must && a.Status == 431 && a.Err == nil && len(b.Requests()) == 0 {
		return
	}
	t.got(a, "ok")
	for _, q := range b.Requests() {
		for _, f := range sent {
			if q.Header.Get(f.Name) != f.Value {
				t.fatalf("%s arrived with %d bytes, want %d", f.Name, len(q.Header.Get(f.Name)), size)
			}
		}
	}
}

func limitHead(t *trial) {
	t.tooLong("GET / HTTP/1.1\r\nHost: h\r\n", "X: "+strings.Repeat("v", 1000)+"\r\n", "\r\n")
}

// tooLong sends a head that goes on for as long as the proxy takes it.
func (t *trial) tooLong(start, piece, end string) {
	b, proxy := t.front(Echo())
	k := t.dial(proxy)
	go func() { k.flood(start, piece, end) }()
	a := k.answer("GET")
	// A proxy that closes may lose its answer to a client that goes on sending.
	if isTimeout(a.Err) || a.Status != 0 && a.Status != 400 && a.Status != 414 && a.Status != 431 {
		t.errorf("the client got %s, want 431 or 414", a)
	}
	if n := len(b.Requests()); n > 0 {
		t.errorf("the backend saw %d requests, want none", n)
	}
	if a.Status != 0 && !k.isClosed() {
		t.errorf("the connection goes on after %s", a)
	}
}

// flood sends up to tooMuch bytes.
func (k *client) flood(start, piece, end string) {
	block := strings.Repeat(piece, 1+(64<<10)/len(piece))
	if _, err := k.conn.Write([]byte(start)); err != nil {
		return
	}
	for n := 0; n < tooMuch; n += len(block) {
		if _, err := k.conn.Write([]byte(block)); err != nil {
			return
		}
	}
	k.send(end)
}

func limitTarget(t *trial) {
	target := "/" + strings.Repeat("a", 64<<10)
	b, proxy := t.front(Answer(200, "ok"))
	a := t.fetch(proxy, head("GET "+target+" HTTP/1.1", "Host: h"))
	if (a.Status == 414 || a.Status == 431) && len(b.Requests()) == 0 {
		return
	}
	t.got(a, "ok")
	for _, q := range b.Requests() {
		if q.Target != target {
			t.errorf("%d bytes of the target arrived, want %d", len(q.Target), len(target))
		}
	}
}

func limitAnswer(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "ok", Field{"X-Large", strings.Repeat("v", 64<<10)}))
	if a.Status == 502 {
		return
	}
	t.got(a, "ok")
	if n := len(a.Header.Get("X-Large")); n != 64<<10 {
		t.errorf("%d bytes of the field came back, want %d", n, 64<<10)
	}
}

func limitAnswerEndless(t *trial) {
	_, proxy := t.front(func(x *Exchange) {
		Raw("HTTP/1.1 200 OK\r\n")(x)
		block := strings.Repeat("X: "+strings.Repeat("v", 1000)+"\r\n", 64)
		for n := 0; n < tooMuch; n += len(block) {
			if x.Write(block) != nil {
				break
			}
		}
		x.Write("Content-Length: 2\r\n\r\nok")
		x.End(Close)
	})
	if a := t.fetch(proxy, head("GET / HTTP/1.1", "Host: h")); a.Status/100 != 5 {
		t.errorf("the client got %s, want a 502", a)
	}
}

func limitTrailer(t *trial) {
	b, proxy := t.front(Echo())
	k := t.dial(proxy)
	go k.flood(post("1\r\nx\r\n0\r\n", "Transfer-Encoding: chunked", "Trailer: X"), "X: "+strings.Repeat("v", 1000)+"\r\n", "\r\n")
	if a := k.answer("POST"); a.Status/100 == 2 {
		t.errorf("the client got %s, want a refusal", a)
	}
	for _, q := range b.Requests() {
		if q.Whole {
			t.errorf("the backend saw a whole request, with %d trailers", len(q.Trailer))
		}
	}
}
