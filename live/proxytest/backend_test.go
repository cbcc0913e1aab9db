package proxytest

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// talk sends bytes to a backend and returns all that it sends until it closes.
func talk(t *testing.T, b *Backend, text string) (string, error) {
	t.Helper()
	c, err := net.Dial("tcp", b.Addr())
	if err != nil {
		return "", err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(5 * time.Minute)) // it would wait for ever where a backend does not close
	_, _ = io.WriteString(c, text)
	_ = c.(*net.TCPConn).CloseWrite()
	all, err := io.ReadAll(c)
	return string(all), err
}

const ask = "POST /p HTTP/1.1\r\nHost: h\r\nX-Id: 7\r\nContent-Length: 5\r\n\r\nhello"

// TestBehaviours: what each behaviour puts on the wire, and how it ends.
func TestBehaviours(t *testing.T) {
	for _, c := range []struct {
		name  string
		does  Behaviour
		want  string
		reset bool
		count int // executions
	}{
		{"answer", Answer(201, "made", Field{"X", "y"}), "HTTP/1.1 201 Created\r\nX: y\r\nContent-Length: 4\r\n\r\nmade", false, 1},
		{"echo", Echo(), "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n/p hello", false, 1},
		{"raw", Raw("anything"), "anything", false, 1},
		{"hang", Hang(), "", false, 1},
		{"abort before head", AbortBeforeHead(Close), "", false, 1},
		{"reset before head", AbortBeforeHead(Reset), "", true, 1},
		{"abort mid body", AbortMidBody(false, "0123456789", 4, Close), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123", false, 1},
		{"abort mid chunk", AbortMidBody(true, "0123456789", 4, Close), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123", false, 1},
		{"slow body", SlowBody(time.Millisecond, "a", "bc"), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", false, 1},
		{"kill", Kill(), "", true, 1},
		{"unread", func(x *Exchange) { x.End(Reset) }, "", true, 0},
		{"sequence", Sequence(Answer(200, "1"), Answer(200, "2")), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1", false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := NewBackend(t, c.does)
			got, err := talk(t, b, ask)
			if got != c.want || errors.Is(err, syscall.ECONNRESET) != c.reset {
				t.Errorf("sent %q (%v), want %q and a reset: %v", got, err, c.want, c.reset)
			}
			if n := b.Executed("x-id", "7"); n != c.count {
				t.Errorf("executed %d times, want %d", n, c.count)
			}
			if v := b.Violations(); len(v) > 0 {
				t.Errorf("violations: %q", v)
			}
		})
	}
}

// TestBackendKillRestart: a killed backend refuses connections until it is
// restarted at the same address.
func TestBackendKillRestart(t *testing.T) {
	b := NewBackend(t, Echo())
	b.Probe("/readyz", Answer(200, "ready"))
	for range 3 {
		if got, err := talk(t, b, "GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n"); !strings.HasSuffix(got, "ready") {
			t.Errorf("the probe got %q (%v)", got, err)
		}
		b.Kill()
		if _, err := talk(t, b, ask); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("a killed backend: %v, want connection refused", err)
		}
		if err := b.Restart(); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Restart(); err == nil {
		t.Error("restarted what was running")
	}
	if n := len(b.Requests()); n != 0 {
		t.Errorf("%d requests are remembered, want none: probes are not", n)
	}
}

// TestBackendKillResets: connections do not outlive a kill.
func TestBackendKillResets(t *testing.T) {
	b := NewBackend(t, Hang())
	c, err := net.Dial("tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, ask)
	if !b.Wait(10*time.Second, func(all []Request) bool { return len(all) == 1 && all[0].Whole && !all[0].Ended }) {
		t.Fatal("the request did not come")
	}
	b.Kill()
	if _, err := io.ReadAll(c); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the connection ended by %v, want a reset", err)
	}
}

// TestBackendKeepsConnections: requests on a connection, and what is kept of them.
func TestBackendKeepsConnections(t *testing.T) {
	b := NewBackend(t, Echo())
	c := http.Client{Transport: &http.Transport{}}
	for range 2 {
		r, err := c.Post("http://"+b.Addr()+"/a", "text/plain", io.MultiReader(strings.NewReader("hello")))
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	for i, q := range b.Requests() {
		if q.Conn != 0 || !q.Whole || string(q.Body) != "hello" || q.Target != "/a" || !q.Header.lists("transfer-encoding", "CHUNKED") {
			t.Errorf("request %d is remembered as %+v", i, q)
		}
	}
	c.CloseIdleConnections()
}

// TestBackendContinues: a client that waits to be told is told when the body
// is asked for.
func TestBackendContinues(t *testing.T) {
	b := NewBackend(t, Echo())
	got, _ := talk(t, b, strings.Replace(ask, "\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n", 1))
	if !strings.HasPrefix(got, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n") {
		t.Errorf("sent %q", got)
	}
}

// TestViolations: what is not plain HTTP/1.1 is noticed, and not served.
func TestViolations(t *testing.T) {
	for text, want := range map[string]string{
		"GET / HTTP/1.1\nHost: h\r\n\r\n":                                                         "bare LF",
		"GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n":                                            "control character",
		"GET / HTTP/1.1\r\nHost: h\r\nX: a\x00b\r\n\r\n":                                          "control character",
		"GET  / HTTP/1.1\r\nHost: h\r\n\r\n":                                                      "the request line",
		"GET / HTTP/2.0\r\nHost: h\r\n\r\n":                                                       "the request line",
		"G(T / HTTP/1.1\r\nHost: h\r\n\r\n":                                                       "the request line",
		"GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n":                                               "the target",
		"GET /#a HTTP/1.1\r\nHost: h\r\n\r\n":                                                     "the target",
		"\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n":                                                   "an empty line",
		"GET / HTTP/1.1\r\n\r\n":                                                                  "0 Host lines",
		"GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n":                                            "2 Host lines",
		"GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n":                                            "the field line",
		"GET / HTTP/1.1\r\nHost: h\r\nX : y\r\n\r\n":                                              "the field line",
		"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n":             "Content-Length",
		"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n":                                 "Content-Length",
		"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n":    "Transfer-Encoding",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n":                   "Transfer-Encoding",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n0\r\n\r\n":    "the chunk size",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n":    "the chunk size",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n":     "a chunk of 1 bytes",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: evil\r\n\r\n":  "the trailer",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno trailer\r\n\r\n":  "the field line",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n99999999\r\na\r\n0\r\n\n": "the chunk size",
	} {
		b := NewBackend(t, Answer(200, "served"))
		got, _ := talk(t, b, text)
		if v := b.Violations(); len(v) != 1 || !strings.Contains(v[0], want) || strings.Contains(got, "served") {
			t.Errorf("%q: violations %q, want one of %s; served %q", text, v, want, got)
		}
	}
}

// TestBroken: what ends early is no violation, and not whole.
func TestBroken(t *testing.T) {
	for _, text := range []string{
		"GET / HT", "GET / HTTP/1.1\r\nHost: h\r\n", ask[:len(ask)-1],
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
	} {
		b := NewBackend(t, Answer(200, "served"))
		got, _ := talk(t, b, text)
		if v := b.Violations(); len(v) > 0 || got != "" {
			t.Errorf("%q: violations %q, answered %q", text, v, got)
		}
		for _, q := range b.Requests() {
			if q.Whole {
				t.Errorf("%q is taken for whole", text)
			}
		}
	}
}

// TestAnswerParsing: which answers a client takes for whole.
func TestAnswerParsing(t *testing.T) {
	for _, c := range []struct {
		method, text, want string
	}{
		{"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", `200 "ok" (2 bytes, whole)`},
		{"GET", "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", `200 "ok" (2 bytes, whole)`},
		{"GET", "HTTP/1.1 200 OK\r\n\r\nto the end", `200 "to the end" (10 bytes, whole)`},
		{"GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", `200 "ok" (2 bytes, broken: unexpected EOF)`},
		{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", `200 "" (0 bytes, whole)`},
		{"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", `304 "" (0 bytes, whole)`},
		{"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", `200 "ok" (2 bytes, whole)`},
		{"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", `200 "ok" (2 bytes, broken: unexpected EOF)`},
		{"GET", "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", "a 204 with a body"},
		{"GET", "HTTP/1.1 2000 OK\r\n\r\n", "the status line"},
		{"GET", "", `0 "" (0 bytes, broken: EOF)`},
	} {
		tr := &trial{}
		k := &client{t: tr, r: bufio.NewReader(strings.NewReader(c.text))}
		if a := k.answer(c.method); !strings.Contains(a.String(), c.want) {
			t.Errorf("%s %q: %s, want %s", c.method, c.text, a, c.want)
		}
	}
}
