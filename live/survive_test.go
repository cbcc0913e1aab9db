package live

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
	"cnv/policy/health"
)

// byDefault is testConfig with what a file that says nothing of it has.
func byDefault(workers int) policy.Config {
	cfg := testConfig(workers)
	cfg.Retry = policy.Retry{Max: 1, Budget: 0.1, Unsent: 7, PassRefusals: true, Backoff: 100 * time.Millisecond}
	return cfg
}

// ask sends one request and returns the status, the body and how reading it ended.
func (f *farm) ask(method, path, id string) (int, string, error) {
	r, _ := http.NewRequest(method, "http://gw:80/spin"+path, nil)
	r.Header.Set("X-Id", id)
	a, err := f.client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	return a.StatusCode, string(text), err
}

// plain makes only requests whose method says so idempotent.
func plain(o *Options, c *Checks) { o.Classes[0].Pure, c.Telemetry = false, -1 }

// TestRefusedPostsGoElsewhere: POSTs at a worker that refuses connections never ran, so they
// are answered by another, without any budget, until the health checks notice.
func TestRefusedPostsGoElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if id := r.Header.Get("X-Id"); id != "" {
				s.add(id)
			}
			time.Sleep(10 * time.Millisecond)
		})
		cfg := byDefault(4)
		cfg.Retry.Max, cfg.Retry.Budget = 0, 0
		f := newFarm(t, cfg, func(o *Options, c *Checks) {
			plain(o, c)
			c.Period, c.soon, c.Fall = 5*time.Second, 0, 100 // they do not notice
		}, h, h, h, h)
		defer f.close()
		time.Sleep(time.Second)
		f.kill(0)
		f.kill(1)
		for i := range 300 {
			if status, _, err := f.ask("POST", "", fmt.Sprint(i)); status != 200 || err != nil {
				t.Fatalf("request %d: %d %v", i, status, err)
			}
		}
		for id, n := range s.n {
			if n != 1 {
				t.Errorf("request %s was executed %d times", id, n)
			}
		}
	})
}

// TestOneSickOfFour: with the defaults at most one in a hundred idempotent requests is lost to
// a worker that fails at once, of four; where all four do, all still get requests.
func TestOneSickOfFour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sick [4]atomic.Bool
		var asked [4]atomic.Int32
		var hs []http.Handler
		for i := range sick {
			hs = append(hs, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case !strings.HasPrefix(r.URL.Path, "/spin"): // a check
				case sick[i].Load():
					asked[i].Add(1)
					w.WriteHeader(http.StatusInternalServerError)
				default:
					time.Sleep(20 * time.Millisecond)
				}
			}))
		}
		cfg := byDefault(4)
		cfg.Health = health.NewOutlier()
		f := newFarm(t, cfg, plain, hs...)
		defer f.close()
		time.Sleep(time.Second)
		sick[0].Store(true)
		const total = 3000
		var lost atomic.Int32
		load := func(n int) {
			var group sync.WaitGroup
			for i := range n {
				group.Go(func() {
					if status, _, err := f.ask("GET", "", fmt.Sprint(i)); status != 200 || err != nil {
						lost.Add(1)
					}
				})
				time.Sleep(10 * time.Millisecond)
			}
			group.Wait()
		}
		load(total)
		if n := lost.Load(); n > total/100 {
			t.Errorf("%d of %d idempotent requests were lost", n, total)
		}
		for i := range sick {
			sick[i].Store(true)
			asked[i].Store(0)
		}
		load(400)
		for i := range asked {
			if asked[i].Load() == 0 {
				t.Errorf("where all are sick worker %d is asked nothing", i)
			}
		}
	})
}

// TestOwnLackIsNobodysFault: while the gateway has no file left to connect with, no worker is
// lost, ejected or blamed, and requests wait for a file.
func TestOwnLackIsNobodysFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})
		var short atomic.Bool
		cfg := byDefault(2)
		cfg.Health = &health.Outlier{Failures: 1, Base: time.Minute, Longest: time.Minute, Interval: time.Minute, Limits: health.Limits{Most: 1}}
		f := newFarm(t, cfg, func(o *Options, c *Checks) {
			plain(o, c)
			dial := o.Transport.Dial
			o.Transport.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				if short.Load() {
					return nil, &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)}
				}
				return dial(ctx, network, address)
			}
		}, h, h)
		defer f.close()
		time.Sleep(time.Second)
		short.Store(true)
		time.AfterFunc(300*time.Millisecond, func() { short.Store(false) })
		for i := range 3 {
			if status, _, err := f.ask("POST", "", fmt.Sprint(i)); status != 200 || err != nil {
				t.Errorf("request %d: %d %v", i, status, err)
			}
		}
		f.brain.Do(func(c *policy.Controller) {
			if n := c.Counts(); n.Ejections != 0 || len(c.View().Ready()) != 2 || c.View().Worker(0).Failures+c.View().Worker(1).Failures != 0 {
				t.Errorf("%d ejections, %d workers ready, want 0 and 2, and no failure counted", n.Ejections, len(c.View().Ready()))
			}
		})
	})
}

// TestShortAnswersThatBreak: a short answer in chunks that breaks off is repeated where that
// is allowed, and is otherwise a 502, never half an answer. One whose first piece is late is
// passed on piece by piece.
func TestShortAnswersThatBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := r.Header.Get("X-Id")
			switch {
			case strings.HasSuffix(r.URL.Path, "/breaks") && s.add(id)%2 == 1:
				io.WriteString(w, "half")
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			case strings.HasSuffix(r.URL.Path, "/breaks"):
				io.WriteString(w, "half")
				w.(http.Flusher).Flush()
				io.WriteString(w, " and half")
			case strings.HasSuffix(r.URL.Path, "/events"):
				for range 3 {
					io.WriteString(w, "event")
					w.(http.Flusher).Flush()
					time.Sleep(10 * time.Second)
				}
			case strings.HasSuffix(r.URL.Path, "/long"):
				w.Header().Set("Content-Length", fmt.Sprint(4<<20))
				w.WriteHeader(200)
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
				panic(http.ErrAbortHandler)
			}
		})
		cfg := byDefault(2)
		cfg.Retry.Budget = 1
		f := newFarm(t, cfg, plain, h, h)
		defer f.close()
		time.Sleep(time.Second)
		for i := range 100 {
			if status, text, err := f.ask("GET", "/breaks", fmt.Sprint("g", i)); status != 200 || text != "half and half" || err != nil {
				t.Errorf("GET %d: %d %q %v", i, status, text, err)
			}
			if status, _, err := f.ask("POST", "/breaks", fmt.Sprint("p", i)); status != 502 || err != nil {
				t.Errorf("POST %d: %d %v, want 502", i, status, err)
			}
		}
		if status, _, err := f.ask("POST", "/long", "l"); status != 502 || err != nil {
			t.Errorf("an answer that breaks before its first byte: %d %v, want 502", status, err)
		}
		began := time.Now()
		a, err := f.client.Get("http://gw:80/spin/events")
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		for i := range 3 {
			text := make([]byte, 5)
			if _, err := io.ReadFull(a.Body, text); err != nil || time.Since(began) > time.Duration(i)*10*time.Second+100*time.Millisecond {
				t.Errorf("event %d: %q %v after %v", i, text, err, time.Since(began))
			}
		}
		io.Copy(io.Discard, a.Body)
		if held := f.gateway.Held(); held != 0 {
			t.Errorf("%d bytes are still held", held)
		}
	})
}
