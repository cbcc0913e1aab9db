package proxytest

// trailerCases: fields behind a chunked body.
func trailerCases() []Case {
	const section = "RFC 9110, 6.5"
	return []Case{
		{"trailer/request", section, "trailers of a request are passed on", trailerRequest},
		{"trailer/request-unannounced", section, "without Trailer they are passed on or dropped, and not merged into the head", trailerUnannounced},
		{"trailer/answer", section, "trailers of an answer are passed on", trailerAnswer},
		{"trailer/answer-unannounced", section, "so are those that Trailer did not name", trailerAnswerUnannounced},
		{"trailer/answer-empty", section, "so are those behind an empty body", trailerAnswerEmpty},
		{"trailer/answer-framing", "RFC 9110, 6.5.1", "a trailer does not become framing or head", trailerFraming},
		{"trailer/answer-http10", "RFC 9112, 7.1.2", "a client of HTTP/1.0 gets no trailers", trailerAnswer10},
	}
}

const trailed = "5\r\nhello\r\n0\r\nX-Sum: 42\r\nX-More: a, b\r\n\r\n"

func trailerRequest(t *trial) {
	q, _ := t.pass(post(trailed, "Connection: TE", "TE: trailers", "Trailer: X-Sum, X-More", "Transfer-Encoding: chunked"), Echo())
	t.reached(q, "hello")
	t.wantOne(q.Trailer, "X-Sum", "42")
	t.wantOne(q.Trailer, "X-More", "a, b")
}

func trailerUnannounced(t *trial) {
	q, _ := t.pass(post(trailed, "Transfer-Encoding: chunked"), Echo())
	t.reached(q, "hello")
	if q.Header.Has("X-Sum") {
		t.errorf("a trailer became part of the head: %q", q.Header)
	}
	if q.Trailer.Has("X-Sum") {
		t.wantOne(q.Trailer, "X-Sum", "42")
	}
}

// trailing asks for an answer with trailers.
func (t *trial) trailing(text string) *answer {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h", "Connection: TE", "TE: trailers"), Raw(text))
	if a.Header.Has("X-Sum") {
		t.errorf("a trailer became part of the head: %q", a.Header)
	}
	return a
}

func trailerAnswer(t *trial) {
	a := t.trailing(head("HTTP/1.1 200 OK", "Trailer: X-Sum, X-More", "Transfer-Encoding: chunked") + trailed)
	t.got(a, "hello")
	t.wantOne(a.Trailer, "X-Sum", "42")
	t.wantOne(a.Trailer, "X-More", "a, b")
}

func trailerAnswerUnannounced(t *trial) {
	a := t.trailing(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + trailed)
	t.got(a, "hello")
	t.wantOne(a.Trailer, "X-Sum", "42")
}

func trailerAnswerEmpty(t *trial) {
	a := t.trailing(head("HTTP/1.1 200 OK", "Trailer: X-Sum", "Transfer-Encoding: chunked") + "0\r\nX-Sum: 42\r\n\r\n")
	t.got(a, "")
	t.wantOne(a.Trailer, "X-Sum", "42")
}

func trailerFraming(t *trial) {
	_, proxy := t.front(Raw(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\nContent-Length: 3\r\nTransfer-Encoding: cow\r\n\r\n"))
	a := t.fetch(proxy, head("GET / HTTP/1.1", "Host: h"))
	if a.Err == nil && a.Status/100 != 5 {
		t.got(a, "hello")
	}
}

func trailerAnswer10(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.0", "Host: h"), Raw(head("HTTP/1.1 200 OK", "Trailer: X-Sum, X-More", "Transfer-Encoding: chunked")+trailed))
	t.got(a, "hello")
	if a.framing.kind == "chunked" {
		t.errorf("a client of HTTP/1.0 was sent chunks")
	}
}
