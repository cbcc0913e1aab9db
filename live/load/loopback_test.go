package load

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// counting is a server on loopback that counts its connections.
func counting(tb testing.TB) (address string, opened *atomic.Int64) {
	opened = new(atomic.Int64)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	tb.Cleanup(s.Close)
	return s.Listener.Addr().String(), opened
}

// TestLoopback: over real sockets, in real time, every request is answered,
// none is early, times are in order, and connections are used again.
func TestLoopback(t *testing.T) {
	address, opened := counting(t)
	const n = 500
	seen := map[uint64]bool{}
	r, err := Run(t.Context(), Target{Address: address, Timeout: 10 * time.Second, Request: Spin(nil, 1)}, time.Now(), &every{d: time.Millisecond, n: n}, func(s *Sent) {
		if s.Class != "" || s.Lag < 0 || s.Finish < s.Due+s.Lag || s.Finish > s.End || s.Bytes != 2 || seen[s.ID] {
			t.Errorf("%+v", *s)
		}
		seen[s.ID] = true
	})
	if err != nil || r.Answered != n || len(seen) != n {
		t.Errorf("%+v, %v", r, err)
	}
	if c := opened.Load(); c > n/2 {
		t.Errorf("%d connections for %d requests that hardly overlap", c, n)
	}
}

// TestReallyRefused: the kernel's own refusal is told from a broken answer.
func TestReallyRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	r, err := Run(t.Context(), Target{Address: address, Request: Spin(nil, 1)}, time.Now(), &every{n: 3}, func(*Sent) {})
	if err != nil || r.Failed[Refused] != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestReallyReset: a connection that the kernel resets before an answer is a
// reset, after half of one a broken answer.
func TestReallyReset(t *testing.T) {
	for head, want := range map[string]Failure{"": Reset, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf": Broken} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				c.Read(make([]byte, 4<<10))
				io.WriteString(c, head)
				c.(*net.TCPConn).SetLinger(0) // closing resets
				c.Close()
			}
		}()
		r, err := Run(t.Context(), Target{Address: l.Addr().String(), Request: Spin(nil, 1)}, time.Now(), &every{n: 3}, func(*Sent) {})
		l.Close()
		if err != nil || r.Failed[want] != 3 {
			t.Errorf("%+v, %v, want 3 %s", r, err, want)
		}
	}
}
