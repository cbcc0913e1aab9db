package live

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// NewServer serves a gateway over HTTP/1.1 and HTTP/2, with TLS (config not
// nil) or without: HTTP/2 is then spoken to clients that know it (h2c).
func NewServer(h http.Handler, config *tls.Config) *http.Server {
	p := &http.Protocols{}
	p.SetHTTP1(true)
	p.SetHTTP2(true)
	p.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler: h, Protocols: p, TLSConfig: config,
		ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ConnContext: withClient,
		HTTP2:       &http.HTTP2Config{MaxConcurrentStreams: 100, WriteByteTimeout: stall, SendPingTimeout: time.Minute, PingTimeout: 15 * time.Second},
	}
}

// NewGuard guards a listener of a gateway that takes so many requests at once: clients may
// have half of the files that this process may open, as each request may need a connection
// to a worker, and not so many that none are left for the program's own.
func NewGuard(l net.Listener, shared bool) *Guard {
	g := &Guard{Listener: l, Shared: shared}
	if n := files(); n > 0 {
		g.Most = max(n/2-own, n/4)
	}
	return g
}

// own is how many files the program needs for itself: journals, admin pages, health checks.
const own = 128

// Shutdown takes a gateway away without a failed request: for the time of
// notice it goes on answering and asks clients to connect elsewhere, then it
// accepts nothing new, and waits for what is inside until ctx ends.
func Shutdown(ctx context.Context, s *http.Server, g *Gateway, notice time.Duration) error {
	g.Drain()
	select {
	case <-time.After(notice):
	case <-ctx.Done():
	}
	return s.Shutdown(ctx)
}
