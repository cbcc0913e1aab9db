package live

import (
	"net/http"
	"testing"
)

// TestRefused: what cannot be passed on is refused, with the status and the reason.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		method, target string
		lengths        []string
		status         int
		why            string
	}{
		{"GET", "/a?b=c", nil, 0, ""},
		{"OPTIONS", "*", nil, 0, ""},
		{"POST", "/a", []string{"3"}, 0, ""},
		{"CONNECT", "/a", nil, http.StatusNotImplemented, "this gateway opens no tunnels"},
		{"GE T", "/a", nil, http.StatusBadRequest, "the method is no token"},
		{"GET", "*", nil, http.StatusBadRequest, "the request target cannot be passed on"},
		{"GET", "/a b", nil, http.StatusBadRequest, "the request target cannot be passed on"},
		{"GET", "/a#b", nil, http.StatusBadRequest, "the request target cannot be passed on"},
		{"POST", "/a", []string{"4"}, http.StatusBadRequest, "the Content-Length is not that of the body"},
		{"POST", "/a", []string{"3", "x"}, http.StatusBadRequest, "the Content-Length is not that of the body"},
	} {
		r := &http.Request{Method: c.method, RequestURI: c.target, Header: http.Header{"Content-Length": c.lengths}, ContentLength: 3}
		if status, why := refuse(r); status != c.status || why != c.why {
			t.Errorf("%s %s %v: %d %q, want %d %q", c.method, c.target, c.lengths, status, why, c.status, c.why)
		}
	}
}
