package proxytest

import (
	"fmt"
	"strings"
)

// An attack is a request that two recipients may read differently, with a
// second request, for /smuggled, hidden in it. A proxy must refuse it, or pass
// on one request that can only be read in one way; the second one must never
// reach a backend as a request.
type attack struct {
	name    string
	section string
	why     string
	text    string
	must    verdict
	body    string // of the request, if it is passed on; or anyBody
}

// anyBody is the body of a request that may be read in two ways, as long as
// the connection then ends.
const anyBody = "any"

// A verdict is what a proxy must make of an attack.
type verdict int

const (
	refuse  verdict = iota // answer 4xx or 501 and pass nothing on
	reframe                // refuse, or pass it on as one plain request
	abandon                // refuse, or give up in the middle: the backend sees no whole request
	lenient                // either of the last two
)

// hidden is the request that must not come through.
var hidden = head("GET /smuggled HTTP/1.1", "Host: h")

// cases makes cases of attacks.
func cases(topic string, attacks []attack) []Case {
	var all []Case
	for _, a := range attacks {
		all = append(all, Case{topic + a.name, a.section, a.why, a.run})
	}
	return all
}

// run attacks a proxy. After the attack it asks for /last, on the same
// connection if that is still open and on a new one, so that what the proxy
// makes of the attack has been made before it is judged.
func (a attack) run(t *trial) {
	b, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(a.text)
	first := k.answer("POST")
	if first.Err == nil && !first.Header.lists("Connection", "close") {
		k.send(head("GET /last HTTP/1.1", "Host: h", "Connection: close"))
		for k.answer("GET").Err == nil {
		}
	}
	k.conn.Close()
	if last := t.fetch(proxy, head("GET /last HTTP/1.1", "Host: h")); string(last.Body) != "/last " {
		t.errorf("the next client got %s, want its own answer", last)
	}
	whole := 0
	for _, q := range b.Requests() {
		switch {
		case strings.Contains(q.Target, "smuggled"):
			t.errorf("the backend was sent %s %s", q.Method, q.Target)
		case q.Whole && q.Target != "/last":
			whole++
			if a.body != anyBody && string(q.Body) != a.body {
				t.errorf("the backend was sent %q, want %q", q.Body, a.body)
			}
		}
	}
	a.judge(t, first, whole)
}

// judge compares an attack's outcome with the verdict; whole is how many
// whole requests reached the backend.
func (a attack) judge(t *trial, first *answer, whole int) {
	refused := first.Status/100 == 4 || first.Status == 501 || first.Status == 505
	switch {
	case refused && whole == 0:
	case (a.must == reframe || a.must == lenient) && first.Status == 200 && whole == 1:
	case (a.must == abandon || a.must == lenient) && whole == 0 && (first.Status == 0 || first.Status >= 500 || first.Err != nil):
	default:
		t.errorf("%d whole requests reached the backend and the client got %s", whole, first)
	}
}

// post is a POST with a body as it is.
func post(body string, lines ...string) string {
	return head(append([]string{"POST / HTTP/1.1", "Host: h"}, lines...)...) + body
}

// lengthOf is the Content-Length line of a body.
func lengthOf(body string) string { return fmt.Sprintf("Content-Length: %d", len(body)) }

// smuggleHeadCases hide the request by how the head is read.
func smuggleHeadCases() []Case {
	const framing, field, line = "RFC 9112, 6.3", "RFC 9112, 5", "RFC 9112, 3"
	teHidden := chunked(hidden) // longer as Content-Length says than as chunks say, or the other way round
	return cases("smuggle/", []attack{
		{"cl-te", "RFC 9112, 6.1", "a request with both lengths is read by Transfer-Encoding, then the connection ends",
			post("0\r\n\r\n"+hidden, lengthOf("0\r\n\r\n"+hidden), "Transfer-Encoding: chunked"), reframe, ""},
		{"te-cl", "RFC 9112, 6.1", "the same the other way round", post(teHidden, "Transfer-Encoding: chunked", "Content-Length: 4"), reframe, hidden},
		{"cl-cl", framing, "differing lengths are refused", post("0123"+hidden, "Content-Length: 4", lengthOf("0123"+hidden)), refuse, ""},
		{"cl-list", framing, "differing lengths in one line too", post("0123"+hidden, "Content-Length: 4, 39"), refuse, ""},
		{"te-http10", "RFC 9112, 6.1", "Transfer-Encoding in HTTP/1.0 is faulty framing: the connection ends after it",
			head("POST / HTTP/1.0", "Host: h", "Connection: keep-alive", "Content-Length: 4", "Transfer-Encoding: chunked") + teHidden, reframe, anyBody},
		{"obs-fold", field + ".2", "a folded line is refused or unfolded", post(teHidden, "X: y", " Transfer-Encoding: chunked", lengthOf(teHidden)), reframe, teHidden},
		{"fold-first", "RFC 9112, 2.2", "white space before the first field is refused, or dropped", "POST / HTTP/1.1\r\n Host: x\r\nHost: h\r\n\r\n", reframe, ""},
		{"bare-lf", "RFC 9112, 2.2", "a bare LF ends a line or is refused, and is not passed on", "GET / HTTP/1.1\nHost: h\nX: y\n\n", reframe, ""},
		{"bare-lf-value", "RFC 9112, 2.2", "so in the middle of lines", post(teHidden, "X: y\nTransfer-Encoding: chunked"), reframe, hidden},
		{"bare-cr", "RFC 9112, 2.2", "a bare CR is refused or becomes a space", post(teHidden, "X: y\rTransfer-Encoding: chunked", lengthOf(teHidden)), reframe, teHidden},
		{"nul", "RFC 9110, 5.5", "NUL in a value is refused or becomes a space", post("", "X: a\x00b", "Content-Length: 0"), reframe, ""},
		{"control", "RFC 9110, 5.5", "control characters are refused or become spaces", post("", "X: a\x01\x7f\x0bb", "Content-Length: 0"), reframe, ""},
		{"colon-space", field + ".1", "space before the colon is refused", post(teHidden, "Transfer-Encoding : chunked", lengthOf(teHidden)), refuse, ""},
		{"colon-space-cl", field + ".1", "space before the colon is refused", post("0123"+hidden, "Content-Length : 4"), refuse, ""},
		{"no-colon", field, "a line without a colon is refused", post("", "Content-Length 4", "Content-Length: 0"), refuse, ""},
		{"no-name", field, "a field without a name is refused", post("", ": x", "Content-Length: 0"), refuse, ""},
		{"name-control", field + ".1", "a name that is no token is refused", post("", "X\x00Y: 1", "Content-Length: 0"), refuse, ""},
		{"two-spaces", line, "a request line with more spaces is refused or rewritten", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", reframe, ""},
		{"space-in-target", line + ".2", "space in the target is refused or encoded", "GET /a /smuggled HTTP/1.1\r\nHost: h\r\n\r\n", refuse, ""},
		{"no-version", line, "HTTP/0.9 is refused", "GET /\r\nHost: h\r\n\r\n", refuse, ""},
		{"version", "RFC 9112, 2.3", "an unknown version is refused", "GET / HTTP/3.7\r\nHost: h\r\n\r\n", refuse, ""},
		{"version-junk", "RFC 9112, 2.3", "a malformed version is refused", "GET / HTTP/1.1x\r\nHost: h\r\n\r\n", refuse, ""},
		{"absolute", line + ".2.2", "an absolute target does not hide another host", "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", reframe, ""},
		{"authority", line + ".2.3", "an authority is a target of CONNECT only", "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n", refuse, ""},
	})
}

// smuggleBodyCases hide the request by how chunks are read (RFC 9112, 7.1).
func smuggleBodyCases() []Case {
	const section = "RFC 9112, 7.1"
	var all []attack
	for _, c := range []struct{ name, why, body string }{
		{"hex-prefix", "a chunk size is hexadecimal digits", "0x4\r\n0123\r\n0\r\n\r\n" + hidden},
		{"plus", "a chunk size has no sign", "+4\r\n0123\r\n0\r\n\r\n" + hidden},
		{"minus", "a chunk size has no sign", "-1\r\n0123\r\n0\r\n\r\n" + hidden},
		{"empty", "a chunk has a size", "\r\n0123\r\n0\r\n\r\n" + hidden},
		{"letters", "a chunk size is hexadecimal digits", "4g\r\n0123\r\n0\r\n\r\n" + hidden},
		{"underscore", "a chunk size is hexadecimal digits", "0_4\r\n0123\r\n0\r\n\r\n" + hidden},
		{"overflow", "a chunk size does not wrap around", "10000000000000004\r\n0123\r\n0\r\n\r\n" + hidden},
		{"no-crlf", "a chunk's data ends in CRLF", "4\r\n0123XX0\r\n\r\n" + hidden},
		{"longer", "a chunk's data is as long as its size", "4\r\n012345\r\n0\r\n\r\n" + hidden},
		{"endless-extension", "a chunk extension has an end", "4;" + strings.Repeat("x", 1<<20) + "\r\n0123\r\n0\r\n\r\n"},
	} {
		all = append(all, attack{c.name, section, c.why, post(c.body, "Transfer-Encoding: chunked"), abandon, ""})
	}
	for _, c := range []struct{ name, why, body string }{
		{"lf", "a bare LF after a size is refused or read as its end", "4\n0123\r\n0\r\n\r\n"},
		{"data-lf", "a bare LF after data is refused or read as its end", "4\r\n0123\n0\r\n\r\n"},
		{"extension-lf", "a bare LF in an extension does not hide a chunk", "4;\n0123\r\n0\r\n\r\n"},
		{"extension-cr", "nor does a bare CR", "4;a\rb\r\n0123\r\n0\r\n\r\n"},
		{"space", "white space after a size is refused or dropped", "4 \r\n0123\r\n0\r\n\r\n"},
		{"bad-trailer", "a malformed trailer is refused or dropped", "4\r\n0123\r\n0\r\nContent-Length : 9\r\n\r\n"},
		{"framing-trailer", "a trailer does not change the framing", "4\r\n0123\r\n0\r\nContent-Length: 99\r\nTransfer-Encoding: x\r\nHost: evil\r\n\r\n"},
	} {
		all = append(all, attack{c.name, section, c.why, post(c.body, "Transfer-Encoding: chunked", "Trailer: Content-Length"), lenient, "0123"})
	}
	return cases("smuggle/chunk-", all)
}

// smuggleLengthCases hide the request by oddly written lengths and codings.
func smuggleLengthCases() []Case {
	var all []attack
	for _, c := range []struct{ name, value string }{
		{"plus", "+4"}, {"minus", "-4"}, {"hex", "0x4"}, {"letters", "4a"}, {"fraction", "4.0"}, {"empty", ""}, {"huge", "18446744073709551620"},
		{"inner-space", "4 2"}, {"underscore", "4_2"}, {"quoted", `"4"`},
	} {
		all = append(all, attack{"cl-" + c.name, "RFC 9112, 6.3", "a length that is no number is refused",
			post("0123"+hidden, "Content-Length: "+c.value), refuse, ""})
	}
	for _, c := range []struct{ name, line string }{
		{"prefix", "Transfer-Encoding: xchunked"}, {"quoted", `Transfer-Encoding: "chunked"`}, {"identity", "Transfer-Encoding: chunked, identity"},
		{"twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow"}, {"again", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"},
		{"parameter", "Transfer-Encoding: chunked;q=1"}, {"vertical-tab", "Transfer-Encoding: \x0bchunked"}, {"comma", "Transfer-Encoding: ,chunked,"},
		{"empty", "Transfer-Encoding:"}, {"fold", "Transfer-Encoding:\r\n chunked"}, {"gzip", "Transfer-Encoding: gzip, chunked"},
		{"tab", "Transfer-Encoding:\tchunked"}, {"case", "tRANSFER-eNCODING: cHUNKED"},
	} {
		all = append(all, attack{"te-" + c.name, "RFC 9112, 6.1", "an odd Transfer-Encoding is refused or understood, never passed by",
			post(chunked(hidden), c.line), reframe, hidden})
	}
	return cases("smuggle/", all)
}
