package live

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cnv/internal/testtime"
	"cnv/policy"
)

// onLoopback serves a farm's gateway on loopback, behind a Guard that counts its addresses.
func (f *farm) onLoopback(most int64) (*Guard, string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.t.Fatal(err)
	}
	g := &Guard{Listener: l, Most: most, All: true}
	s := NewServer(f.gateway, nil)
	go s.Serve(g)
	f.mu.Lock()
	f.stops = append(f.stops, func() { s.Close() })
	f.mu.Unlock()
	return g, l.Addr().String()
}

// from is a client at an address of this machine, with little room for what it does not read.
func from(t *testing.T, address string, h2 bool) *http.Client {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}
	tr := &http.Transport{DialContext: d.DialContext, ReadBufferSize: 1 << 10, Protocols: &http.Protocols{}}
	tr.Protocols.SetHTTP1(!h2)
	tr.Protocols.SetUnencryptedHTTP2(h2)
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for over := testtime.Over(t); !so(); time.Sleep(5 * time.Millisecond) {
		select {
		case <-over:
			t.Fatal("never: " + what)
		default:
		}
	}
}

// sizes is a worker that answers as many bytes as the path says, in a piece of known length
// or as they come.
func sizes(w http.ResponseWriter, r *http.Request) {
	var n int
	if i := strings.LastIndexByte(r.URL.Path, '/'); i > 0 {
		fmt.Sscan(r.URL.Path[i+1:], &n)
	}
	if r.URL.Query().Get("stream") == "" {
		w.Header().Set("Content-Length", fmt.Sprint(n))
	}
	w.WriteHeader(200)
	for ; n > 0; n -= 1 << 10 {
		if _, err := w.Write(make([]byte, min(n, 1<<10))); err != nil {
			return
		}
	}
}

// TestSlowReadersAreCut: clients that take nothing of their answer lose it, whether it is held
// whole, is long or is of no length that was told, over HTTP/1.1 and HTTP/2; and none outlasts
// the time that a request may take.
func TestSlowReadersAreCut(t *testing.T) {
	for _, c := range []struct {
		path string
		h2   bool
		idle time.Duration
		all  time.Duration
	}{
		{"20000000", false, 200 * time.Millisecond, 0}, {"30000000", false, 200 * time.Millisecond, 0}, {"30000000?stream=1", false, 200 * time.Millisecond, 0},
		{"30000000", true, 200 * time.Millisecond, 0}, {"30000000?stream=1", true, 200 * time.Millisecond, 0},
		{"30000000", false, time.Hour, 700 * time.Millisecond}, {"30000000?stream=1", true, time.Hour, 700 * time.Millisecond},
	} {
		t.Run(fmt.Sprintf("%s h2=%v idle=%v", c.path, c.h2, c.idle), func(t *testing.T) {
			ends := make(chan Answered, 1)
			f := newFarm(t, testConfig(1), func(o *Options, k *Checks) {
				o.DownloadIdle, o.Timeout, o.WholeAnswer, k.Telemetry = c.idle, c.all, 25<<20, -1
				o.Observe = func(a *Answered) { ends <- *a }
			}, http.HandlerFunc(sizes))
			defer f.close()
			_, addr := f.onLoopback(0)
			eventually(t, "a worker", func() bool {
				n := 0
				f.brain.Do(func(k *policy.Controller) { n = len(k.View().Ready()) })
				return n == 1
			})
			k := from(t, "127.0.0.1", c.h2)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r, _ := http.NewRequestWithContext(ctx, "GET", "http://"+addr+"/spin/"+c.path, nil)
			a, err := k.Do(r) // where all stands still for so long, the answer is given up before its head is read
			if err == nil {
				defer a.Body.Close()
			}
			if end := <-ends; !end.Broken || end.Status != http.StatusOK {
				t.Errorf("%+v, want an answer that broke off", end)
			}
			eventually(t, "the answer is given up", func() bool { return f.gateway.InFlight() == 0 && f.gateway.Held() == 0 })
			if err == nil {
				if n, err := io.Copy(io.Discard, a.Body); err == nil {
					t.Errorf("%d bytes came and looked whole", n)
				}
			}
		})
	}
}

// TestReadersAreWaitedFor: one that takes its answer slowly, but fast enough, gets all of it.
func TestReadersAreWaitedFor(t *testing.T) {
	f := newFarm(t, testConfig(1), func(o *Options, k *Checks) { o.DownloadIdle, k.Telemetry = 500*time.Millisecond, -1 }, http.HandlerFunc(sizes))
	defer f.close()
	_, addr := f.onLoopback(0)
	a, err := from(t, "127.0.0.1", false).Get("http://" + addr + "/spin/500000")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	n := 0
	for buf := make([]byte, 50_000); ; time.Sleep(100 * time.Millisecond) {
		m, err := io.ReadFull(a.Body, buf)
		if n += m; err != nil {
			break
		}
	}
	if n != 500_000 {
		t.Errorf("%d bytes came, want 500000", n)
	}
}

// TestOneAddressLeavesRoom: an address that takes all it can get has half of the connections
// and of the places, and others still get some.
func TestOneAddressLeavesRoom(t *testing.T) {
	free := make(chan struct{})
	f := newFarm(t, testConfig(1), func(o *Options, k *Checks) { o.InFlight, k.Telemetry = 20, -1 },
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/spin/wait" {
				<-free
			}
		}))
	defer f.close()
	g, addr := f.onLoopback(40)
	var got answers
	var group sync.WaitGroup
	for i := range 60 {
		group.Go(func() {
			a, err := from(t, "127.0.0.1", false).Get("http://" + addr + "/spin/wait")
			if err != nil {
				got.add(fmt.Sprint(i), -1, "")
				return
			}
			a.Body.Close()
			got.add(fmt.Sprint(i), a.StatusCode, "")
		})
	}
	eventually(t, "half of the places are taken", func() bool { return f.gateway.InFlight() == 10 })
	eventually(t, "the others were refused", func() bool { got.mu.Lock(); defer got.mu.Unlock(); return got.status[-1]+got.status[503] == 50 })
	if a, err := from(t, "127.0.0.2", false).Get("http://" + addr + "/spin/"); err != nil || a.StatusCode != 200 {
		t.Errorf("another address: %v %v, want 200", a, err)
	}
	close(free)
	group.Wait()
	if got.status[200] != 10 || g.Refused() == 0 {
		t.Errorf("%v, %d connections refused, want 10 answered and some refused", got.status, g.Refused())
	}
	eventually(t, "all connections are closed", func() bool { return f.gateway.InFlight() == 0 })
}
