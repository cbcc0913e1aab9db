package aws

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cnv/live"
	"cnv/worker/lambdafn/event"
)

// service is a Lambda service that gives the answers it is told to.
func service(t *testing.T, h http.HandlerFunc) (*Functions, *atomic.Int32) {
	var calls atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		h(w, r)
	}))
	t.Cleanup(s.Close)
	cfg, err := Local(s.URL).Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return NewFunctions(cfg, "cnv-test", "7", 10, time.Second), &calls
}

func request(t *testing.T, body string) *http.Request {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://gw/blurimage?radius=3&radius=4", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "image/png")
	return r
}

func TestFunctionAnswersLikeAWorker(t *testing.T) {
	f, _ := service(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/2015-03-31/functions/cnv-test/invocations" || r.URL.Query().Get("Qualifier") != "7" {
			t.Errorf("called %s", r.URL)
		}
		var q event.Request
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || q.Path != "/blurimage" || len(q.Query["radius"]) != 2 || q.Type != "image/png" || string(q.Body) != "PNG" {
			t.Errorf("event %+v, %v", q, err)
		}
		json.NewEncoder(w).Encode(event.Answer{Status: 418, Type: "text/tea", Headers: map[string]string{"Cnv-Cold": "true", "Cnv-Cpu-Us": "12"}, Body: []byte("pot")})
	})
	a, err := f.RoundTrip(request(t, "PNG"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != 418 || string(body) != "pot" || a.ContentLength != 3 || a.Header.Get("Content-Type") != "text/tea" || a.Header.Get("Cnv-Cold") != "true" {
		t.Errorf("%+v %q, %v", a, body, err)
	}
}

func TestFunctionsAreTriedOnce(t *testing.T) {
	for _, c := range []struct {
		about  string
		status int
		kind   string // of the error
		failed string // of the function
		body   string
		wraps  error // nil: no error that the gateway knows
		text   string
	}{
		{"throttled", 429, "TooManyRequestsException", "", `{"Reason":"ConcurrentInvocationLimitExceeded"}`, live.ErrThrottled, "ConcurrentInvocationLimitExceeded"},
		{"the service failed", 500, "ServiceException", "", `{}`, nil, "ServiceException"},
		{"no such function", 404, "ResourceNotFoundException", "", `{"message":"no"}`, nil, "ResourceNotFound"},
		{"the function failed", 200, "", "Unhandled", `{"errorMessage":"exit status 2"}`, nil, "exit status 2"},
		{"the function timed out", 200, "", "Unhandled", `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 3.00 seconds"}`, live.ErrFunctionTimeout, "Task timed out"},
		{"not an answer of ours", 200, "", "", `"hello"`, nil, "cannot be read"},
		{"an impossible status", 200, "", "", `{"status":42}`, nil, "status 42"},
	} {
		f, calls := service(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-ErrorType", c.kind)
			if c.failed != "" {
				w.Header().Set("X-Amz-Function-Error", c.failed)
			}
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		})
		_, err := f.RoundTrip(request(t, ""))
		known := errors.Is(err, live.ErrThrottled) || errors.Is(err, live.ErrFunctionTimeout)
		if err == nil || known != (c.wraps != nil) || known && !errors.Is(err, c.wraps) || !strings.Contains(err.Error(), c.text) || calls.Load() != 1 {
			t.Errorf("%s: %v after %d calls", c.about, err, calls.Load())
		}
	}
}

func TestFunctionCallsEnd(t *testing.T) {
	f, calls := service(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then does the server notice that the client has gone
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := f.RoundTrip(request(t, "").WithContext(ctx)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a cancelled call: %v", err)
	}
	if _, err := f.RoundTrip(request(t, strings.Repeat("x", MaxBytes+1))); err == nil || calls.Load() != 1 {
		t.Errorf("a body that is too long: %v, %d calls; want an error before a call", err, calls.Load())
	}
}

// TestProvisionIsTriedAgain: what has failed is not taken for done, and one
// change is made after the other.
func TestProvisionIsTriedAgain(t *testing.T) {
	var puts, inside, most atomic.Int32
	f, _ := service(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			io.WriteString(w, `{"Status":"READY"}`)
			return
		}
		most.Store(max(most.Load(), inside.Add(1)))
		defer inside.Add(-1)
		time.Sleep(20 * time.Millisecond)
		if puts.Add(1) == 1 {
			w.Header().Set("X-Amzn-ErrorType", "InvalidParameterValueException")
			w.WriteHeader(400)
		}
		io.WriteString(w, "{}")
	})
	if err := f.Provision(t.Context(), 5); err == nil {
		t.Fatal("the service has failed, and nobody says so")
	}
	for range 2 {
		if err := f.Provision(t.Context(), 5); err != nil || puts.Load() != 2 {
			t.Errorf("after a failed try: %v, %d calls; want a second one, and no third", err, puts.Load())
		}
	}
	var group sync.WaitGroup
	for n := range int32(5) {
		group.Go(func() {
			if err := f.Provision(t.Context(), n+1); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if most.Load() != 1 {
		t.Errorf("%d changes at once", most.Load())
	}
}
