package proxytest

import (
	"fmt"
	"strings"
)

// framingCases: bodies of every framing arrive whole, framed in one way.
func framingCases() []Case {
	const section = "RFC 9112, 6.3"
	return []Case{
		{"framing/request/length", section, "a body of known length stays one", framingLength},
		{"framing/request/chunked", section, "a chunked body arrives whole", framingChunked},
		{"framing/request/chunked-empty", section, "an empty chunked body is no longer body", framingChunkedEmpty},
		{"framing/request/chunk-extension", "RFC 9112, 7.1.1", "chunk extensions are ignored", framingExtension},
		{"framing/request/many-chunks", section, "many small chunks are one body", framingManyChunks},
		{"framing/request/empty", "RFC 9110, 8.6", "a POST without content has none", framingEmpty},
		{"framing/request/get-body", "RFC 9110, 9.3.1", "the body of a GET is its body, not the next request", framingGetBody},
		{"framing/request/same-length-twice", "RFC 9110, 8.6", "Content-Length twice the same is one, or refused", framingTwice},
		{"framing/answer/length", section, "an answer of known length stays one", framingAnswerLength},
		{"framing/answer/empty", section, "an empty answer ends at once", framingAnswerEmpty},
		{"framing/answer/chunked", section, "a chunked answer arrives whole", framingAnswerChunked},
		{"framing/answer/close", section, "an answer that ends with its connection arrives whole", framingAnswerClose},
		{"framing/answer/http10", "RFC 9110, 6.2", "an answer of HTTP/1.0 is passed on as one of HTTP/1.1", framingAnswer10},
	}
}

// reached finds fault with a request that is not POST with this body.
func (t *trial) reached(q Request, body string) {
	if q.Method != "POST" || string(q.Body) != body || !q.Whole {
		t.errorf("the backend was sent %s with %d bytes %.40q (whole: %v), want POST with %d bytes", q.Method, len(q.Body), q.Body, q.Whole, len(body))
	}
}

// got finds fault with an answer that is not 200 with this body.
func (t *trial) got(a *answer, body string) {
	if a.Status != 200 || a.Err != nil || string(a.Body) != body {
		t.errorf("the client got %s, want 200 with %d bytes %.40q", a, len(body), body)
	}
}

func framingLength(t *trial) {
	q, _ := t.pass(head("POST / HTTP/1.1", "Host: h", "Content-Length: 5")+"hello", Echo())
	t.reached(q, "hello")
	t.wantOne(q.Header, "Content-Length", "5")
}

func framingChunked(t *trial) {
	q, a := t.pass(head("POST /c HTTP/1.1", "Host: h", "Transfer-Encoding: chunked")+"3\r\nhel\r\n02\r\nlo\r\n000\r\n\r\n", Echo())
	t.reached(q, "hello")
	t.got(a, "/c hello")
}

func framingChunkedEmpty(t *trial) {
	q, _ := t.pass(head("POST / HTTP/1.1", "Host: h", "Transfer-Encoding: chunked")+"0\r\n\r\n", Echo())
	t.reached(q, "")
}

func framingExtension(t *trial) {
	q, _ := t.pass(head("POST / HTTP/1.1", "Host: h", "Transfer-Encoding: chunked")+"3;a=b\r\nhel\r\n2;c;d=\"e;f\"\r\nlo\r\n0;g\r\n\r\n", Echo())
	t.reached(q, "hello")
}

func framingManyChunks(t *trial) {
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, "%X\r\n%0*d\r\n", 10+i%7, 10+i%7, i)
	}
	whole := text.String() + "0\r\n\r\n"
	var want strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&want, "%0*d", 10+i%7, i)
	}
	q, _ := t.pass(head("POST / HTTP/1.1", "Host: h", "Transfer-Encoding: chunked")+whole, Echo())
	t.reached(q, want.String())
}

func framingEmpty(t *trial) {
	q, _ := t.pass(head("POST / HTTP/1.1", "Host: h", "Content-Length: 0"), Echo())
	t.reached(q, "")
	if cl := q.Header.Get("Content-Length"); cl != "" && cl != "0" {
		t.errorf("the backend was sent Content-Length: %s", cl)
	}
}

func framingGetBody(t *trial) {
	q, a := t.pass(head("GET /g HTTP/1.1", "Host: h", "Content-Length: 38")+head("GET /smuggled HTTP/1.1", "Host: evil"), Echo())
	if q.Target != "/g" || a.Status == 200 && len(q.Body) != 38 {
		t.errorf("the backend was sent %s with %q; the client got %s", q.Target, q.Body, a)
	}
}

func framingTwice(t *trial) {
	b, proxy := t.front(Echo())
	a := t.fetch(proxy, head("POST /t HTTP/1.1", "Host: h", "Content-Length: 5", "Content-Length: 5")+"hello")
	if a.Status == 400 && len(b.Requests()) == 0 {
		return
	}
	t.got(a, "/t hello")
}

func framingAnswerLength(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "hello"))
	t.got(a, "hello")
	t.wantOne(a.Header, "Content-Length", "5")
}

func framingAnswerEmpty(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, ""))
	t.got(a, "")
	t.wantOne(a.Header, "Content-Length", "0")
}

func framingAnswerChunked(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"),
		Raw(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")+"3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"))
	t.got(a, "hello")
}

func framingAnswerClose(t *trial) {
	body := string(pattern(2, 100_000))
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), func(x *Exchange) {
		Raw(head("HTTP/1.1 200 OK", "Connection: close") + body)(x)
		x.End(Close)
	})
	t.got(a, body)
	if a.framing.kind == "close" {
		t.errorf("the client cannot tell whether the answer is whole: %q", a.Header)
	}
}

func framingAnswer10(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), func(x *Exchange) {
		Raw(head("HTTP/1.0 200 OK", "Content-Length: 5") + "hello")(x)
		x.End(Close)
	})
	t.got(a, "hello")
	if a.Proto != "HTTP/1.1" {
		t.errorf("the client was sent an answer of %s", a.Proto)
	}
}
