package run

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/metered"
	"cnv/worker/spin"
)

// runner has a kernel for each way to end, and what it logs.
func runner() (*Runner, *bytes.Buffer) {
	var log bytes.Buffer
	return &Runner{
		Plain: map[string]kernel.Func{
			"spin": spin.Spin, "sleep": spin.Sleep,
			"echo": func(_ context.Context, r *kernel.Request) (kernel.Answer, error) {
				return kernel.Answer{Body: []byte(r.Query.Encode() + " " + r.Type + " " + string(r.Body))}, nil
			},
			"refuses": func(context.Context, *kernel.Request) (kernel.Answer, error) {
				return kernel.Answer{}, fmt.Errorf("scene: %w", kernel.TooLarge("4 suns"))
			},
			"fails": func(context.Context, *kernel.Request) (kernel.Answer, error) {
				return kernel.Answer{}, errors.New("secret")
			},
			"panics": func(context.Context, *kernel.Request) (kernel.Answer, error) { panic("secret") },
			"lies": func(context.Context, *kernel.Request) (kernel.Answer, error) {
				return kernel.Answer{}, &kernel.Error{Status: 200, Detail: "secret"}
			},
			"nil": func(context.Context, *kernel.Request) (kernel.Answer, error) {
				nowhere()["x"] = 1
				return kernel.Answer{}, nil
			},
			"late": func(ctx context.Context, _ *kernel.Request) (kernel.Answer, error) {
				<-ctx.Done()
				return kernel.Answer{Body: []byte("after all")}, nil
			},
			"elsewhere": func(ctx context.Context, _ *kernel.Request) (kernel.Answer, error) {
				<-ctx.Done()
				return kernel.Answer{}, errors.New("secret")
			},
		},
		Limits: kernel.Limits{Body: 10}, Timeout: 30 * time.Millisecond, Instance: "me",
		Log: slog.New(slog.NewTextHandler(&log, nil)),
	}, &log
}

// TestEveryEndHasItsStatus: and what a kernel fails with goes to the log, not
// to the client.
func TestEveryEndHasItsStatus(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	stopping, stop := context.WithCancelCause(t.Context())
	stop(ErrStopping)
	soon, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	for _, c := range []struct {
		about, kernel, query, body string
		ctx                        context.Context
		status                     int
		text                       string
		defect                     bool
	}{
		{"an answer", "echo", "a=1", "body", nil, 200, "a=1 text/x body", false},
		{"an answer after its time", "late", "", "", nil, 200, "after all", false},
		{"no such kernel", "bake", "", "", nil, 404, "no kernel bake: there are /echo, /elsewhere, /fails", false},
		{"a large body", "echo", "", strings.Repeat("x", 11), nil, 413, "longer than 10 bytes", false},
		{"a bad request", "refuses", "", "", nil, 413, "4 suns", false},
		{"an error", "fails", "", "", nil, 500, "the kernel fails failed; the log of worker me", true},
		{"a panic", "panics", "", "", nil, 500, "the kernel panics failed", true},
		{"a run-time error", "nil", "", "", nil, 500, "the kernel nil failed", true},
		{"an error with a good status", "lies", "", "", nil, 500, "the kernel lies failed", true},
		{"too long", "spin", "ms=60000", "", nil, 504, "longer than its time limit", false},
		{"another's deadline", "sleep", "ms=60000", "", soon, 504, "longer than its time limit", false},
		{"an error after its time", "elsewhere", "", "", nil, 500, "the kernel elsewhere failed", true},
		{"a client that left", "sleep", "ms=60000", "", gone, StatusGone, "left", false},
		{"a worker that stops", "sleep", "ms=60000", "", stopping, 503, "stopping", false},
	} {
		r, log := runner()
		ctx := c.ctx
		if ctx == nil {
			ctx = t.Context()
		}
		q, _ := url.ParseQuery(c.query)
		res := r.Do(ctx, c.kernel, q, "text/x", []byte(c.body))
		if res.Status != c.status || !strings.Contains(string(res.Body), c.text) || (res.Defect != nil) != c.defect {
			t.Errorf("%s: %d %q, defect %v; want %d %q, %v", c.about, res.Status, res.Body, res.Defect, c.status, c.text, c.defect)
		}
		if strings.Contains(string(res.Body), "secret") || c.defect == (log.Len() == 0) {
			t.Errorf("%s: told the client %q and the log %q", c.about, res.Body, log)
		}
		if c.status == 200 {
			continue
		}
		var p struct {
			Type, Title string
			Status      int
		}
		if err := json.Unmarshal(res.Body, &p); err != nil || p.Type != "about:blank" || p.Title == "" || p.Status != c.status || res.Type != ProblemType {
			t.Errorf("%s: %s %q is no problem of status %d: %v", c.about, res.Type, res.Body, c.status, err)
		}
	}
	r, log := runner()
	r.Do(t.Context(), "panics", nil, "", nil)
	if !strings.Contains(log.String(), "run_test.go") {
		t.Errorf("the log of a panic does not say where: %s", log)
	}
}

// count makes r count: each metered request is one instruction, two blocks
// and three calls.
func count(r *Runner, sample float64) {
	r.Metered, r.Sample = r.Plain, sample
	r.Measure = func(f func()) metered.Counts { f(); return metered.Counts{Instructions: 1, Blocks: 2, Calls: 3} }
}

func TestHeaders(t *testing.T) {
	headers := func(r *Runner, kernel string, cold bool) string {
		res := r.Do(t.Context(), kernel, url.Values{"ms": {"0"}}, "", nil)
		var got []string
		r.Headers(&res, cold, func(name, value string) {
			if strings.HasSuffix(name, "-Us") {
				value = "?"
			}
			if !strings.Contains(Exposed, name) {
				t.Errorf("%s is hidden from browsers", name)
			}
			got = append(got, name+"="+value)
		})
		return strings.Join(got, " ")
	}
	const ran = "Cnv-Instance=me Cnv-Cold=false Cnv-Cpu-Us=? Cnv-Wall-Us=?"
	plain, _ := runner()
	counting, _ := runner()
	count(counting, 1)
	for _, c := range []struct {
		about  string
		r      *Runner
		kernel string
		cold   bool
		want   string
	}{
		{"plain", plain, "spin", false, ran},
		{"cold", plain, "spin", true, strings.Replace(ran, "false", "true", 1)},
		{"failed", plain, "fails", false, ran},
		{"none", plain, "bake", true, "Cnv-Instance=me"},
		{"metered", counting, "spin", false, ran + " Cnv-Instructions=1 Cnv-Blocks=2 Cnv-Calls=3"},
		{"metered, panicked", counting, "panics", false, ran + " Cnv-Instructions=1 Cnv-Blocks=2 Cnv-Calls=3"},
	} {
		if got := headers(c.r, c.kernel, c.cold); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.about, got, c.want)
		}
	}
}

// TestSamplesAreEven: of any run of requests the share is right to within 3,
// also of every second, third and tenth, and the same in every process.
func TestSamplesAreEven(t *testing.T) {
	for _, p := range []float64{0, 0.01, 0.1, 0.5, 0.9, 1} {
		r := &Runner{Sample: p}
		var n [11]float64
		for i := range 20_000 {
			if !r.sampled() {
				continue
			}
			for period := 1; period <= 10; period++ {
				if i%period == 0 {
					n[period]++
				}
			}
		}
		for period := 1; period <= 10; period++ {
			if want := p * 20_000 / float64(period); math.Abs(n[period]-want) > 5 {
				t.Errorf("sample %v of every request number %d: %v metered, want %v", p, period, n[period], want)
			}
		}
	}
	r, _ := runner()
	count(r, 0.5)
	var all sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for range 40 {
		all.Go(func() {
			res := r.Do(t.Context(), "echo", nil, "", nil)
			mu.Lock()
			defer mu.Unlock()
			if res.Use.Metered {
				n++
			}
		})
	}
	all.Wait()
	if n < 18 || n > 22 {
		t.Errorf("%d of 40 concurrent requests metered at 0.5", n)
	}
}

// TestWaitingUsesNoCPU: the two clocks differ.
func TestWaitingUsesNoCPU(t *testing.T) {
	r, _ := runner()
	r.Timeout = 0
	slept := r.Do(t.Context(), "sleep", url.Values{"ms": {"50"}}, "", nil).Use
	spun := r.Do(t.Context(), "spin", url.Values{"ms": {"50"}}, "", nil).Use
	if slept.Wall < 50*time.Millisecond || spun.Wall < spun.CPU-time.Millisecond || spun.CPU < 10*time.Millisecond {
		t.Errorf("slept %+v, spun %+v", slept, spun)
	}
	if slept.CPU > 10*time.Millisecond && slept.CPU != slept.Wall { // equal: no such clock here
		t.Errorf("sleeping used %v of CPU", slept.CPU)
	}
}

func TestInstancesDiffer(t *testing.T) {
	if a, b := NewInstance(), NewInstance(); a == b || len(a) != 16 {
		t.Errorf("instances %q and %q", a, b)
	}
}

// nowhere is a map that cannot be written to.
func nowhere() map[string]int { return nil }
