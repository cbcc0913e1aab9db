//go:build unix

package lambda

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/local/child"
)

// newTestService has a function f whose bootstrap is a script.
func newTestService(t *testing.T, script string) (*Service, http.Handler) {
	t.Helper()
	s := New(Options{
		Dir: t.TempDir(), Cold: func(uint64) time.Duration { return 0 }, KeepAlive: time.Hour, Concurrency: 10,
		Log: slog.New(slog.DiscardHandler), Grace: time.Second,
		Unpack: func(_ []byte, dir, _ string) error {
			return os.WriteFile(filepath.Join(dir, "bootstrap"), []byte(script), 0o755)
		},
	})
	t.Cleanup(s.Close)
	mux := http.NewServeMux()
	s.Routes(mux, func(_ string, h http.HandlerFunc) http.HandlerFunc { return h })
	if w := do(mux, "POST", functions, `{"FunctionName":"f","Runtime":"provided.al2023","Role":"r","Timeout":1}`); w.Code != http.StatusCreated {
		t.Fatal(w.Code, w.Body)
	}
	return s, mux
}

func do(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

// TestRoom: functions with a limit have it for themselves, the others share
// the rest.
func TestRoom(t *testing.T) {
	for _, c := range []struct {
		reserved, busy [3]int // of the functions a, b and c; reserved -1: no limit
		want           string // for another call of a
	}{
		{[3]int{-1, -1, -1}, [3]int{0, 9, 0}, ""},
		{[3]int{-1, -1, -1}, [3]int{1, 9, 0}, "ConcurrentInvocationLimitExceeded"},
		{[3]int{-1, 4, -1}, [3]int{0, 4, 5}, ""},
		{[3]int{-1, 4, -1}, [3]int{0, 0, 6}, "ConcurrentInvocationLimitExceeded"},
		{[3]int{2, -1, -1}, [3]int{1, 8, 0}, ""},
		{[3]int{2, -1, -1}, [3]int{2, 0, 0}, "ReservedFunctionConcurrentInvocationLimitExceeded"},
		{[3]int{0, -1, -1}, [3]int{0, 0, 0}, "ReservedFunctionConcurrentInvocationLimitExceeded"},
	} {
		s := New(Options{Concurrency: 10})
		for i, name := range []string{"a", "b", "c"} {
			s.functions[name] = &function{reserved: c.reserved[i], versions: []*version{{busy: c.busy[i]}}}
		}
		got := ""
		var e *apiError
		if errors.As(s.room(s.functions["a"]), &e) {
			got = e.reason
		}
		if got != c.want {
			t.Errorf("limits %v, busy %v: %q, want %q", c.reserved, c.busy, got, c.want)
		}
	}
}

// TestPick: a provisioned environment before others, else the one used last.
func TestPick(t *testing.T) {
	for _, c := range []struct{ idle, want string }{{"", ""}, {"ab", "b"}, {"aPb", "P"}, {"Pab", "P"}, {"abP", "P"}} {
		v := &version{}
		for _, id := range c.idle {
			e := &environment{v: v, id: string(id), prepared: id == 'P', expire: time.NewTimer(time.Hour)}
			v.idle = append(v.idle, e)
		}
		got := ""
		if e := v.pick(); e != nil {
			got = e.id
		}
		if got != c.want || len(v.idle) != max(0, len(c.idle)-1) {
			t.Errorf("of %q: %q and %d left, want %q", c.idle, got, len(v.idle), c.want)
		}
	}
}

// TestTimeoutEndsTheEnvironment: no later call finds it.
func TestTimeoutEndsTheEnvironment(t *testing.T) {
	s, h := newTestService(t, "#!/bin/sh\nexec cat\n")
	s.mostInit = 10 * time.Millisecond // it never asks for a call
	w := do(h, "POST", functions+"/f/invocations", "{}")
	s.mu.Lock()
	idle := len(s.functions["f"].versions[0].idle)
	s.mu.Unlock()
	if idle != 0 || w.Header().Get("X-Amz-Function-Error") != "Unhandled" || !strings.Contains(w.Body.String(), "Task timed out") {
		t.Errorf("%d %s, and %d environments wait for calls", w.Code, w.Body, idle)
	}
}

// TestTimeoutBeginsWithTheCall: INIT does not count to the function's time-out unless it
// takes too long. What is broken off is billed, and so is what begins again in the call.
func TestTimeoutBeginsWithTheCall(t *testing.T) {
	synctest.Test(t, testTimeoutBeginsWithTheCall)
}

func testTimeoutBeginsWithTheCall(t *testing.T) {
	s := New(Options{Clock: 1})
	v := &version{config: configuration{Timeout: 1}}
	for _, c := range []struct {
		takes, mostInit time.Duration // when the environment takes the call
		want            time.Duration // when it is over: all of it is billed
		report          string
	}{
		{300 * time.Millisecond, time.Minute, 1300 * time.Millisecond, "Duration: 1000.00 ms\tBilled Duration: 1300 ms\tMemory Size: 0 MB\tInit Duration: 300.00 ms\n"},
		{time.Hour, 200 * time.Millisecond, 1200 * time.Millisecond, "Duration: 1000.00 ms\tBilled Duration: 1200 ms\tMemory Size: 0 MB\tInit Duration: 200.00 ms\n"},
		{300 * time.Millisecond, 200 * time.Millisecond, 1200 * time.Millisecond, "Duration: 1000.00 ms\tBilled Duration: 1200 ms\tMemory Size: 0 MB\tInit Duration: 200.00 ms\n"},
	} {
		s.mostInit = c.mostInit
		e := &environment{v: v, calls: make(chan *invocation, 1), out: &child.Tail{}, started: time.Now()}
		i := &invocation{answer: make(chan result), taken: make(chan struct{}), cold: true}
		began := time.Now()
		taking := time.AfterFunc(c.takes, func() { s.beginCall(e, i); close(i.taken) })
		_, late := s.await(e, i)
		taking.Stop()
		if took := time.Since(began); !late || took != c.want {
			t.Errorf("taken after %v, INIT at most %v: late %v after %v, want %v", c.takes, c.mostInit, late, took, c.want)
		}
		if log, err := base64.StdEncoding.DecodeString(s.tail(e, i)); err != nil || !strings.HasSuffix(string(log), c.report) {
			t.Errorf("taken after %v, INIT at most %v: %q, %v; want %q at the end", c.takes, c.mostInit, log, err, c.report)
		}
	}
}

// TestNames: a function is found by each kind of name that the API takes.
func TestNames(t *testing.T) {
	_, h := newTestService(t, "#!/bin/sh\n")
	for name, status := range map[string]int{
		"f": 200, "f:$LATEST": 200, "f:7": 404, "g": 404, "123456789012:function:f": 200,
		"arn:aws:lambda:us-east-1:123456789012:function:f":         200,
		"arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST": 200,
		"arn:aws:lambda:us-east-1:123456789012:function":           404,
	} {
		if w := do(h, "GET", functions+"/"+name, ""); w.Code != status {
			t.Errorf("%s: %d %s, want %d", name, w.Code, w.Body, status)
		}
	}
}

// TestUnknownFieldsAreRefused: with their name, and without effect.
func TestUnknownFieldsAreRefused(t *testing.T) {
	s, h := newTestService(t, "#!/bin/sh\n")
	for _, c := range []struct{ method, path, body, says string }{
		{"POST", functions, `{"FunctionName":"g","Runtime":"provided.al2023","Role":"r","Layers":[]}`, "Layers"},
		{"POST", functions, `{"FunctionName":"g","Runtime":"nodejs22.x","Role":"r"}`, "nodejs22.x"},
		{"POST", functions, `{"FunctionName":"g","Runtime":"provided.al2023","Role":"r","MemorySize":64}`, "128"},
		{"POST", functions, `{"FunctionName":"g","Runtime":"provided.al2023","Role":"r","Timeout":901}`, "900"},
		{"POST", functions, `{"FunctionName":"g","Runtime":"provided.al2023"}`, "role"},
		{"PUT", functions + "/f/configuration", `{"MemorySize":256,"Environment":{}}`, "Environment"},
		{"PUT", functions + "/f/code", `{"S3Bucket":"b"}`, "S3Bucket"},
		{"PUT", "/2017-10-31/functions/f/concurrency", `{"ReservedConcurrentExecutions":11}`, "UnreservedConcurrentExecution"},
	} {
		w := do(h, c.method, c.path, c.body)
		if w.Code != 400 || !strings.Contains(w.Body.String(), c.says) || w.Header().Get("X-Amzn-ErrorType") == "" {
			t.Errorf("%s %s %s: %d %s, want %q", c.method, c.path, c.body, w.Code, w.Body, c.says)
		}
	}
	if f := s.functions["f"]; len(s.functions) != 1 || f.MemorySize != 128 || f.reserved != -1 {
		t.Errorf("they had an effect: %s", fmt.Sprint(s.functions))
	}
}
