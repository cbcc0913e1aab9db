package live

import (
	"crypto/tls"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
)

// TestRequestHeader: a worker is told the client's end-to-end headers and where the request
// came from; what the client itself says of that counts only behind a proxy that is trusted.
func TestRequestHeader(t *testing.T) {
	own := http.Header{"User-Agent": {""}, "X-Forwarded-For": {"192.0.2.1"}, "X-Forwarded-Host": {"gw.example"}, "X-Forwarded-Proto": {"http"}}
	but := func(changes http.Header) http.Header {
		h := maps.Clone(own)
		for k, v := range changes {
			if h[k] = v; v == nil {
				delete(h, k)
			}
		}
		return h
	}
	from := http.Header{"Forwarded": {"for=1.2.3.4"}, "X-Forwarded-For": {"1.2.3.4", "5.6.7.8"}, "X-Forwarded-Host": {"shop.example"}, "X-Forwarded-Proto": {"https"}, "X-Real-Ip": {"1.2.3.4"}}
	for _, c := range []struct {
		about string
		sent  http.Header
		trust bool
		tls   bool
		want  http.Header
	}{
		{"nothing", nil, false, false, own},
		{"over TLS", nil, false, true, but(http.Header{"X-Forwarded-Proto": {"https"}})},
		{"end to end", http.Header{"Accept": {"a", "b"}, "User-Agent": {"curl"}}, false, false, but(http.Header{"Accept": {"a", "b"}, "User-Agent": {"curl"}})},
		{"forged", from, false, false, own},
		{"behind a proxy", from, true, false, but(http.Header{"Forwarded": {"for=1.2.3.4"}, "X-Forwarded-For": {"1.2.3.4, 5.6.7.8, 192.0.2.1"}, "X-Forwarded-Host": {"shop.example"}, "X-Forwarded-Proto": {"https"}, "X-Real-Ip": {"1.2.3.4"}})},
		{"a proxy that says nothing", nil, true, true, but(http.Header{"X-Forwarded-Proto": {"https"}})},
		{"hop by hop", http.Header{"Keep-Alive": {"timeout=5"}, "Upgrade": {"h2c"}, "Proxy-Authorization": {"x"}, "Expect": {"100-continue"}}, true, false, own},
		{"named by Connection", http.Header{"Connection": {"close, X-Hop ,", "x-other"}, "X-Hop": {"1"}, "X-Other": {"2"}, "X-Stays": {"3"}}, false, false, but(http.Header{"X-Stays": {"3"}})},
		{"trailers are taken", http.Header{"Te": {"gzip, Trailers;q=0.5"}}, false, false, but(http.Header{"Te": {"trailers"}})},
		{"only encodings are", http.Header{"Te": {"gzip"}}, false, false, own},
		{"ours", http.Header{"Cnv-Work-Us": {"1"}, "Cnv-Worker": {"9"}, "Cnv-Reason": {"none"}}, true, false, own},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://gw.example/spin", nil)
		if r.Header = c.sent; r.Header == nil {
			r.Header = http.Header{}
		}
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := requestHeader(r, c.trust); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.about, got, c.want)
		}
	}
}

// TestAnswerHeader: a client is told the worker's end-to-end headers, and nothing under the
// names that the gateway sets; trailers are those that may stand after a body.
func TestAnswerHeader(t *testing.T) {
	from := http.Header{
		"Content-Type": {"text/plain"}, "Set-Cookie": {"a=1", "b=2"}, "Connection": {"X-Hop"}, "X-Hop": {"1"},
		"Transfer-Encoding": {"chunked"}, "Cnv-Attempt": {"7"}, "Server-Timing": {"cpu;dur=3"}, "X-Forwarded-For": {"1.2.3.4"},
	}
	to := http.Header{"Cnv-Attempt": {"0"}}
	answerHeader(to, from)
	want := http.Header{"Content-Type": {"text/plain"}, "Set-Cookie": {"a=1", "b=2"}, "Server-Timing": {"cpu;dur=3"}, "Cnv-Attempt": {"0"}, "X-Forwarded-For": {"1.2.3.4"}}
	if !reflect.DeepEqual(to, want) {
		t.Errorf("%v, want %v", to, want)
	}
	if got, want := trailers(from), (http.Header{"X-Hop": {"1"}, "Server-Timing": {"cpu;dur=3"}}); !reflect.DeepEqual(got, want) {
		t.Errorf("trailers %v, want %v", got, want)
	}
	if got := trailers(http.Header{"Content-Length": {"3"}, "Vary": {"x"}}); got != nil {
		t.Errorf("trailers %v, want none", got)
	}
}

// TestClientIP: an address without a port is told as it is.
func TestClientIP(t *testing.T) {
	for from, want := range map[string]string{"192.0.2.1:5": "192.0.2.1", "[2001:db8::1]:5": "2001:db8::1", "pipe": "pipe"} {
		if got := clientIP(&http.Request{RemoteAddr: from}); got != want {
			t.Errorf("%s: %q, want %q", from, got, want)
		}
	}
}
