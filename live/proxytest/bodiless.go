package proxytest

import "strings"

// bodilessCases: answers that have no body whatever their fields say.
func bodilessCases() []Case {
	return []Case{
		{"bodiless/head", "RFC 9110, 9.3.2", "an answer to HEAD has the length of the GET and no body", func(t *trial) {
			a := t.bodiless("HEAD", head("HTTP/1.1 200 OK", "Content-Length: 12345", "ETag: \"x\""))
			t.wantOne(a.Header, "Content-Length", "12345")
		}},
		{"bodiless/head-chunked", "RFC 9110, 9.3.2", "so where the GET would be chunked", func(t *trial) {
			t.bodiless("HEAD", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "ETag: \"x\""))
		}},
		{"bodiless/head-404", "RFC 9110, 9.3.2", "so where there is nothing", func(t *trial) {
			a := t.bodiless("HEAD", head("HTTP/1.1 404 Not Found", "Content-Length: 9", "ETag: \"x\""))
			t.wantOne(a.Header, "Content-Length", "9")
		}},
		{"bodiless/204", "RFC 9110, 15.3.5", "a 204 has no body", func(t *trial) {
			t.bodiless("GET", head("HTTP/1.1 204 No Content", "ETag: \"x\""))
		}},
		{"bodiless/204-delete", "RFC 9110, 15.3.5", "nor in answer to DELETE", func(t *trial) {
			t.bodiless("DELETE", head("HTTP/1.1 204 No Content", "ETag: \"x\""))
		}},
		{"bodiless/304", "RFC 9110, 15.4.5", "a 304 has no body", func(t *trial) {
			t.bodiless("GET", head("HTTP/1.1 304 Not Modified", "ETag: \"x\""))
		}},
		{"bodiless/304-length", "RFC 9110, 8.6", "a 304 has no body though it has the length of the 200", func(t *trial) {
			a := t.bodiless("GET", head("HTTP/1.1 304 Not Modified", "Content-Length: 12345", "ETag: \"x\""))
			if cl := a.Header.Values("Content-Length"); len(cl) > 1 || len(cl) == 1 && cl[0] != "12345" {
				t.errorf("Content-Length: %q, want that of the 200 or none", cl)
			}
		}},
	}
}

// bodiless asks for an answer without a body, and then on the same connection
// for another: it must be found where the first one ends.
func (t *trial) bodiless(method, text string) *answer {
	_, proxy := t.front(Sequence(Raw(text), Echo()))
	k := t.dial(proxy)
	k.send(head(method+" / HTTP/1.1", "Host: h"))
	a := k.answer(method)
	if want := strings.Fields(text)[1]; a.Err != nil || len(a.Body) > 0 || !strings.HasPrefix(a.String(), want) {
		t.errorf("the client got %s, want %s without a body", a, want)
	}
	t.wantOne(a.Header, "ETag", `"x"`)
	k.send(head("GET /next HTTP/1.1", "Host: h"))
	t.got(k.answer("GET"), "/next ")
	return a
}
