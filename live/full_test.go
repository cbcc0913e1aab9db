package live

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
	"cnv/policy/spill"
)

// oneCall is a function service with one environment: a call takes a second,
// one beside it is throttled, and one whose path says so outlasts the time-out.
type oneCall struct{ busy sync.Mutex }

func (s *oneCall) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.busy.TryLock() {
		return nil, ErrThrottled
	}
	defer s.busy.Unlock()
	time.Sleep(time.Second)
	if r.URL.RawQuery == "long" {
		return nil, ErrFunctionTimeout
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("ok")), Request: r}, nil
}

// TestFullFunctions: of two calls at once where one environment is allowed,
// the second is refused with its reason, or waits for the first, as in the
// simulator; a call that outlasts the time-out is answered 504.
func TestFullFunctions(t *testing.T) {
	for _, full := range []policy.Full{policy.Refuse, policy.Wait} {
		synctest.Test(t, func(t *testing.T) {
			cfg := testConfig(0)
			cfg.Spill, cfg.Retry = &spill.Always{}, policy.Retry{}
			cfg.Functions = &policy.Functions{Share: 1, Concurrency: 1, Full: full}
			f := newFarm(t, cfg, func(o *Options, _ *Checks) { o.Functions = &oneCall{} })
			defer f.close()
			type answer struct {
				status int
				reason string
				last   string // attempt
				took   time.Duration
			}
			ask := func(path string) (a answer) {
				began := time.Now()
				r, err := f.client.Post("http://gw:80"+path, "", nil)
				if err != nil {
					t.Error(err)
					return a
				}
				r.Body.Close()
				return answer{r.StatusCode, r.Header.Get("Cnv-Reason"), r.Header.Get("Cnv-Attempt"), time.Since(began)}
			}
			first := make(chan answer)
			go func() { first <- ask("/spin") }()
			synctest.Wait()
			second := ask("/spin")
			want := answer{429, "throttled", "0", 0}
			if full == policy.Wait {
				want = answer{200, "", "0", 2 * time.Second}
			}
			if a := <-first; a.status != 200 || second != want {
				t.Errorf("full = %d: %+v and %+v, want 200 and %+v", full, a, second, want)
			}
			if got, want := ask("/spin?long"), (answer{504, "function_timeout", "0", time.Second}); got != want {
				t.Errorf("beyond the time-out: %+v, want %+v", got, want)
			}
		})
	}
}

// remote is a function service behind a connection: who gives up has an error
// at once, and what runs there runs on.
type remote struct{ http.RoundTripper }

func (s remote) RoundTrip(r *http.Request) (a *http.Response, err error) {
	ended := make(chan struct{})
	go func() { a, err = s.RoundTripper.RoundTrip(r); close(ended) }()
	select {
	case <-ended:
		return a, err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// TestCancelledCallKeepsItsEnvironment: a call whose client has left runs on,
// and the call that waits is made when it ends, not before.
func TestCancelledCallKeepsItsEnvironment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := testConfig(0)
		cfg.Spill, cfg.Retry = &spill.Always{}, policy.Retry{AttemptTimeout: 1200 * time.Millisecond}
		cfg.Functions = &policy.Functions{Share: 1, Concurrency: 1, Full: policy.Wait}
		f := newFarm(t, cfg, func(o *Options, _ *Checks) { o.Functions = remote{&oneCall{}} })
		defer f.close()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		q, _ := http.NewRequestWithContext(ctx, "POST", "http://gw:80/spin", nil)
		if r, err := f.client.Do(q); err == nil {
			t.Fatalf("%+v, want none within 300 ms", r)
		}
		r, err := f.client.Post("http://gw:80/spin", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		var counts policy.Counts
		var busy int
		f.brain.Do(func(c *policy.Controller) { counts, busy = c.Counts(), c.View().FunctionsBusy() })
		if took := time.Since(began); r.StatusCode != 200 || took != 2*time.Second || counts.Throttled != 0 || busy != 0 {
			t.Errorf("%d after %v, %d throttles, %d busy; want 200 after 2s, none, none", r.StatusCode, took, counts.Throttled, busy)
		}
	})
}
