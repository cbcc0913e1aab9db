package proxytest

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"testing"
	"time"
)

// reverse is httputil.ReverseProxy, set up as its documentation advises.
func reverse(backend string) *httputil.ReverseProxy {
	to := &url.URL{Scheme: "http", Host: backend}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.SetXForwarded()
			r.Out.Host = r.In.Host
		},
		Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 100},
		ErrorLog:  log.New(io.Discard, "", 0),
	}
}

// serve starts a server that speaks HTTP/1.1 and h2c.
func serve(t *testing.T, h http.Handler, change func(*http.Server)) string {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.Protocols = &http.Protocols{}
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	if change != nil {
		change(s.Config)
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

// serveTLS starts one that speaks HTTP/1.1 and HTTP/2 over TLS.
func serveTLS(t *testing.T, h http.Handler) string {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// impatience is the timeout of the reference where clients are slow.
const impatience = 50 * time.Millisecond

// reference are the options under which ReverseProxy is played.
func reference(of func(backend string) http.Handler) []Option {
	return []Option{
		TLS(func(t *testing.T, backend string) string { return serveTLS(t, of(backend)) }),
		HeadTimeout(func(t *testing.T, backend string) string {
			return serve(t, of(backend), func(s *http.Server) { s.ReadHeaderTimeout = impatience })
		}, impatience),
		UploadTimeout(func(t *testing.T, backend string) string {
			return serve(t, of(backend), func(s *http.Server) { s.ReadTimeout = impatience })
		}, impatience),
	}
}

// TestReference plays the suite against httputil.ReverseProxy: what it is
// known not to pass is listed, and must stay so.
func TestReference(t *testing.T) {
	of := func(backend string) http.Handler { return reverse(backend) }
	Run(t, func(t *testing.T, backend string) string { return serve(t, of(backend), nil) },
		append(reference(of), Deviates(deviations...))...)
}

// TestMain keeps the client side of net/http from reporting what backends say
// unasked: that is what they are for here.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// deviations of net/http and httputil.ReverseProxy, Go 1.26.
var deviations = []Deviation{
	{"hop/request/te-option", "TE without Connection", "ReverseProxy adds TE: trailers alone"},
	{"hop/answer/nominated-close", "X-One, which Connection named", "http.Transport drops a Connection with close, and with it the nominations"},
	{"target/query-semicolon", `want "/?a=1;b=2;c"`, "Rewrite drops query parameters that url.ParseQuery does not take"},
	{"target/query-bad-escape", `want "/?q=100%&r=%zz"`, "so"},
	{"method/max-forwards-0", "1 requests were forwarded", "Max-Forwards is not looked at"},
	{"method/max-forwards", `Max-Forwards: ["5"]`, "so"},
	{"field/no-content-type", "text/html", "http.Server guesses"},
	{"smuggle/cl-te", "GET /smuggled", "http.Server keeps the connection after a request with both lengths"},
	{"smuggle/te-http10", "GET /smuggled", "http.Server ignores Transfer-Encoding in HTTP/1.0, and keeps the connection"},
	{"smuggle/authority", `the target "80"`, "http.Server takes the target for a URL of scheme h"},
	{"trailer/request", "X-Sum: []", "ReverseProxy copies the trailers before they have come"},
	{"trailer/answer-framing", "Content-Length: 3", "ReverseProxy passes on any trailer"},
	{"expect/http10", "got 100", "ReverseProxy passes on any 1xx"},
	{"interim/http10", "got 103", "so"},
	{"slow/body", "502", "ReverseProxy blames the backend"},
	{"upgrade/h2c", "asked to upgrade", "ReverseProxy passes on any upgrade"},
	{"upgrade/h2c-later", "asked to upgrade", "so"},
	{"upgrade/connect", "the client got 200", "ReverseProxy passes on CONNECT"},
	{"upgrade/connect-backend", "the client got 200", "so"},
	{"h2c/trailers-request", "X-Up: []", "as trailer/request"},
	{"h2/trailers-request", "X-Up: []", "so"},
	{"h2c/smuggle-method-space", "status 502", "the HTTP/2 server takes any method, and Transport refuses it"},
	{"h2/smuggle-method-space", "status 502", "so"},
	{"h2c/connect", "status 200", "as upgrade/connect"},
	{"h2/connect", "status 200", "so"},
}
