package live

import (
	"net/http"
	"strconv"
	"strings"
)

// refuse says with which status a request is answered that cannot be passed
// on, and why; 0: it can.
func refuse(r *http.Request) (status int, why string) {
	switch {
	case r.Method == http.MethodConnect:
		return http.StatusNotImplemented, "this gateway opens no tunnels"
	case !isToken(r.Method):
		return http.StatusBadRequest, "the method is no token"
	case !isTarget(r):
		return http.StatusBadRequest, "the request target cannot be passed on"
	}
	// HTTP/2 takes a length that is no number for none at all.
	for _, v := range r.Header["Content-Length"] {
		if n, err := strconv.ParseUint(v, 10, 63); err != nil || int64(n) != r.ContentLength && r.ContentLength >= 0 {
			return http.StatusBadRequest, "the Content-Length is not that of the body"
		}
	}
	return 0, ""
}

// isToken says whether s is a token (RFC 9110, 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// isTarget says whether the target is a path, "*" of OPTIONS, or absolute, and
// has nothing in it that another server might read otherwise.
func isTarget(r *http.Request) bool {
	for i := range len(r.RequestURI) {
		if c := r.RequestURI[i]; c <= ' ' || c == 0x7f || c == '#' {
			return false
		}
	}
	switch {
	case r.RequestURI == "*":
		return r.Method == http.MethodOptions
	case strings.HasPrefix(r.RequestURI, "/"):
		return true
	}
	return (r.URL.Scheme == "http" || r.URL.Scheme == "https") && r.URL.Opaque == "" && r.URL.Host != ""
}

// forwardable counts Max-Forwards down, for the methods that it is for. Where
// it has come to an end the gateway answers itself.
func forwardable(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodOptions && r.Method != http.MethodTrace {
		return true
	}
	n, err := strconv.ParseUint(r.Header.Get("Max-Forwards"), 10, 31)
	switch {
	case err != nil:
		return true
	case n > 0:
		r.Header.Set("Max-Forwards", strconv.FormatUint(n-1, 10))
		return true
	case r.Method == http.MethodTrace:
		problem(w, http.StatusMethodNotAllowed, 0, "this gateway does not trace")
	default:
		w.WriteHeader(http.StatusNoContent)
	}
	return false
}
