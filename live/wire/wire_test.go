package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cnv/internal/testtime"
)

func ask(t *testing.T, tr *Transport, r *Request) (*http.Response, string, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(testtime.Context(t))
	defer cancel()
	if r.Method == "" {
		r.Method = "POST"
	}
	if r.URI == "" {
		r.URI = "/a%2Fb?x=1"
	}
	r.Host = "example.com"
	a, err := tr.Do(ctx, r)
	if err != nil {
		return nil, "", err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	return a, string(text), err
}

func server(t *testing.T, h http.HandlerFunc) (string, *atomic.Int32) {
	var conns atomic.Int32
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			conns.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), &conns
}

// raw is a server that says what it is told on its first connection.
func raw(t *testing.T, say func(c net.Conn, br *bufio.Reader)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				say(c, bufio.NewReader(c))
			}()
		}
	}()
	return l.Addr().String()
}

// TestRequestsArriveAsTheyWere: bodies short, long, streamed and in chunks,
// with trailers, over one connection.
func TestRequestsArriveAsTheyWere(t *testing.T) {
	addr, conns := server(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s len=%d te=%v got=%d sum=%d x=%q tr=%q ua=%q", r.Method, r.RequestURI, r.Host,
			r.ContentLength, r.TransferEncoding, len(text), sum(text), r.Header["X-A"], r.Trailer["T"], r.Header["User-Agent"])
	})
	tr := &Transport{}
	defer tr.Close()
	long := strings.Repeat("abcdefg", 50_000)
	h := http.Header{"X-A": {"1", "2"}, "User-Agent": {""}}
	for _, c := range []struct {
		name string
		r    Request
		want string
	}{
		{"none", Request{Method: "GET"}, "GET /a%2Fb?x=1 example.com len=0 te=[] got=0 sum=0"},
		{"empty post", Request{}, "POST /a%2Fb?x=1 example.com len=0 te=[] got=0 sum=0"},
		{"short", Request{Body: []byte("abc"), Length: 3}, "POST /a%2Fb?x=1 example.com len=3 te=[] got=3 sum=294"},
		{"long", Request{Body: []byte(long), Length: int64(len(long))}, fmt.Sprintf("len=350000 te=[] got=350000 sum=%d", sum([]byte(long)))},
		{"streamed", Request{Body: []byte("abc"), Rest: strings.NewReader(long), Length: int64(len(long) + 3)}, fmt.Sprintf("len=350003 te=[] got=350003 sum=%d", 294+sum([]byte(long)))},
		{"chunks", Request{Body: []byte("abc"), Rest: strings.NewReader(long), Length: -1}, fmt.Sprintf("len=-1 te=[chunked] got=350003 sum=%d", 294+sum([]byte(long)))},
		{"trailers", Request{Body: []byte("abc"), Length: -1, Trailer: http.Header{"T": {"v"}}}, `len=-1 te=[chunked] got=3 sum=294 x=["1" "2"] tr=["v"]`},
	} {
		c.r.Address, c.r.Header = addr, h
		a, text, err := ask(t, tr, &c.r)
		if err != nil || a.StatusCode != 200 || !strings.Contains(text, c.want) || !strings.HasSuffix(text, "ua=[]") {
			t.Errorf("%s: %v %q, want %q", c.name, err, text, c.want)
		}
	}
	if n := conns.Load(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

func sum(b []byte) int {
	n := 0
	for _, c := range b {
		n += int(c)
	}
	return n
}

// TestAnswers: how long an answer is, its trailers, interim ones; and what
// becomes of the connection.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name, method, says string
		status             int
		body               string
		broken, keep       bool
	}{
		{"length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", false, true},
		{"chunked", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n0\r\nT: v\r\n\r\n", 200, "hello", false, true},
		{"until it hangs up", "GET", "HTTP/1.1 200 OK\r\n\r\nhello", 200, "hello", false, false},
		{"head", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "", false, true},
		{"not modified", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "", false, true},
		{"closing", "GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", false, false},
		{"interim", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false, true},
		{"more than it said", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n", 200, "ok", false, false},
		{"cut", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", 200, "hello", true, false},
		{"cut in a chunk", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello", 200, "hello", true, false},
		{"bad chunk", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello", 200, "", true, false},
		{"another version", "GET", "HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nok", 0, "", false, false},
		{"a status that is none", "GET", "HTTP/1.1 999 What\r\nContent-Length: 2\r\n\r\nok", 0, "", false, false},
		{"a status below all", "GET", "HTTP/1.1 042 X\r\nContent-Length: 2\r\n\r\nok", 0, "", false, false},
		{"status zero", "GET", "HTTP/1.1 000 X\r\n\r\n", 0, "", false, false},
		{"a status with a sign", "GET", "HTTP/1.1 +42 X\r\n\r\n", 0, "", false, false},
		{"no head", "GET", "", 0, "", false, false},
		{"cut in the head", "GET", "HTTP/1.1 200 OK\r\nContent-Le", 0, "", false, false},
		{"nonsense", "GET", "SSH-2.0-OpenSSH\r\n", 0, "", false, false},
		{"two lengths", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", 0, "", false, false},
		{"protocol", "GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 0, "", false, false},
		{"endless head", "GET", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: "+strings.Repeat("y", 1000)+"\r\n", 1100) + "\r\n", 0, "", false, false},
		{"interim for ever", "GET", strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100), 0, "", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var conns atomic.Int32
			addr := raw(t, func(conn net.Conn, br *bufio.Reader) {
				conns.Add(1)
				for {
					if _, err := http.ReadRequest(br); err != nil {
						return
					}
					io.WriteString(conn, c.says)
					if !c.keep {
						conn.(*net.TCPConn).CloseWrite()
						io.Copy(io.Discard, br)
						return
					}
				}
			})
			tr := &Transport{}
			defer tr.Close()
			for range 2 {
				hints := 0
				a, text, err := ask(t, tr, &Request{Method: c.method, Address: addr, Interim: func(int, http.Header) { hints++ }})
				var e *Error
				switch {
				case c.status == 0 && (a != nil || !errors.As(err, &e) || !e.Started):
					t.Errorf("%v %v, want an error after the request was sent", a, err)
				case c.status > 0 && (a == nil || a.StatusCode != c.status || text != c.body || (err != nil) != c.broken):
					t.Errorf("%v %q %v, want %d %q", a, text, err, c.status, c.body)
				case c.name == "chunked" && a.Trailer.Get("T") != "v":
					t.Errorf("trailers %v", a.Trailer)
				case c.name == "interim" && hints != 1, c.status == 0 && c.name != "interim for ever" && hints > 0:
					t.Errorf("%d interim answers passed on", hints)
				}
			}
			if want := map[bool]int32{true: 1, false: 2}[c.keep]; conns.Load() != want {
				t.Errorf("%d connections, want %d", conns.Load(), want)
			}
		})
	}
}

// TestNeverSentTwice: of a worker that takes a request and hangs up, on a
// fresh connection or a kept one, nothing is repeated.
func TestNeverSentTwice(t *testing.T) {
	var requests atomic.Int32
	addr := raw(t, func(c net.Conn, br *bufio.Reader) {
		for i := 0; ; i++ {
			if _, err := http.ReadRequest(br); err != nil {
				return
			}
			if requests.Add(1); i == 1 {
				return // hangs up on the second request of a connection
			}
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		}
	})
	tr := &Transport{}
	defer tr.Close()
	for i := range 6 {
		_, _, err := ask(t, tr, &Request{Method: "GET", Address: addr})
		var e *Error
		if i%2 == 0 && err != nil || i%2 == 1 && (!errors.As(err, &e) || !e.Started) {
			t.Errorf("request %d: %v", i, err)
		}
	}
	if n := requests.Load(); n != 6 {
		t.Errorf("%d requests reached the worker, want 6", n)
	}
}

// TestStaleConnection: one that the worker has closed meanwhile is not used,
// so that no request is lost to it.
func TestStaleConnection(t *testing.T) {
	closed := make(chan struct{}, 100)
	addr := raw(t, func(c net.Conn, br *bufio.Reader) {
		http.ReadRequest(br)
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		c.Close()
		closed <- struct{}{}
	})
	tr := &Transport{}
	defer tr.Close()
	for i := range 20 {
		if _, _, err := ask(t, tr, &Request{Address: addr, Body: []byte("x"), Length: 1}); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		<-closed
		time.Sleep(time.Millisecond) // for the FIN to arrive
	}
}

// TestRefused: nothing was sent where nobody listens, or what is asked cannot
// be written.
func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	tr := &Transport{}
	for _, r := range []Request{
		{Address: l.Addr().String()}, {Address: "127.0.0.1:1", Method: "GE T"}, {Address: "127.0.0.1:1", URI: "/a\r\nHost: evil"},
	} {
		_, _, err := ask(t, tr, &r)
		var e *Error
		if !errors.As(err, &e) || e.Started {
			t.Errorf("%+v: %v, want an error before anything was sent", r, err)
		}
	}
}

// TestCancel: a request ends with its context, before and after the head.
func TestCancel(t *testing.T) {
	gone := make(chan struct{}, 10)
	addr, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/head" {
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
		gone <- struct{}{}
	})
	tr := &Transport{}
	defer tr.Close()
	why := errors.New("no longer wanted")
	for _, uri := range []string{"/", "/head"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(20*time.Millisecond, func() { cancel(why) })
		a, err := tr.Do(ctx, &Request{Method: "GET", URI: uri, Host: "h", Address: addr})
		if uri == "/head" && err == nil {
			_, err = io.ReadAll(a.Body)
			a.Body.Close()
			if err == nil {
				t.Error("a body that never came")
			}
		} else if !errors.Is(err, why) {
			t.Errorf("%s: %v, want %v", uri, err, why)
		}
		select {
		case <-gone:
		case <-testtime.Over(t):
			t.Fatalf("%s: the worker was not told", uri)
		}
	}
}

// TestEarlyAnswer: a worker that answers while the body is still coming is
// heard, and the upload is given up.
func TestEarlyAnswer(t *testing.T) {
	addr := raw(t, func(c net.Conn, br *bufio.Reader) {
		http.ReadRequest(br)
		io.WriteString(c, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
		io.Copy(io.Discard, br)
	})
	tr := &Transport{}
	defer tr.Close()
	r, w := io.Pipe()
	go w.Write([]byte("some"))
	a, text, err := ask(t, tr, &Request{Address: addr, Rest: r, Length: 1 << 30, Stop: func() { r.CloseWithError(io.ErrClosedPipe) }})
	if err != nil || a.StatusCode != 413 || text != "big" {
		t.Errorf("%v %q %v", a, text, err)
	}
}

// TestBrokenUpload: a client that breaks off must not look to the worker like
// one that has sent everything.
func TestBrokenUpload(t *testing.T) {
	read := make(chan error, 1)
	addr, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		read <- err
	})
	tr := &Transport{}
	defer tr.Close()
	for _, length := range []int64{100, -1} {
		r, w := io.Pipe()
		go func() {
			w.Write([]byte("some"))
			w.CloseWithError(errors.New("the client is gone"))
		}()
		if _, _, err := ask(t, tr, &Request{Address: addr, Rest: r, Length: length}); err == nil {
			t.Errorf("length %d: an answer", length)
		}
		if err := <-read; err == nil {
			t.Errorf("length %d: the worker read a whole body", length)
		}
	}
}

func BenchmarkDo(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, strings.Repeat("a", 200))
	}))
	defer s.Close()
	addr := s.Listener.Addr().String()
	body := []byte(strings.Repeat("x", 200))
	b.Run("wire", func(b *testing.B) {
		tr := &Transport{}
		defer tr.Close()
		b.ReportAllocs()
		for b.Loop() {
			a, err := tr.Do(b.Context(), &Request{Method: "POST", URI: "/", Host: addr, Address: addr, Body: body, Length: 200})
			if err != nil {
				b.Fatal(err)
			}
			io.Copy(io.Discard, a.Body)
			a.Body.Close()
		}
	})
	b.Run("http.Transport", func(b *testing.B) {
		tr := &http.Transport{}
		defer tr.CloseIdleConnections()
		b.ReportAllocs()
		for b.Loop() {
			q, _ := http.NewRequest("POST", s.URL, strings.NewReader(string(body)))
			a, err := tr.RoundTrip(q)
			if err != nil {
				b.Fatal(err)
			}
			io.Copy(io.Discard, a.Body)
			a.Body.Close()
		}
	})
}
