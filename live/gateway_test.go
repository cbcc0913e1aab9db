package live

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/memnet"
	"cnv/live/wire"
	"cnv/policy"
	"cnv/policy/route"
)

// A farm is a gateway with workers on a network in memory.
type farm struct {
	t        *testing.T
	net      *memnet.Net
	brain    *Brain
	workers  *Workers
	static   *Static
	gateway  *Gateway
	server   *http.Server
	machines []*http.Server
	client   *http.Client
	mu       sync.Mutex // of stops and machines
	stops    []func()
}

// seen counts executions by request header.
type seen struct {
	mu sync.Mutex
	n  map[string]int
}

func (s *seen) add(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n == nil {
		s.n = map[string]int{}
	}
	s.n[id]++
	return s.n[id]
}

func testConfig(workers int) policy.Config {
	return policy.Config{
		Seed: 1, Leader: true,
		Classes: []policy.Class{{Name: "spin", Prior: 0.1}},
		Pools:   []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Max: workers}},
		Router:  &route.JSQ{Tie: route.TieRandom},
		Retry:   policy.Retry{Max: 2, Budget: 0.2},
	}
}

// newFarm starts a farm whose workers are the handlers.
func newFarm(t *testing.T, cfg policy.Config, change func(*Options, *Checks), handlers ...http.Handler) *farm {
	return newFarmWith(t, cfg, nil, len(handlers), change, handlers...)
}

// newFarmWith is newFarm with a journal; the first n workers are taken into
// service, one after the other so that they are ready in that order.
func newFarmWith(t *testing.T, cfg policy.Config, j Journal, n int, change func(*Options, *Checks), handlers ...http.Handler) *farm {
	f := &farm{t: t, net: &memnet.Net{}}
	ctrl, err := policy.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	f.brain = NewBrain(ctrl, j, 1000)
	log := slog.New(slog.DiscardHandler)
	f.workers = NewWorkers(f.brain, log)
	pool := StaticPool{Speed: 1}
	for i, h := range handlers {
		name := fmt.Sprintf("w%d:80", i)
		pool.Addresses = append(pool.Addresses, name)
		f.machines = append(f.machines, f.serve(name, h))
	}
	transport := &wire.Transport{Dial: f.net.Dial}
	checks := Checks{}
	o := Options{
		Brain: f.brain, Workers: f.workers, Transport: transport, Log: log,
		Classes: []Class{{Name: "spin", Pure: true}},
	}
	if change != nil {
		change(&o, &checks)
	}
	probes := &http.Transport{DialContext: f.net.Dial, DisableKeepAlives: true}
	f.static = NewStatic([]StaticPool{pool}, f.workers, checks, probes, log)
	f.gateway = NewGateway(o)
	f.brain.Go(f.static)
	for range n {
		f.static.Initial(0, 1)
		time.Sleep(time.Millisecond)
	}
	f.server = f.serve("gw:80", f.gateway)
	out := &http.Transport{DialContext: f.net.Dial, MaxIdleConnsPerHost: 1000}
	f.client = &http.Client{Transport: out}
	f.stops = append(f.stops, func() {
		out.CloseIdleConnections()
		transport.Close()
		f.static.Close()
		f.brain.Stop()
	})
	return f
}

// serve runs a server on the network.
func (f *farm) serve(name string, h http.Handler) *http.Server {
	s := &http.Server{Handler: h}
	l := f.net.Listen(name)
	go s.Serve(l)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stops = append(f.stops, func() { s.Close() })
	return s
}

// kill ends a worker as kill -9 does.
func (f *farm) kill(i int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.machines[i].Close()
}

// restart starts it again.
func (f *farm) restart(i int, h http.Handler) {
	s := f.serve(f.static.pools[0].Addresses[i], h)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.machines[i] = s
}

func (f *farm) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := len(f.stops) - 1; i >= 0; i-- {
		f.stops[i]()
	}
}

// worker is a handler that is always ready and answers what h says.
func (f *seen) worker(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" {
			return
		}
		if r.URL.Path == "/telemetry" {
			fmt.Fprint(w, `{"cpu":0.5,"in_flight":1}`)
			return
		}
		f.add(r.Header.Get("X-Id"))
		h(w, r)
	})
}

// post sends a request and returns its status and body.
func (f *farm) post(path, id, body string) (int, string) {
	r, _ := http.NewRequest(http.MethodPost, "http://gw:80"+path, strings.NewReader(body))
	r.Header.Set("X-Id", id)
	a, err := f.client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return a.StatusCode, "broken: " + err.Error()
	}
	return a.StatusCode, string(text)
}

// TestGatewayAnswers: a request reaches a worker whole, and its answer the
// client; the policy's choice shows in the headers.
func TestGatewayAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		echo := s.worker(func(w http.ResponseWriter, r *http.Request) {
			text, _ := io.ReadAll(r.Body)
			time.Sleep(100 * time.Millisecond)
			w.Header().Set("Cnv-Cpu-Us", "100000")
			fmt.Fprintf(w, "%s %s %s", r.Method, r.RequestURI, bytes.ToUpper(text))
		})
		f := newFarm(t, testConfig(2), nil, echo, echo)
		defer f.close()
		time.Sleep(time.Second)
		for i := range 4 {
			status, text := f.post("/spin?ms="+strconv.Itoa(i), strconv.Itoa(i), "hello")
			if want := fmt.Sprintf("POST /spin?ms=%d HELLO", i); status != 200 || text != want {
				t.Errorf("%d %q, want %q", status, text, want)
			}
		}
		f.brain.Do(func(c *policy.Controller) {
			n := c.Counts()
			if n.Arrivals != 4 || n.Delivered != 4 || n.Late != 0 || n.Unknown != 0 || n.Duplicate != 0 {
				t.Errorf("counts %+v", n)
			}
		})
		f.idle("at the end")
	})
}

// TestLengthsAreTold: a client is told the length of an answer that is held whole, that of
// the answer itself after a HEAD, and none where trailers follow.
func TestLengthsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		f := newFarm(t, testConfig(1), nil, s.worker(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/known":
				w.Header().Set("Content-Length", "5")
			case "/trailer":
				w.Header().Set("Trailer", "X-Sum")
				defer w.Header().Set("X-Sum", "7")
			}
			io.WriteString(w, "he")
			w.(http.Flusher).Flush()
			io.WriteString(w, "llo")
		}))
		defer f.close()
		for _, c := range []struct {
			method, path string
			length       int64
			text, sum    string
		}{
			{"GET", "/known", 5, "hello", ""}, {"HEAD", "/known", 5, "", ""},
			{"GET", "/chunks", 5, "hello", ""}, {"GET", "/trailer", -1, "hello", "7"},
		} {
			r, _ := http.NewRequest(c.method, "http://gw:80"+c.path, nil)
			a, err := f.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(a.Body)
			a.Body.Close()
			if err != nil || a.ContentLength != c.length || string(text) != c.text || a.Trailer.Get("X-Sum") != c.sum {
				t.Errorf("%s %s: length %d, %q, trailer %v, %v; want %d, %q, %q", c.method, c.path, a.ContentLength, text, a.Trailer, err, c.length, c.text, c.sum)
			}
		}
	})
}

// TestKilledMidAnswer: of an answer that fits, nothing is passed on before it
// is whole, so the death of a worker in the middle of it costs no request.
func TestKilledMidAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		half := s.worker(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "10")
			io.WriteString(w, "hello")
			w.(http.Flusher).Flush()
			time.Sleep(time.Second)
			panic(http.ErrAbortHandler)
		})
		good := s.worker(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "helloworld") })
		f := newFarm(t, testConfig(2), nil, half, good)
		defer f.close()
		time.Sleep(time.Second)
		for i := range 6 {
			if status, text := f.post("/spin", fmt.Sprint(i), ""); status != 200 || text != "helloworld" {
				t.Errorf("request %d: %d %q", i, status, text)
			}
		}
	})
}

// TestClientGone: a client that leaves ends its request at the worker, and
// nothing stays behind.
func TestClientGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		var ended atomic.Int64
		slow := s.worker(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
			ended.Store(time.Now().UnixNano())
		})
		f := newFarm(t, testConfig(1), nil, slow)
		defer f.close()
		time.Sleep(time.Second)
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		r, _ := http.NewRequestWithContext(ctx, http.MethodPost, "http://gw:80/spin", strings.NewReader("x"))
		if _, err := f.client.Do(r); err == nil {
			t.Error("an answer")
		}
		time.Sleep(time.Second)
		if want := 5 * time.Second; time.Duration(ended.Load()-begin.UnixNano()) != want {
			t.Errorf("the worker was told after %v, want %v", time.Duration(ended.Load()-begin.UnixNano()), want)
		}
		f.brain.Do(func(c *policy.Controller) {
			if n := c.Counts(); n.Gone != 1 || n.Delivered != 0 {
				t.Errorf("counts %+v", n)
			}
		})
		f.idle("at the end")
	})
}

// TestGatewayDefaults: what is not said has a value, and what is said stays.
func TestGatewayDefaults(t *testing.T) {
	ctrl, err := policy.New(testConfig(1))
	if err != nil {
		t.Fatal(err)
	}
	brain := NewBrain(ctrl, nil, 1)
	o := NewGateway(Options{Brain: brain}).o
	if o.Transport == nil || o.Log == nil || o.WholeBody != 6<<20 || o.WholeAnswer != 1<<20 || o.Memory != 512<<20 || o.InFlight != 10_000 || o.UploadIdle != 30*time.Second {
		t.Errorf("%+v", o)
	}
	own := &wire.Transport{}
	o = NewGateway(Options{Brain: brain, Transport: own, WholeBody: 1, WholeAnswer: 2, Memory: 3, InFlight: 4, UploadIdle: 5}).o
	if o.Transport != own || o.WholeBody != 1 || o.WholeAnswer != 2 || o.Memory != 3 || o.InFlight != 4 || o.UploadIdle != 5 {
		t.Errorf("%+v", o)
	}
}
