package proxytest

import (
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"testing"

	"cnv/live"
	"cnv/policy"
	"cnv/policy/route"
)

var quiet = slog.New(slog.DiscardHandler)

// alwaysReady answers health checks itself: what a case does to its backend
// is no sign of its health.
type alwaysReady struct{}

func (alwaysReady) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody, Request: r,
	}, nil
}

// gateway starts the project's gateway as the live program does, with the
// backend as its only worker.
func gateway(change func(*http.Server, *live.Options)) Start {
	return func(t *testing.T, backend string) string {
		o := gatewayTo(t, backend)
		s := live.NewServer(nil, nil)
		s.ErrorLog = log.New(io.Discard, "", 0)
		change(s, &o)
		s.Handler = live.NewGateway(o)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		if s.TLSConfig != nil {
			go s.ServeTLS(l, "", "")
			return "https://" + l.Addr().String()
		}
		go s.Serve(l)
		return "http://" + l.Addr().String()
	}
}

// gatewayTo makes a brain that has found its worker ready.
func gatewayTo(t *testing.T, backend string) live.Options {
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
	workers := live.NewWorkers(brain, quiet)
	pool := live.StaticPool{Speed: 1, Addresses: []string{backend}}
	static := live.NewStatic([]live.StaticPool{pool}, workers, live.Checks{Telemetry: -1}, alwaysReady{}, quiet)
	brain.Go(static)
	t.Cleanup(func() {
		static.Close()
		brain.Stop()
	})
	static.Initial(0, 1)
	for ready := 0; ready == 0; runtime.Gosched() {
		brain.Do(func(c *policy.Controller) { ready = len(c.View().Ready()) })
	}
	return live.Options{Brain: brain, Workers: workers, Classes: []live.Class{{Name: "any"}}}
}

// gatewayDeviations are what the gateway is known not to do, because of what
// net/http tells of a message that it has read.
var gatewayDeviations = []Deviation{
	{"hop/answer/nominated-close", "X-One", "http.ReadResponse takes Connection away where it says close"},
}

// TestGateway plays the suite against the project's own gateway, with a policy
// on, as net/http's server and live/wire make it.
func TestGateway(t *testing.T) {
	Run(t, gateway(func(*http.Server, *live.Options) {}), Deviates(gatewayDeviations...),
		TLS(gateway(func(s *http.Server, _ *live.Options) { s.TLSConfig = testTLS().Clone() })),
		HeadTimeout(gateway(func(s *http.Server, _ *live.Options) { s.ReadHeaderTimeout = impatience }), impatience),
		UploadTimeout(gateway(func(_ *http.Server, o *live.Options) { o.UploadIdle = impatience }), impatience),
	)
}
