package serve

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"cnv/internal/testtime"
)

// dial opens a connection that lasts as long as the test.
func dial(t *testing.T, url string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if until, limited := testtime.Context(t).Deadline(); limited {
		c.SetDeadline(until)
	}
	return c
}

// answer reads the status of an answer, 0 if the connection was closed.
func answer(t *testing.T, c net.Conn) int {
	t.Helper()
	a, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		if strings.Contains(err.Error(), "timeout") {
			t.Error("no answer in time")
		}
		return 0
	}
	defer a.Body.Close()
	io.Copy(io.Discard, a.Body)
	return a.StatusCode
}

// TestHostileRequests: each is refused within its time, and leaves nothing
// behind.
func TestHostileRequests(t *testing.T) {
	o := options(newGate())
	o.Transfer = time.Second
	s, url := start(t, o)
	for _, c := range []struct {
		about, send string
		status      int
	}{
		{"an upload that stops", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc", 408},
		{"a chunk that stops", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", 408},
		{"no chunk", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 408},
		{"a malformed chunk", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n", 400},
		{"a body said to be huge", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n", 413},
		{"a body that is asked for first", "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n", 413},
		{"a negative length", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
		{"two lengths", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
		{"an endless header", "GET /echo HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("x", 2<<20) + "\r\n\r\n", 431},
		{"no HTTP", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400},
		{"a foreign encoding", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
	} {
		conn := dial(t, url)
		go io.WriteString(conn, c.send)
		if got := answer(t, conn); got != c.status && !(c.status == 431 && got == 0) { // reset while it was still sent
			t.Errorf("%s: %d, want %d", c.about, got, c.status)
		}
		conn.Close()
	}
	await(t, func() bool { n := s.Telemetry(); return n.InFlight == 0 && n.Queued == 0 && n.Held == 0 })
}

// TestSlowUploadsStopNobody: fifty clients that send a byte now and then take
// no slot, no place in the queue and little memory, and are gone in time.
func TestSlowUploadsStopNobody(t *testing.T) {
	o := options(newGate())
	o.Transfer, o.Memory = 5*time.Second, 2<<20 // all fifty have begun by then
	s, url := start(t, o)
	var slow sync.WaitGroup
	for range 50 {
		conn := dial(t, url)
		slow.Go(func() {
			fmt.Fprintf(conn, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
			stop := make(chan struct{})
			var sending sync.WaitGroup
			sending.Go(func() {
				for {
					select {
					case <-stop:
						return
					case <-time.After(20 * time.Millisecond):
						conn.Write([]byte("x"))
					}
				}
			})
			if got := answer(t, conn); got != 408 && got != 0 {
				t.Errorf("a slow upload: %d, want 408", got)
			}
			close(stop)
			sending.Wait()
		})
	}
	await(t, func() bool { return s.Telemetry().Held == 50*firstPiece })
	for range 20 {
		if status, _, text := ask(t, "POST", url+"/echo", "quick"); status != 200 || text != "quick" {
			t.Errorf("a quick one: %d %s", status, text)
		}
	}
	slow.Wait()
	await(t, func() bool { return s.Telemetry().Held == 0 })
}

// TestSlowReadersAreCutOff: a client that does not take its answer holds a
// connection for the time of a transfer, and no slot.
func TestSlowReadersAreCutOff(t *testing.T) {
	o := options(newGate())
	o.Transfer, o.Concurrency = 300*time.Millisecond, 1
	s, url := start(t, o)
	conn := dial(t, url)
	fmt.Fprintf(conn, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
	await(t, func() bool { return s.Telemetry().Answered == 1 })
	if status, _, _ := ask(t, "GET", url+"/echo?say=hi", ""); status != 200 {
		t.Errorf("meanwhile: %d, want 200", status)
	}
	time.Sleep(2 * o.Transfer)
	if n, err := io.Copy(io.Discard, conn); n >= largeAnswer || err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("a reader that slept got %d bytes, %v, want it cut off", n, err)
	}
}

// TestConnectionsOutlastTransfers: the time for one request's body and answer
// does not count against the next on the connection, nor against a kernel.
func TestConnectionsOutlastTransfers(t *testing.T) {
	o := options(newGate())
	o.Transfer = 500 * time.Millisecond
	_, url := start(t, o)
	conn := dial(t, url)
	in := bufio.NewReader(conn)
	for _, path := range []string{"/echo", "/sleep?ms=700", "/echo", "/metrics", "/"} {
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", path)
		a, err := http.ReadResponse(in, nil)
		if err != nil || a.StatusCode != 200 {
			t.Fatalf("%s: %v, %v, want 200 on the same connection", path, a, err)
		}
		io.Copy(io.Discard, a.Body)
		a.Body.Close()
		time.Sleep(600 * time.Millisecond)
	}
}
