package live

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestAnnouncedBodiesHoldNothing: clients that announce long bodies and send
// next to nothing leave room for others, who are served meanwhile.
func TestAnnouncedBodiesHoldNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		f := newFarm(t, testConfig(1), func(o *Options, _ *Checks) { o.Memory = 16 << 20 }, s.worker(func(w http.ResponseWriter, r *http.Request) {
			n, _ := io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, n)
		}))
		defer f.close()
		time.Sleep(time.Second)
		for range 200 {
			c, err := f.net.Dial(t.Context(), "tcp", "gw:80")
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(c, "POST /spin HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", defaultWholeBody, strings.Repeat("x", 1000))
			f.stops = append(f.stops, func() { c.Close() })
		}
		time.Sleep(time.Second)
		if n := f.gateway.InFlight(); n != 200 {
			t.Fatalf("%d clients inside, want 200", n)
		}
		if status, text := f.post("/spin", "a", strings.Repeat("x", 4<<20)); status != 200 || text != fmt.Sprint(4<<20) {
			t.Errorf("%d %q, want the answer", status, text)
		}
		time.Sleep(time.Minute) // the idle ones are sent away
		f.idle("at the end")
	})
}

// TestDrops: who sends a body drop by drop is told 408 when its time is over and
// holds nothing any more, whether it is held or streamed; a slow line is none.
func TestDrops(t *testing.T) {
	for name, c := range map[string]struct {
		head    string
		burst   int // bytes at once, first
		bytes   int // per second
		timeout time.Duration
		status  string // "": still sending
		within  time.Duration
	}{
		"held":              {"Content-Length: 6000000", 0, 10, 0, "408", 25 * time.Second},
		"held, after much":  {"Content-Length: 6000000", 1 << 20, 10, 0, "408", 90 * time.Second},
		"held, timeout":     {"Content-Length: 6000000", 1 << 20, 10, 5 * time.Second, "408", 6 * time.Second},
		"streamed":          {"Content-Length: 60000000", 0, 10, 0, "408", 25 * time.Second},
		"chunked":           {"Transfer-Encoding: chunked", 0, 10, 0, "408", 25 * time.Second},
		"a slow line":       {"Content-Length: 6000000", 0, 20 << 10, 0, "", 200 * time.Second},
		"a slow line, long": {"Content-Length: 60000000", 0, 20 << 10, 0, "", 200 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			defer time.Sleep(time.Minute) // connections end
			var s seen
			f := newFarm(t, testConfig(1), func(o *Options, _ *Checks) { o.Timeout = c.timeout }, s.worker(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
			defer f.close()
			time.Sleep(time.Second)
			k, err := f.net.Dial(t.Context(), "tcp", "gw:80")
			if err != nil {
				t.Fatal(err)
			}
			defer k.Close()
			send := func(n int) {
				text := strings.Repeat("x", n)
				if strings.Contains(c.head, "chunked") {
					text = fmt.Sprintf("%x\r\n%s\r\n", n, text)
				}
				io.WriteString(k, text)
			}
			fmt.Fprintf(k, "POST /spin HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n", c.head)
			if c.burst > 0 {
				send(c.burst)
			}
			gone := make(chan struct{})
			go func() {
				for {
					select {
					case <-gone:
						return
					case <-time.After(time.Second):
						send(c.bytes)
					}
				}
			}()
			defer close(gone)
			k.SetReadDeadline(time.Now().Add(c.within))
			answer := make([]byte, 12)
			n, _ := io.ReadFull(k, answer)
			if got := strings.TrimPrefix(string(answer[:n]), "HTTP/1.1 "); got != c.status {
				t.Errorf("%s: told %q within %v, want %q", name, got, c.within, c.status)
			}
			time.Sleep(time.Second)
			if held := f.gateway.Held(); c.status != "" && (held != 0 || f.gateway.InFlight() != 0) {
				t.Errorf("%s: %d bytes and %d requests still held", name, held, f.gateway.InFlight())
			}
		})
	}
}

// TestBodiesAreBounded: what many clients send at once is held up to the limit,
// others are told to come again, and nothing is held when they have gone.
func TestBodiesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		f := newFarm(t, testConfig(1), func(o *Options, _ *Checks) { o.Memory = 16 << 20 }, s.worker(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			time.Sleep(time.Second)
		}))
		defer f.close()
		time.Sleep(time.Second)
		var group sync.WaitGroup
		var got answers
		for i := range 20 {
			group.Go(func() {
				status, text := f.post("/spin", fmt.Sprint(i), strings.Repeat("x", 2<<20))
				got.add(fmt.Sprint(i), status, text)
			})
		}
		time.Sleep(500 * time.Millisecond)
		if held := f.gateway.Held(); held > 16<<20 {
			t.Errorf("%d bytes held, more than the limit", held)
		}
		group.Wait()
		if got.status[200] == 0 || got.status[503] == 0 || got.status[200]+got.status[503] != 20 {
			t.Errorf("%v, want some 200 and the rest 503", got.status)
		}
		f.idle("at the end")
	})
}

// TestBodiesWhole: bodies around the sizes at which buffers grow are read as
// they were sent, whether they say their length or not; longer ones than may
// be held are left where they are, or begun.
func TestBodiesWhole(t *testing.T) {
	const whole = 5 * chunk
	for _, n := range []int{1, 2, chunk - 1, chunk, chunk + 1, 2 * chunk, 2*chunk + 1, 4*chunk - 1, whole - 1, whole, whole + 1} {
		for _, known := range []bool{true, false} {
			sent := make([]byte, n)
			for i := range sent {
				sent[i] = byte(i * 7)
			}
			r := httptest.NewRequest("POST", "/", io.MultiReader(bytes.NewReader(sent)))
			if r.ContentLength = -1; known {
				r.ContentLength = int64(n)
			}
			m := memory{limit: 1 << 30}
			b, err := readBody(newPatient(httptest.NewRecorder(), r, 0, 0), r, &m, whole)
			if err != nil {
				t.Fatal(err)
			}
			got := bytes.Clone(b.bytes)
			if b.rest != nil {
				rest, _ := io.ReadAll(b.rest)
				got = append(got, rest...)
			}
			if (b.rest != nil) != (n > whole || n == whole && !known) || !bytes.Equal(got, sent) {
				t.Errorf("%d bytes (known: %v): %d read whole, %d in all", n, known, len(b.bytes), len(got))
			}
			if used := m.used.Load(); used > int64(4*len(b.bytes)+chunk) {
				t.Errorf("%d bytes (known: %v) take %d", n, known, used)
			}
			if b.release(&m); m.used.Load() != 0 {
				t.Errorf("%d bytes still held", m.used.Load())
			}
		}
	}
}

// BenchmarkReadBody reads bodies of known length, as pictures are.
func BenchmarkReadBody(b *testing.B) {
	for _, n := range []int{4 << 10, 100 << 10, 1 << 20, 6 << 20} {
		sent := make([]byte, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := memory{limit: 1 << 30}
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				r := &http.Request{Body: io.NopCloser(bytes.NewReader(sent)), ContentLength: int64(n)}
				got, err := readBody(newPatient(httptest.NewRecorder(), r, 0, 0), r, &m, defaultWholeBody)
				if err != nil {
					b.Fatal(err)
				}
				got.release(&m)
			}
		})
	}
}
