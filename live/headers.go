package live

import (
	"net"
	"net/http"
	"net/textproto"
	"strings"
)

// hopByHop are the headers that concern one connection (RFC 9110, 7.6.1).
var hopByHop = map[string]bool{
	"Connection": true, "Proxy-Connection": true, "Keep-Alive": true, "Proxy-Authenticate": true,
	"Proxy-Authorization": true, "Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
}

// ours are the answer headers that the gateway sets itself; what a client or
// a worker says under these names is dropped.
var ours = map[string]bool{"Cnv-Request": true, "Cnv-Attempt": true, "Cnv-Worker": true, "Cnv-Kind": true, "Cnv-Predicted-Us": true, "Cnv-Predicted-By": true, "Cnv-Work-Us": true, "Cnv-Reason": true}

// forwarded are the headers about where a request came from. A client's own
// are dropped unless the gateway stands behind a proxy that it trusts.
var forwarded = map[string]bool{
	"Forwarded": true, "X-Forwarded-For": true, "X-Forwarded-Host": true, "X-Forwarded-Proto": true, "X-Real-Ip": true,
}

// requestHeader is what a worker is told: the client's end-to-end headers and
// where the request came from. The values are shared with r.
func requestHeader(r *http.Request, trust bool) http.Header {
	h := make(http.Header, len(r.Header)+4)
	nominated := nominations(r.Header)
	for k, v := range r.Header {
		if hopByHop[k] || ours[k] || k == "Expect" || !trust && forwarded[k] || nominated[k] {
			continue
		}
		h[k] = v
	}
	if headerHas(r.Header["Te"], "trailers") {
		h["Te"] = []string{"trailers"}
	}
	if _, ok := h["User-Agent"]; !ok {
		h["User-Agent"] = []string{""} // so that the client side adds none
	}
	h["X-Forwarded-For"] = []string{joined(h["X-Forwarded-For"], clientIP(r))}
	if h["X-Forwarded-Host"] == nil {
		h["X-Forwarded-Host"] = []string{r.Host}
	}
	if h["X-Forwarded-Proto"] == nil {
		proto := "http"
		if r.TLS != nil {
			proto = "https"
		}
		h["X-Forwarded-Proto"] = []string{proto}
	}
	return h
}

// answerHeader adds the end-to-end headers of an answer to the client's.
func answerHeader(to, from http.Header) {
	nominated := nominations(from)
	for k, v := range from {
		if !hopByHop[k] && !ours[k] && !nominated[k] {
			to[k] = v
		}
	}
}

// notTrailers are fields that say how a message is framed, routed or read, and
// have no place after it (RFC 9110, 6.5.1).
var notTrailers = map[string]bool{
	"Content-Length": true, "Content-Encoding": true, "Content-Range": true, "Content-Type": true, "Host": true,
	"Authorization": true, "Www-Authenticate": true, "Set-Cookie": true, "Cache-Control": true, "Expect": true,
	"Max-Forwards": true, "Age": true, "Date": true, "Expires": true, "Location": true, "Retry-After": true, "Vary": true,
}

// isTrailer says whether a field may be passed on after a body.
func isTrailer(k string) bool { return !notTrailers[k] && !hopByHop[k] && !ours[k] && !forwarded[k] }

// trailers are the fields that may be passed on after a body.
func trailers(from http.Header) http.Header {
	var out http.Header
	for k, v := range from {
		if !isTrailer(k) {
			continue
		}
		if out == nil {
			out = http.Header{}
		}
		out[k] = v
	}
	return out
}

// nominations are the headers that Connection names; nil if there are none.
func nominations(h http.Header) map[string]bool {
	var out map[string]bool
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			name = textproto.CanonicalMIMEHeaderKey(textproto.TrimString(name))
			if name == "" || name == "Close" || name == "Keep-Alive" {
				continue
			}
			if out == nil {
				out = map[string]bool{}
			}
			out[name] = true
		}
	}
	return out
}

// headerHas says whether a list header has a token, in any case.
func headerHas(lines []string, token string) bool {
	for _, line := range lines {
		for t := range strings.SplitSeq(line, ",") {
			t, _, _ = strings.Cut(t, ";")
			if strings.EqualFold(textproto.TrimString(t), token) {
				return true
			}
		}
	}
	return false
}

func clientIP(r *http.Request) string {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return ip
}

func joined(before []string, last string) string {
	if len(before) == 0 {
		return last
	}
	return strings.Join(before, ", ") + ", " + last
}
