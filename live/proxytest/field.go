package proxytest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
	"strings"
)

// fieldCases: end-to-end fields arrive as they were sent.
func fieldCases() []Case {
	const section = "RFC 9110, 5.3"
	all := []Case{
		{"field/repeated", section, "lines of one name keep their order and their values", fieldRepeated},
		{"field/set-cookie", section, "Set-Cookie lines are not joined", fieldSetCookie},
		{"field/request-values", "RFC 9110, 5.5", "values of requests are kept octet by octet", fieldRequestValues},
		{"field/answer-values", "RFC 9110, 5.5", "values of answers are kept octet by octet", fieldAnswerValues},
		{"field/not-invented", "RFC 9110, 7.7", "what the client did not say is not said for it", fieldNotInvented},
		{"field/no-content-type", "RFC 9110, 8.3", "no Content-Type is guessed for an answer without one", fieldNoContentType},
		{"field/date-added", "RFC 9110, 6.6.1", "an answer without Date gets one", fieldDateAdded},
		{"field/gzip", "RFC 9110, 7.7", "a coded body is neither decoded nor coded again", fieldGzip},
		{"field/accept-encoding", "RFC 9110, 12.5.3", "Accept-Encoding is the client's", fieldAcceptEncoding},
		{"field/unknown", "RFC 9110, 5.1", "unknown fields are passed on", fieldUnknown},
	}
	for _, s := range []int{200, 201, 206, 299, 302, 307, 400, 404, 418, 429, 451, 500, 503, 599} {
		all = append(all, Case{
			fmt.Sprintf("field/status-%d", s), "RFC 9110, 15", "a status is the backend's to choose; no redirection is followed, no POST repeated",
			func(t *trial) { statusKept(t, s) },
		})
	}
	return all
}

func fieldRepeated(t *trial) {
	want := []string{"1", "two, 3", "", "1"}
	var sent Fields
	for _, v := range want {
		sent = append(sent, Field{"X-Rep", v})
	}
	lines := []string{"GET / HTTP/1.1", "Host: h"}
	for _, f := range sent {
		lines = append(lines, f.Name+": "+f.Value)
	}
	q, a := t.pass(head(lines...), Answer(200, "ok", sent...))
	for _, f := range []Fields{q.Header, a.Header} {
		if got := f.Values("X-Rep"); !slices.Equal(got, want) {
			t.errorf("%q were passed on as %q", want, got)
		}
	}
}

func fieldSetCookie(t *trial) {
	want := []string{"a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT", "b=2; Path=/", "a=3"}
	var sent Fields
	for _, v := range want {
		sent = append(sent, Field{"Set-Cookie", v})
	}
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "ok", sent...))
	if got := a.Header.Values("Set-Cookie"); !slices.Equal(got, want) {
		t.errorf("the client was sent %q, want %q", got, want)
	}
}

// odd are fields with values that somebody might want to tidy up.
var odd = Fields{
	{"X-Utf8", "€ é"}, {"X-Obs", "\xe9\xff"}, {"X-Empty", ""}, {"X-Tab", "a\tb"}, {"X-Spaces", "a   b"},
	{"X-Quoted", `"a, \"b\"", c`}, {"X-Percent", "%0d%0aX-Injected: 1"}, {"X-Long", strings.Repeat("v", 4000)},
	{"If-None-Match", `W/"a", "b"`}, {"Range", "bytes=0-4, -1"}, {"Cookie", "a=1; b=\"2\"; c"}, {"Authorization", "Bearer x.y-z"},
	{"Cache-Control", "no-transform, max-age=0"}, {"Pragma", "no-cache"}, {"Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
}

func fieldRequestValues(t *trial) {
	q, _ := t.pass("GET / HTTP/1.1\r\nHost: h\r\n"+odd.String()+"\r\n", Echo())
	for _, f := range odd {
		t.wantOne(q.Header, f.Name, f.Value)
	}
}

func fieldAnswerValues(t *trial) {
	said := append(slices.Clone(odd),
		Field{"Date", "Tue, 15 Nov 1994 08:12:31 GMT"}, Field{"Server", "origin/1"}, Field{"Content-Type", "text/x-odd; charset=latin1"},
		Field{"ETag", `W/"1"`}, Field{"Vary", "*"}, Field{"Location", "../x?y#z"}, Field{"Warning", `199 - "w"`})
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "ok", said...))
	for _, f := range said {
		t.wantOne(a.Header, f.Name, f.Value)
	}
}

func fieldNotInvented(t *trial) {
	q, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "ok", Field{"Content-Type", "text/plain"}))
	for _, name := range []string{"User-Agent", "Accept", "Accept-Encoding", "Content-Type", "Referer", "Cookie", "Expect", "TE"} {
		if q.Header.Has(name) {
			t.errorf("the backend was sent %s: %s", name, q.Header.Get(name))
		}
	}
	for _, name := range []string{"Server", "Cache-Control", "ETag", "Content-Encoding", "Vary"} {
		if a.Header.Has(name) {
			t.errorf("the client was sent %s: %s", name, a.Header.Get(name))
		}
	}
}

func fieldNoContentType(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "<html><script>alert(1)</script>"))
	if a.Header.Has("Content-Type") {
		t.errorf("the client was sent Content-Type: %s", a.Header.Get("Content-Type"))
	}
}

func fieldDateAdded(t *trial) {
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Answer(200, "ok"))
	if len(a.Header.Values("Date")) != 1 {
		t.errorf("Date: %q, want one", a.Header.Values("Date"))
	}
}

func fieldGzip(t *trial) {
	var coded bytes.Buffer
	w := gzip.NewWriter(&coded)
	_, _ = w.Write(pattern(1, 5000))
	w.Close()
	for _, ask := range []string{"Accept-Encoding: gzip", "X-None: 1"} {
		_, a := t.pass(head("GET / HTTP/1.1", "Host: h", ask), Answer(200, coded.String(), Field{"Content-Encoding", "gzip"}))
		t.wantOne(a.Header, "Content-Encoding", "gzip")
		t.wantOne(a.Header, "Content-Length", fmt.Sprint(coded.Len()))
		if !bytes.Equal(a.Body, coded.Bytes()) {
			t.errorf("the body is not as sent: %d bytes, want %d", len(a.Body), coded.Len())
		}
	}
}

func fieldAcceptEncoding(t *trial) {
	q, _ := t.pass(head("GET / HTTP/1.1", "Host: h", "Accept-Encoding: br;q=1.0, *;q=0"), Echo())
	t.wantOne(q.Header, "Accept-Encoding", "br;q=1.0, *;q=0")
}

func fieldUnknown(t *trial) {
	q, a := t.pass(head("GET / HTTP/1.1", "Host: h", "x_under.score!#$%&'*+^`|~: 1"), Answer(200, "ok", Field{"x_under.score!#$%&'*+^`|~", "2"}))
	t.wantOne(q.Header, "x_under.score!#$%&'*+^`|~", "1")
	t.wantOne(a.Header, "x_under.score!#$%&'*+^`|~", "2")
}

func statusKept(t *trial, status int) {
	_, a := t.pass(head("POST / HTTP/1.1", "Host: h", "Content-Length: 0"), Answer(status, "text", Field{"Location", "/elsewhere"}))
	if a.Status != status || string(a.Body) != "text" {
		t.errorf("the client got %s, want %d and the text", a, status)
	}
}
