package proxytest

import (
	"strings"
	"time"
)

// poisonCases: a backend that says too much, or unclearly, harms only the
// request that it answers.
func poisonCases() []Case {
	all := []Case{
		{"poison/surplus", "RFC 9112, 9.2", "bytes after an answer answer no later request", func(t *trial) {
			t.poison("GET", head("HTTP/1.1 200 OK", "Content-Length: 4")+"text"+poisoned, "")
		}},
		{"poison/head-body", "RFC 9112, 6.3", "nor does a body in answer to HEAD", func(t *trial) {
			t.poison("HEAD", head("HTTP/1.1 200 OK", "Content-Length: 46")+poisoned, "")
		}},
		{"poison/204-body", "RFC 9112, 6.3", "nor one after a 204", func(t *trial) {
			t.poison("GET", head("HTTP/1.1 204 No Content")+poisoned, "")
		}},
		{"poison/early", "RFC 9112, 9.2", "nor does an answer that nobody has asked for", func(t *trial) {
			t.poison("GET", head("HTTP/1.1 200 OK", "Content-Length: 4")+"text", poisoned)
		}},
	}
	for _, c := range []struct{ name, section, why, text string }{
		{"cl-te", "RFC 9112, 6.3", "an answer with both lengths is read by one and passed on with one",
			head("HTTP/1.1 200 OK", "Content-Length: 2", "Transfer-Encoding: chunked") + "4\r\ntext\r\n0\r\n\r\n"},
		{"cl-cl", "RFC 9112, 6.3", "one with differing lengths is not passed on", head("HTTP/1.1 200 OK", "Content-Length: 4", "Content-Length: 2") + "text"},
		{"cl-junk", "RFC 9112, 6.3", "one with a malformed length is not passed on", head("HTTP/1.1 200 OK", "Content-Length: 4x") + "text"},
		{"te-unknown", "RFC 9112, 6.1", "one with an unknown coding is not passed on as if plain", head("HTTP/1.1 200 OK", "Transfer-Encoding: cow") + "text"},
		{"colon-space", "RFC 9112, 5.1", "space before a colon is removed, or the answer is not passed on", head("HTTP/1.1 200 OK", "X : y", "Content-Length: 4") + "text"},
		{"fold", "RFC 9112, 5.2", "a folded line is unfolded, or the answer is not passed on", head("HTTP/1.1 200 OK", "X: y", " z", "Content-Length: 4") + "text"},
		{"nul", "RFC 9110, 5.5", "NUL in a value becomes a space, or the answer is not passed on", head("HTTP/1.1 200 OK", "X: y\x00z", "Content-Length: 4") + "text"},
		{"bare-cr", "RFC 9112, 2.2", "so with a bare CR", head("HTTP/1.1 200 OK", "X: y\rSet-Cookie: z", "Content-Length: 4") + "text"},
		{"bare-lf", "RFC 9112, 2.2", "bare LFs are not passed on", strings.ReplaceAll(head("HTTP/1.1 200 OK", "X: y", "Content-Length: 4"), "\r\n", "\n") + "text"},
	} {
		all = append(all, Case{"poison/answer-" + c.name, c.section, c.why, func(t *trial) { poisonAnswer(t, c.text) }})
	}
	return all
}

// poisonAnswer: the client gets the text, unambiguously, or a 5xx.
func poisonAnswer(t *trial, text string) {
	_, proxy := t.front(func(x *Exchange) {
		Raw(text)(x)
		x.End(Close)
	})
	a := t.fetch(proxy, head("GET / HTTP/1.1", "Host: h"))
	if bad := a.Status/100 == 5 && a.Err == nil; !bad && (a.Status != 200 || a.Err == nil && string(a.Body) != "text") {
		t.errorf("the client got %s, want 502 or the text", a)
	}
}

// poisoned is an answer that nobody should get.
const poisoned = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned"

// grace is how long a proxy is given to close a connection on which nobody
// knows any more where answers begin. It need not, if it looks before it uses
// the connection again (RFC 9112, 9.2).
const grace = 300 * time.Millisecond

// poison asks twice. Behind the first answer, or after it, the backend says
// something that it was not asked for; the second request must get its own.
func (t *trial) poison(method, answer, later string) {
	answered, gone := make(chan struct{}), make(chan bool, 1)
	_, proxy := t.front(Sequence(func(x *Exchange) {
		Raw(answer)(x)
		select {
		case <-answered:
		case <-x.Ended():
		}
		x.Write(later)
		gone <- x.Gone(t.o.patience)
		x.End(Close)
	}, Answer(200, "own")))
	k := t.dial(proxy)
	k.send(head(method+" / HTTP/1.1", "Host: h"))
	if a := k.answer(method); a.Err != nil || strings.Contains(string(a.Body), "poisoned") {
		t.errorf("the client got %s", a)
	}
	close(answered)
	select {
	case <-gone:
	case <-time.After(min(grace, t.o.patience)):
	}
	k.send(head("GET /second HTTP/1.1", "Host: h"))
	t.got(k.answer("GET"), "own")
}
