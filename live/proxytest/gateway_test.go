package proxytest

import (
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"cnv/live"
	"cnv/policy"
	"cnv/policy/route"
)

var quiet = slog.New(slog.DiscardHandler)

type alwaysReady struct{}

func (alwaysReady) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
}

func startGateway(t *testing.T, backend string, change func(*http.Server, *live.Options), withTLS bool) string {
	ctrl, err := policy.New(policy.Config{
		Seed: 1, Leader: true,
		Classes: []policy.Class{{Name: "any", Prior: 0.1}},
		Pools:   []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 1}},
		Router:  &route.JSQ{},
		Retry:   policy.Retry{Max: 2, Budget: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	brain := live.NewBrain(ctrl, nil, 1000)
	ws := live.NewWorkers(brain, quiet)
	st := live.NewStatic([]live.StaticPool{{Speed: 1, Addresses: []string{backend}}}, ws, live.Checks{Telemetry: -1}, alwaysReady{}, quiet)
	o := live.Options{Brain: brain, Workers: ws, Classes: []live.Class{{Name: "any"}}}
	s := live.NewServer(nil, nil)
	if change != nil {
		change(s, &o)
	}
	g := live.NewGateway(o)
	s.Handler = g
	s.ErrorLog = log.New(io.Discard, "", 0)
	brain.Go(st)
	st.Initial(0, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(); st.Close(); brain.Stop() })
	if withTLS {
		s.TLSConfig = testTLS()
		go s.ServeTLS(l, "", "")
		time.Sleep(20 * time.Millisecond)
		return "https://" + l.Addr().String()
	}
	go s.Serve(l)
	time.Sleep(20 * time.Millisecond)
	return "http://" + l.Addr().String()
}

// gatewayDeviations are what the gateway is known not to do, all because of
// what net/http tells of a message that it has read.
var gatewayDeviations = []Deviation{
	{"smuggle/cl-te", "GET /smuggled", "net/http reads by Transfer-Encoding, as it must, and does not tell that there was a length too"},
	{"smuggle/te-http10", "GET /smuggled", "net/http ignores Transfer-Encoding in HTTP/1.0 and does not tell of it"},
	{"hop/answer/nominated-close", "X-One", "http.ReadResponse takes Connection away where it says close"},
	{"poison/early", "closes the backend's connection", "an idle connection is looked at when it is to be used, and given up then: the answer reaches nobody"},
}

// TestGateway plays the suite against the project's own gateway, with a policy
// on, as net/http's server and live/wire make it.
func TestGateway(t *testing.T) {
	Run(t, func(t *testing.T, b string) string { return startGateway(t, b, nil, false) },
		Deviates(gatewayDeviations...),
		TLS(func(t *testing.T, b string) string { return startGateway(t, b, nil, true) }),
		HeadTimeout(func(t *testing.T, b string) string {
			return startGateway(t, b, func(s *http.Server, o *live.Options) { s.ReadHeaderTimeout = impatience }, false)
		}, impatience),
		UploadTimeout(func(t *testing.T, b string) string {
			return startGateway(t, b, func(s *http.Server, o *live.Options) { o.UploadIdle = impatience }, false)
		}, impatience),
	)
}
