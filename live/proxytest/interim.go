package proxytest

import (
	"fmt"
	"strings"
)

// interimCases: 1xx answers, and requests that wait for one.
func interimCases() []Case {
	const expect, interim = "RFC 9110, 10.1.1", "RFC 9110, 15.2"
	return []Case{
		{"expect/withheld", expect, "a client that waits to be told gets 100, and its body arrives", expectWithheld},
		{"expect/chunked", expect, "so with a chunked body", expectChunked},
		{"expect/refused", expect, "a backend's refusal reaches a client that waits", expectRefused},
		{"expect/not-waiting", expect, "a client need not wait", expectNotWaiting},
		{"expect/no-body", expect, "where nothing is to follow nothing is waited for", expectNoBody},
		{"expect/http10", expect, "a client of HTTP/1.0 gets no 100", expect10},
		{"expect/unknown", expect, "an unknown expectation is refused, ignored or passed on", expectUnknown},
		{"expect/smuggled", expect, "an expectation hides no request", expectSmuggled},
		{"interim/early-hints", "RFC 8297", "103 is passed on with its fields, before the answer", interimHints},
		{"interim/many", interim, "so are several, in order", interimMany},
		{"interim/unasked-100", interim, "a 100 that nobody waits for does no harm", interimUnasked},
		{"interim/http10", interim, "a client of HTTP/1.0 gets none", interim10},
		{"interim/flushed", "RFC 8297", "103 comes before there is an answer", interimFlushed},
		{"interim/unasked-101", "RFC 9110, 15.2.2", "protocols are not switched for a client that did not ask", interim101},
	}
}

// withheld sends a head that expects 100-continue, and the body when told to.
func (t *trial) withheld(proxy, body string, lines ...string) *answer {
	k := t.dial(proxy)
	k.send(head(append([]string{"POST /w HTTP/1.1", "Host: h", "Expect: 100-continue"}, lines...)...))
	first := k.head("POST")
	if first.Status != 100 {
		first.Body, first.Trailer, first.Err = first.framing.read(k.r)
		return first
	}
	k.send(body)
	a := k.answer("POST")
	a.Interim = append(a.Interim, first)
	return a
}

func expectWithheld(t *trial) {
	b, proxy := t.front(Echo())
	t.got(t.withheld(proxy, "hello", "Content-Length: 5"), "/w hello")
	if n := len(b.Requests()); n != 1 {
		t.errorf("the backend saw %d requests, want 1", n)
	}
}

func expectChunked(t *trial) {
	_, proxy := t.front(Echo())
	t.got(t.withheld(proxy, chunked("hello"), "Transfer-Encoding: chunked"), "/w hello")
}

func expectRefused(t *trial) {
	_, proxy := t.front(func(x *Exchange) {
		x.Write(head("HTTP/1.1 413 Content Too Large", "Content-Length: 3", "Connection: close") + "big")
		x.End(Linger)
	})
	if a := t.withheld(proxy, "hello", "Content-Length: 5"); a.Status != 413 || string(a.Body) != "big" {
		t.errorf("the client got %s, want the backend's 413", a)
	}
}

func expectNotWaiting(t *trial) {
	q, a := t.pass(post("hello", "Expect: 100-continue", "Content-Length: 5"), Echo())
	t.reached(q, "hello")
	t.got(a, "/ hello")
}

func expectNoBody(t *trial) {
	_, a := t.pass(head("GET /n HTTP/1.1", "Host: h", "Expect: 100-continue"), Echo())
	t.got(a, "/n ")
}

func expect10(t *trial) {
	_, a := t.pass(head("POST /o HTTP/1.0", "Host: h", "Expect: 100-continue", "Content-Length: 5")+"hello", Echo())
	t.got(a, "/o hello")
	if len(a.Interim) > 0 {
		t.errorf("a client of HTTP/1.0 got %d", a.Interim[0].Status)
	}
}

func expectUnknown(t *trial) {
	_, proxy := t.front(Echo())
	if a := t.fetch(proxy, post("hello", "Expect: cnv", "Content-Length: 5")); a.Status != 417 {
		t.got(a, "/ hello")
	}
}

func expectSmuggled(t *trial) {
	attack{text: post("0123"+hidden, "Expect: 100-continue", lengthOf("0123"+hidden)), must: reframe, body: "0123" + hidden}.run(t)
}

const hints = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nX-Hint: %d\r\n\r\n"

func interimHints(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Raw(fmt.Sprintf(hints, 1)+head("HTTP/1.1 200 OK", "Content-Length: 5", "X-Final: 1")+"hello"))
	t.got(a, "hello")
	t.hinted(a, 1)
	if a.Header.Has("X-Hint") || a.Header.Has("Link") {
		t.errorf("fields of the 103 are on the answer: %q", a.Header)
	}
}

// hinted finds fault with an answer without its n early hints before it.
func (t *trial) hinted(a *answer, n int) {
	if len(a.Interim) != n {
		t.fatalf("%d interim answers came, want %d", len(a.Interim), n)
	}
	for i, h := range a.Interim {
		t.wantOne(h.Header, "X-Hint", fmt.Sprint(i+1))
		t.wantOne(h.Header, "Link", "</style.css>; rel=preload")
		if h.Status != 103 || h.Header.Has("X-Final") {
			t.errorf("interim answer %d with %q", h.Status, h.Header)
		}
	}
}

func interimMany(t *trial) {
	var text strings.Builder
	for i := range 10 {
		fmt.Fprintf(&text, hints, i+1)
	}
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Raw(text.String()+head("HTTP/1.1 200 OK", "Content-Length: 5")+"hello"))
	t.got(a, "hello")
	t.hinted(a, 10)
}

func interimUnasked(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Raw("HTTP/1.1 100 Continue\r\n\r\n"+head("HTTP/1.1 200 OK", "Content-Length: 5")+"hello"))
	t.got(a, "hello")
}

func interim10(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.0", "Host: h"), Raw(fmt.Sprintf(hints, 1)+head("HTTP/1.1 200 OK", "Content-Length: 5")+"hello"))
	t.got(a, "hello")
	if len(a.Interim) > 0 {
		t.errorf("a client of HTTP/1.0 got %d", a.Interim[0].Status)
	}
}

func interimFlushed(t *trial) {
	hinted := make(chan struct{})
	_, proxy := t.front(func(x *Exchange) {
		Raw(fmt.Sprintf(hints, 1))(x)
		select {
		case <-hinted:
			Answer(200, "hello")(x)
		case <-x.Ended():
		}
	})
	k := t.dial(proxy)
	k.send(head("GET / HTTP/1.1", "Host: h"))
	if h := k.head("GET"); h.Status != 103 {
		t.fatalf("%d came first, want 103 (%v)", h.Status, h.Err)
	}
	close(hinted)
	t.got(k.answer("GET"), "hello")
}

func interim101(t *trial) {
	_, proxy := t.front(func(x *Exchange) {
		Raw(head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: cnv"))(x)
		x.End(Close)
	})
	if a := t.fetch(proxy, head("GET / HTTP/1.1", "Host: h")); a.Status/100 != 5 {
		t.errorf("the client got %s, want a 502", a)
	}
}
