//go:build unix

package lambda

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestFunctionsSettle: what is new is pending and cannot be called, what is
// changed is in progress and cannot be changed, until it is.
func TestFunctionsSettle(t *testing.T) {
	s, h := newTestService(t, "#!/bin/sh\n")
	s.o.Settle = time.Hour
	if w := do(h, "POST", functions, `{"FunctionName":"g","Runtime":"provided.al2023","Role":"r"}`); w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), `"State":"Pending"`) {
		t.Fatal(w.Code, w.Body)
	}
	over := func() { // its time
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, v := range s.functions["g"].versions {
			if !v.until.IsZero() {
				v.until = time.Now()
			}
		}
	}
	const g = functions + "/g"
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", g + "/invocations", "{}", 409, "Pending"},
		{"PUT", g + "/code", "{}", 409, "Pending"},
		{"POST", g + "/versions", "{}", 409, "Pending"},
		{"PUT", "/2017-10-31/functions/g/concurrency", `{"ReservedConcurrentExecutions":0}`, 409, "Pending"},
		{"GET", g, "", 200, `"State":"Pending"`},
		{"", "", "", 0, ""},
		{"GET", g, "", 200, `"State":"Active"`},
		{"PUT", g + "/configuration", `{"MemorySize":256}`, 200, `"LastUpdateStatus":"InProgress"`},
		{"PUT", g + "/code", "{}", 409, "An update is in progress"},
		{"POST", g + "/versions", "{}", 409, "An update is in progress"},
		{"GET", g + "/configuration", "", 200, `"State":"Active","LastUpdateStatus":"InProgress"`},
		{"", "", "", 0, ""},
		{"PUT", g + "/code", "{}", 200, `"LastUpdateStatus":"InProgress"`},
		{"", "", "", 0, ""},
		{"POST", g + "/versions", "{}", 201, `"State":"Pending"`},
		{"POST", g + "/invocations?Qualifier=1", "{}", 409, "Pending"},
		{"", "", "", 0, ""},
		{"GET", g + "?Qualifier=1", "", 200, `"State":"Active"`},
		{"GET", g, "", 200, `"LastUpdateStatus":"Successful"`},
	} {
		if c.method == "" {
			over()
			continue
		}
		w := do(h, c.method, c.path, c.body)
		conflict := w.Header().Get("X-Amzn-ErrorType") == "ResourceConflictException"
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || conflict != (c.status == 409) {
			t.Errorf("%s %s: %d %s, want %d %q", c.method, c.path, w.Code, w.Body, c.status, c.says)
		}
	}
}
