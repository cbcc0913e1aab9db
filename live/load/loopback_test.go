package load

import (
	"cmp"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
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
// none is early, times are in order, and connections are used again: there are no more
// than requests in flight at once, however many a busy machine makes of them.
func TestLoopback(t *testing.T) {
	address, opened := counting(t)
	const n = 200
	seen := map[uint64]bool{}
	var changes []change
	r, err := Run(t.Context(), Target{Address: address, Timeout: time.Minute, Request: Spin(nil, 1)}, time.Now(), &every{d: 5 * time.Millisecond, n: n}, func(s *Sent) {
		if s.Class != "" || s.Lag < 0 || s.Finish < s.Due+s.Lag || s.Finish > s.End || s.Bytes != 2 || seen[s.ID] {
			t.Errorf("%+v", *s)
		}
		seen[s.ID] = true
		changes = append(changes, change{s.Due + s.Lag, 1}, change{s.End, -1})
	})
	if err != nil || r.Answered != n || len(seen) != n {
		t.Errorf("%+v, %v", r, err)
	}
	if c, most := int(opened.Load()), mostAtOnce(changes); c > most {
		t.Errorf("%d connections for %d requests, %d at once", c, n, most)
	}
}

// A change is of the number of requests in flight.
type change struct {
	at time.Duration
	by int
}

// mostAtOnce is the most requests in flight at one instant; those that end then are.
func mostAtOnce(changes []change) (most int) {
	slices.SortFunc(changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), b.by-a.by) })
	n := 0
	for _, c := range changes {
		n += c.by
		most = max(most, n)
	}
	return most
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
