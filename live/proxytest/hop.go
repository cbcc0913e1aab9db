package proxytest

import "strings"

// hopCases: fields that concern one connection stop at it.
func hopCases() []Case {
	const section = "RFC 9110, 7.6.1"
	all := []Case{
		{"hop/request/nominated", section, "what a client's Connection names stays behind, in any case and on any line", hopNominated},
		{"hop/request/te-trailers", "RFC 9110, 10.1.4", "TE is passed on as trailers or not at all", hopTrailers},
		{"hop/request/te-option", "RFC 9110, 10.1.4", "who sends TE names it in Connection", hopTEOption},
		{"hop/request/no-erasure", section, "a client's Connection erases nothing that the proxy says itself", hopErasure},
		{"hop/request/nominated-close", section, "so beside close", hopNominatedClose},
		{"hop/answer/nominated", section, "what a backend's Connection names stays behind", hopAnswerNominated},
		{"hop/answer/nominated-close", section, "so beside close", hopAnswerNominatedClose},
		{"hop/answer/connection", section, "a backend's Connection is not the client's", hopAnswerConnection},
	}
	for _, f := range []Field{
		{"Keep-Alive", "timeout=5"}, {"Proxy-Connection", "keep-alive"}, {"Proxy-Authorization", "Basic eDp5"},
		{"TE", "gzip;q=0.5"}, {"Upgrade", "cnv/2"},
	} {
		all = append(all, Case{
			"hop/request/" + strings.ToLower(f.Name), section, f.Name + " stops at the proxy, though Connection does not name it",
			func(t *trial) { hopRequest(t, f) },
		})
	}
	for _, f := range []Field{
		{"Keep-Alive", "timeout=5"}, {"Proxy-Connection", "keep-alive"}, {"Proxy-Authenticate", "Basic"}, {"Upgrade", "cnv/2"},
	} {
		all = append(all, Case{
			"hop/answer/" + strings.ToLower(f.Name), section, f.Name + " of a backend stops at the proxy",
			func(t *trial) { hopAnswer(t, f) },
		})
	}
	return all
}

func hopRequest(t *trial, f Field) {
	q, _ := t.pass(head("GET / HTTP/1.1", "Host: h", f.Name+": "+f.Value, "X-Kept: 1"), Echo())
	if q.Header.Has(f.Name) {
		t.errorf("the backend was sent %s: %s", f.Name, q.Header.Get(f.Name))
	}
	if q.Header.Get("X-Kept") != "1" {
		t.errorf("X-Kept is gone: %q", q.Header)
	}
}

func hopAnswer(t *trial, f Field) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "ok", f, Field{"X-Kept", "1"}))
	if a.Header.Has(f.Name) {
		t.errorf("the client was sent %s: %s", f.Name, a.Header.Get(f.Name))
	}
	if a.Header.Get("X-Kept") != "1" {
		t.errorf("X-Kept is gone: %q", a.Header)
	}
}

func hopNominated(t *trial) {
	q, _ := t.pass(head("GET / HTTP/1.1", "Host: h", "Connection: x-one, ,X-TWO", "X-One: 1", "Connection: \tX-Three", "X-Two: 2", "X-Three: 3", "X-Four: 4"), Echo())
	for _, name := range []string{"X-One", "X-Two", "X-Three"} {
		if q.Header.Has(name) || q.Header.lists("Connection", name) {
			t.errorf("%s, which Connection named, reached the backend: %q", name, q.Header)
		}
	}
	if q.Header.Get("X-Four") != "4" {
		t.errorf("X-Four is gone: %q", q.Header)
	}
}

func hopTrailers(t *trial) {
	q, _ := t.pass(head("GET / HTTP/1.1", "Host: h", "Connection: TE", "TE: gzip;q=0.5, trailers, deflate"), Echo())
	if te := q.Header.Get("TE"); te != "" && te != "trailers" {
		t.errorf("the backend was sent TE: %s", te)
	}
}

func hopTEOption(t *trial) {
	q, _ := t.pass(head("GET / HTTP/1.1", "Host: h", "Connection: TE", "TE: trailers"), Echo())
	if q.Header.Has("TE") && !q.Header.lists("Connection", "TE") {
		t.errorf("the backend was sent TE without Connection: TE: %q", q.Header)
	}
}

func hopErasure(t *trial) {
	q, a := t.pass(head("POST /e HTTP/1.1", "Host: h", "Connection: Host, Content-Length, X-Forwarded-For, X-Forwarded-Host", "Content-Length: 5")+"hello", Echo())
	if string(a.Body) != "/e hello" {
		t.errorf("the backend echoed %q, want its body", a.Body)
	}
	if q.Header.Get("Host") != "h" || !q.Header.Has("X-Forwarded-For") || !q.Header.Has("X-Forwarded-Host") {
		t.errorf("a nomination erased a field: %q", q.Header)
	}
}

func hopAnswerNominated(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"),
		Answer(200, "ok", Field{"Connection", "x-one"}, Field{"X-One", "1"}, Field{"Connection", "keep-alive ,X-TWO"}, Field{"X-Two", "2"}))
	for _, name := range []string{"X-One", "X-Two"} {
		if a.Header.Has(name) || a.Header.lists("Connection", name) {
			t.errorf("%s, which Connection named, reached the client: %q", name, a.Header)
		}
	}
}

func hopNominatedClose(t *trial) {
	q, _ := t.pass(head("GET / HTTP/1.1", "Host: h", "Connection: close, X-One", "X-One: 1"), Echo())
	if q.Header.Has("X-One") {
		t.errorf("X-One, which Connection named, reached the backend: %q", q.Header)
	}
}

func hopAnswerNominatedClose(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "ok", Field{"Connection", "close, X-One"}, Field{"X-One", "1"}))
	if a.Header.Has("X-One") {
		t.errorf("X-One, which Connection named, reached the client: %q", a.Header)
	}
}

func hopAnswerConnection(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "ok", Field{"Connection", "cnv-option"}))
	if a.Header.lists("Connection", "cnv-option") {
		t.errorf("the client was sent Connection: %s", a.Header.Get("Connection"))
	}
}
