package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"cnv/internal/testtime"
	"cnv/worker/kernel"
	"cnv/worker/metered"
	"cnv/worker/serve/cpu"
	"cnv/worker/serve/run"
	"cnv/worker/spin"
)

// TestMain: whatever a test does, it leaves no goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gate is a kernel that ends when its test says so.
type gate struct{ entered, open chan struct{} }

func newGate() *gate { return &gate{make(chan struct{}, 1000), make(chan struct{})} }

func (g *gate) kernel(ctx context.Context, _ *kernel.Request) (kernel.Answer, error) {
	g.entered <- struct{}{}
	select {
	case <-g.open:
		return kernel.Answer{Type: "text/plain", Body: []byte("open")}, nil
	case <-ctx.Done():
		return kernel.Answer{}, ctx.Err()
	}
}

// largeAnswer is more than the buffers of a connection hold, bytes.
const largeAnswer = 32 << 20

// options are small limits, and kernels for tests.
func options(g *gate) Options {
	log := slog.New(slog.DiscardHandler)
	return Options{
		Runner: &run.Runner{
			Plain: map[string]kernel.Func{
				"spin": spin.Spin, "sleep": spin.Sleep, "gate": g.kernel,
				"echo": func(_ context.Context, r *kernel.Request) (kernel.Answer, error) {
					return kernel.Answer{Type: r.Type, Body: append([]byte(r.Query.Get("say")), r.Body...)}, nil
				},
				"large": func(context.Context, *kernel.Request) (kernel.Answer, error) {
					return kernel.Answer{Body: make([]byte, largeAnswer)}, nil
				},
				"panics": func(context.Context, *kernel.Request) (kernel.Answer, error) { panic("oh") },
			},
			Limits: kernel.Limits{Body: 1 << 20}, Instance: "0123456789abcdef", Log: log,
		},
		Log: log, Concurrency: 2, Queue: 2, Notice: time.Millisecond,
	}
}

// start serves options and returns the server and its URL.
func start(t *testing.T, o Options) (*Server, string) {
	t.Helper()
	s := New(o)
	ts := httptest.NewServer(s)
	t.Cleanup(ts.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return s, ts.URL
}

// ask sends a request and returns what came back.
func ask(t testing.TB, method, url, body string) (status int, h http.Header, text string) {
	t.Helper()
	var from io.Reader
	if body != "" {
		from = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, from)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/x")
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return 0, nil, ""
	}
	defer a.Body.Close()
	all, err := io.ReadAll(a.Body)
	if err != nil {
		t.Errorf("%s %s: %v", method, url, err)
	}
	return a.StatusCode, a.Header, string(all)
}

func TestAnswers(t *testing.T) {
	o := options(newGate())
	o.Runner.Timeout = 50 * time.Millisecond
	_, url := start(t, o)
	large := strings.Repeat("x", 1<<20)
	for _, c := range []struct {
		method, path, body string
		status             int
		text               string
	}{
		{"GET", "/", "", 200, ""},
		{"POST", "/", "x", 200, ""},
		{"GET", "/healthz", "", 200, ""},
		{"GET", "/readyz", "", 200, "ready\n"},
		{"POST", "/echo?say=a", "b", 200, "ab"},
		{"GET", "/echo?say=a", "", 200, "a"},
		{"HEAD", "/echo?say=a", "", 200, ""},
		{"POST", "/echo", large, 200, large},
		{"POST", "/echo", large + "x", 413, "longer than 1048576 bytes"},
		{"GET", "/sleep?ms=1", "", 200, "1ms"},
		{"GET", "/sleep?ms=60000", "", 504, "longer than its time limit"},
		{"POST", "/sleep?ms=x", "", 400, "want milliseconds"},
		{"GET", "/echo?say=%zz", "", 400, "the parameters cannot be read"},
		{"GET", "/echo?a;b", "", 400, "the parameters cannot be read"},
		{"GET", "/panics", "", 500, "the kernel panics failed"},
		{"DELETE", "/echo", "", 405, "use POST"},
		{"GET", "/bake", "", 404, "nothing at /bake: there are /echo, /gate, /large, /panics, /sleep, /spin"},
		{"GET", "/echo/x", "", 404, "nothing at /echo/x"},
		{"GET", "/" + strings.Repeat("y", 200), "", 404, "yyy...: there are"},
		{"OPTIONS", "/echo", "", 204, ""},
		{"OPTIONS", "/nix", "", 204, ""},
	} {
		status, h, text := ask(t, c.method, url+c.path, c.body)
		what := fmt.Sprintf("%s %.40s", c.method, c.path)
		if status != c.status || c.status == 200 && text != c.text && !strings.HasPrefix(c.path, "/sleep") || !strings.Contains(text, c.text) {
			t.Errorf("%s: %d %.200q, want %d %.200q", what, status, text, c.status, c.text)
		}
		if h.Get("Access-Control-Allow-Origin") != "*" || (status == 204) != (h.Get("Access-Control-Allow-Methods") != "") {
			t.Errorf("%s: a browser is told %v", what, h)
		}
		if status >= 400 {
			var p struct{ Status int }
			if err := json.Unmarshal([]byte(text), &p); err != nil || p.Status != status || h.Get("Content-Type") != run.ProblemType {
				t.Errorf("%s: %s %q is no problem", what, h.Get("Content-Type"), text)
			}
		}
		if ran := h.Get("Cnv-Cpu-Us") != ""; ran != (strings.Contains("/echo /sleep /panics", strings.Split(c.path, "?")[0]) && c.path != "/" &&
			status != 405 && status != 413 && status != 204 && !strings.Contains(text, "parameters cannot")) {
			t.Errorf("%s: %d has headers of a kernel: %v", what, status, ran)
		}
	}
}

// TestBodiesComeAsTheyAre: type and bytes, with and without a length.
func TestBodiesComeAsTheyAre(t *testing.T) {
	s, url := start(t, options(newGate()))
	for _, n := range []int{0, 1, firstPiece - 1, firstPiece, firstPiece + 1, 5 * firstPiece, 1 << 20, 1<<20 + 1} {
		body := bytes.Repeat([]byte("0123456789"), n/10+1)[:n]
		for _, chunked := range []bool{false, true} {
			from := io.Reader(bytes.NewReader(body))
			if chunked {
				from = io.MultiReader(from)
			}
			a, err := http.Post(url+"/echo", "image/x", from)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(a.Body)
			a.Body.Close()
			if n > 1<<20 {
				if a.StatusCode != 413 {
					t.Errorf("%d bytes, chunked %v: %d, want 413", n, chunked, a.StatusCode)
				}
				continue
			}
			if err != nil || a.StatusCode != 200 || !bytes.Equal(got, body) || a.Header.Get("Content-Type") != "image/x" {
				t.Errorf("%d bytes, chunked %v: %d with %d bytes, %v", n, chunked, a.StatusCode, len(got), err)
			}
		}
	}
	if held := s.held.used.Load(); held != 0 {
		t.Errorf("%d bytes are still held", held)
	}
}

// TestFullQueueTurnsAway: two run, two wait, the fifth is told when to come
// again, and those inside are answered in the end.
func TestFullQueueTurnsAway(t *testing.T) {
	g := newGate()
	s, url := start(t, options(g))
	var inside sync.WaitGroup
	for range 4 {
		inside.Go(func() {
			if status, _, text := ask(t, "POST", url+"/gate", "body"); status != 200 || text != "open" {
				t.Errorf("a request inside: %d %s", status, text)
			}
		})
	}
	for range 2 {
		<-g.entered
	}
	await(t, func() bool { return s.Telemetry().Queued == 2 })
	status, h, _ := ask(t, "POST", url+"/gate", "body")
	if status != 503 || h.Get("Retry-After") != "1" {
		t.Errorf("the fifth: %d, Retry-After %q, want 503 and 1", status, h.Get("Retry-After"))
	}
	if n := s.Telemetry(); n.InFlight != 2 || n.Answered != 0 {
		t.Errorf("meanwhile %+v, want 2 in flight", n)
	}
	close(g.open)
	inside.Wait()
	if n := s.Telemetry(); n.InFlight != 0 || n.Queued != 0 || n.Answered != 4 || n.Held != 0 {
		t.Errorf("afterwards %+v, want none inside, 4 answered", n)
	}
}

// TestWaitEnds: with 503, or when the client leaves, and gives the place back.
func TestWaitEnds(t *testing.T) {
	g := newGate()
	o := options(g)
	o.Concurrency, o.Wait = 1, 50*time.Millisecond
	s, url := start(t, o)
	var first sync.WaitGroup
	first.Go(func() { ask(t, "GET", url+"/gate", "") })
	<-g.entered
	if status, h, text := ask(t, "GET", url+"/gate", ""); status != 503 || h.Get("Retry-After") == "" || !strings.Contains(text, "waited") {
		t.Errorf("after the wait: %d %s", status, text)
	}
	ctx, leave := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer leave()
	r, _ := http.NewRequestWithContext(ctx, "GET", url+"/gate", nil)
	if _, err := http.DefaultClient.Do(r); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the client that left: %v", err)
	}
	await(t, func() bool { return s.Telemetry().Queued == 0 })
	close(g.open)
	first.Wait()
}

// TestClientThatLeavesIsForgotten: its kernel ends at once.
func TestClientThatLeavesIsForgotten(t *testing.T) {
	g := newGate()
	s, url := start(t, options(g))
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		defer close(left)
		r, _ := http.NewRequestWithContext(ctx, "POST", url+"/gate", strings.NewReader("body"))
		if _, err := http.DefaultClient.Do(r); !errors.Is(err, context.Canceled) {
			t.Errorf("the client: %v", err)
		}
	}()
	<-g.entered
	leave()
	<-left
	await(t, func() bool { n := s.Telemetry(); return n.InFlight == 0 && n.Held == 0 })
	if _, _, text := ask(t, "GET", url+"/metrics", ""); !strings.Contains(text, `cnv_worker_requests_total{kernel="gate",status="499"} 1`) {
		t.Error("no metric of the client that left")
	}
}

// TestMemoryOfBodiesIsBounded: what does not fit is turned away, and all is
// given back.
func TestMemoryOfBodiesIsBounded(t *testing.T) {
	g := newGate()
	o := options(g)
	o.Concurrency, o.Memory = 10, 3<<20
	s, url := start(t, o)
	body := strings.Repeat("x", 1<<20)
	var inside sync.WaitGroup
	for range 2 {
		inside.Go(func() { ask(t, "POST", url+"/gate", body) })
	}
	for range 2 {
		<-g.entered
	}
	if status, _, text := ask(t, "POST", url+"/gate", body); status != 503 || !strings.Contains(text, "use all memory") {
		t.Errorf("the third: %d %.100s, want 503", status, text)
	}
	if status, _, _ := ask(t, "POST", url+"/echo", "small"); status != 200 {
		t.Errorf("a small one: %d, want 200", status)
	}
	close(g.open)
	inside.Wait()
	if held := s.held.used.Load(); held != 0 {
		t.Errorf("%d bytes are still held", held)
	}
}

// TestHundredAtOnce: on two slots with a queue of twenty, every request is
// answered or told to come again.
func TestHundredAtOnce(t *testing.T) {
	o := options(newGate())
	o.Queue = 20
	s, url := start(t, o)
	var all sync.WaitGroup
	var mu sync.Mutex
	got := map[int]int{}
	for range 100 {
		all.Go(func() {
			status, _, _ := ask(t, "POST", url+"/spin?ms=5", strings.Repeat("x", 10_000))
			mu.Lock()
			defer mu.Unlock()
			got[status]++
		})
	}
	all.Wait()
	if got[200]+got[503] != 100 || got[200] < 22 {
		t.Errorf("statuses %v, want 200 or 503, 200 at least 22 times", got)
	}
	if n := s.Telemetry(); n.InFlight != 0 || n.Queued != 0 || n.Held != 0 || n.Answered != int64(got[200]) {
		t.Errorf("afterwards %+v", n)
	}
}

func TestTelemetry(t *testing.T) {
	o := options(newGate())
	var used time.Duration
	var broken error
	o.CPU = cpu.Source{Name: "scripted", Read: func() (time.Duration, time.Duration, error) { return used / 4, used, broken }}
	o.Runner.Metered, o.Runner.Sample = o.Runner.Plain, 1
	o.Runner.Measure = func(f func()) metered.Counts { f(); return metered.Counts{Instructions: 7, Blocks: 5, Calls: 3} }
	s, url := start(t, o)
	read := func() Telemetry {
		_, h, text := ask(t, "GET", url+"/telemetry", "")
		var n Telemetry
		if err := json.Unmarshal([]byte(text), &n); err != nil || h.Get("Content-Type") != "application/json" {
			t.Fatalf("telemetry %q: %v", text, err)
		}
		return n
	}
	if n := read(); n.CPU != -1 || n.Source != "scripted" || !n.Metered || n.Instance != "0123456789abcdef" || n.Answered != 0 || time.Since(n.Since) > time.Hour {
		t.Errorf("at first %+v", n)
	}
	s.gauge.Sample()
	used = time.Second
	s.gauge.Sample()
	_, h, _ := ask(t, "GET", url+"/echo", "")
	if h.Get("Cnv-Instructions") != "7" || h.Get("Cnv-Blocks") != "5" || h.Get("Cnv-Calls") != "3" || h.Get("Cnv-Cold") != "false" {
		t.Errorf("headers %v", h)
	}
	if n := read(); n.CPU != 0.25 || n.Used != 0.25 || n.Capacity != 1 || n.Answered != 1 {
		t.Errorf("then %+v, want a quarter of a core-second used, 1 answered", n)
	}
	used = 3 * time.Second // without a sample: it is read when it is asked for
	if _, _, text := ask(t, "GET", url+"/telemetry", ""); !strings.Contains(text, `"cpu_used_s":0.75,"cpu_capacity_s":3,"cpu":0.25,`) {
		t.Errorf("counters %s, want 0.75 of 3 core-seconds", text)
	}
	_, _, text := ask(t, "GET", url+"/metrics", "")
	for _, line := range []string{
		`cnv_worker_requests_total{kernel="echo",status="200"} 1`, `cnv_worker_kernel_instructions_total{kernel="echo"} 7`,
		`cnv_worker_kernel_duration_seconds_count{kernel="echo"} 1`, `cnv_worker_utilisation 0.25`, `cnv_worker_draining 0`, `go_goroutines`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("no metric %s", line)
		}
	}
	broken = errors.New("no")
	if n := read(); n.CPU != -1 || n.Capacity != 0 {
		t.Errorf("of a source that cannot be read any more %+v, want nothing known", n)
	}
}

func TestReadyAfterWarmUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options(newGate())
		o.Warm = time.Second
		s := New(o)
		for _, c := range []struct {
			at     time.Duration
			path   string
			status int
			text   string
		}{{0, "/readyz", 503, "warming"}, {0, "/healthz", 200, ""}, {999 * time.Millisecond, "/readyz", 503, "warming"}, {time.Second, "/readyz", 200, ""}} {
			time.Sleep(c.at - time.Since(s.began))
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, c.path, nil))
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.text) {
				t.Errorf("%s after %v: %d %s, want %d %s", c.path, c.at, w.Code, w.Body, c.status, c.text)
			}
		}
	})
}

// await waits for what must come true soon.
func await(t *testing.T, ok func() bool) {
	t.Helper()
	testtime.Until(t, "what must come true", ok)
}
