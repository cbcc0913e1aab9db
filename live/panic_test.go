package live

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// idle finds fault with a farm in which anything is still under way, once what happens at
// this instant has happened: a client has its answer before the handler returns.
func (f *farm) idle(when string) {
	f.t.Helper()
	synctest.Wait()
	f.brain.Do(func(c *policy.Controller) {
		for _, id := range c.View().Ready() {
			if w := c.View().Worker(id); w.InFlight != 0 {
				f.t.Errorf("%s: %d in flight at worker %d for the control plane", when, w.InFlight, id)
			}
		}
	})
	for _, w := range f.workers.all {
		if n := w.InFlight(); n != 0 {
			f.t.Errorf("%s: %d attempts at worker %d", when, n, w.ID)
		}
	}
	if held := f.gateway.Held(); held != 0 || f.gateway.InFlight() != 0 || f.brain.table.Len() != 0 {
		f.t.Errorf("%s: %d bytes, %d requests, %d entries still held", when, held, f.gateway.InFlight(), f.brain.table.Len())
	}
}

// TestMalformedStatus: an answer whose status is none is a failure of its
// worker: another one is asked, or the client gets 502; nothing is left of it.
func TestMalformedStatus(t *testing.T) {
	for _, line := range []string{"042 X", "000 X", "099", "+42 X", "-1 X", "600 X", "999 X", "101 Switching", "20 X", "2000 X", "abc X", ""} {
		synctest.Test(t, func(t *testing.T) {
			var s seen
			evil := s.worker(func(w http.ResponseWriter, r *http.Request) {
				c, _, _ := w.(http.Hijacker).Hijack()
				fmt.Fprintf(c, "HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nok", line)
				c.Close()
			})
			good := s.worker(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "good") })
			f := newFarm(t, testConfig(1), nil, evil)
			defer f.close()
			time.Sleep(time.Second)
			if status, text := f.post("/spin", "a", ""); status != http.StatusBadGateway {
				t.Errorf("%q: %d %q, want 502", line, status, text)
			}
			time.Sleep(time.Second)
			f.idle(line)

			g := newFarm(t, testConfig(2), nil, evil, good)
			defer g.close()
			time.Sleep(time.Second)
			for i := range 4 {
				if status, text := g.post("/spin", fmt.Sprint("b", i), ""); status != 200 || text != "good" {
					t.Errorf("%q: %d %q, want the answer of the other worker", line, status, text)
				}
			}
			time.Sleep(time.Second)
			g.idle(line)
		})
	}
}

// A fragile client is one to which nothing can be written.
type fragile struct{ http.ResponseWriter }

func (fragile) WriteHeader(int)               { panic(http.ErrAbortHandler) }
func (f fragile) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// TestPanicsLeakNothing: whatever panics while a request is under way (sending
// it, passing on an answer that is held, one that is streamed, a refusal), it
// ends for the control plane too.
func TestPanicsLeakNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		h := s.worker(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("long") {
				w.(http.Flusher).Flush()
			}
			io.WriteString(w, strings.Repeat("x", 1000))
		})
		broken := false
		f := newFarm(t, testConfig(1), func(o *Options, _ *Checks) {
			dial := o.Transport.Dial
			o.Transport.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				if broken {
					panic("a fault of ours")
				}
				return dial(ctx, network, address)
			}
		}, h)
		defer f.close()
		time.Sleep(time.Second)
		broken = true
		if status, text := f.post("/spin", "a", ""); status != http.StatusBadGateway {
			t.Errorf("%d %q, want 502", status, text)
		}
		f.idle("sending")
		broken = false
		time.Sleep(time.Minute) // for the worker to be trusted again
		f.serve("fragile:80", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f.gateway.ServeHTTP(fragile{w}, r)
		}))
		for _, path := range []string{"/spin", "/spin?long"} {
			before := s.n["b"]
			r, _ := http.NewRequest(http.MethodPost, "http://fragile:80"+path, strings.NewReader("x"))
			r.Header.Set("X-Id", "b")
			if a, err := f.client.Do(r); err == nil {
				t.Errorf("%s: %s", path, a.Status)
			}
			time.Sleep(time.Second)
			if s.n["b"] == before {
				t.Errorf("%s: did not reach the worker", path)
			}
			f.idle(path)
		}
	})
}
