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

// Over has the Guard guard a listener. Where Most is 0, clients may have half of the files that
// this process may open, as each request may need a connection to a worker, and not so many
// that none are left for the program's own.
func (g *Guard) Over(l net.Listener) net.Listener {
	g.Listener = l
	if n := files(); n > 0 && g.Most == 0 {
		g.Most = max(n/2-own, n/4)
	}
	return g
}

// own is how many files the program needs for itself: journals, admin pages, health checks.
const own = 128

// Times of Shutdown.
const (
	opening = 200 * time.Millisecond // until connections that are being opened are accepted
	linger  = 2 * time.Second        // that connections without a request are kept, for one that is on its way
)

// Shutdown takes a gateway away without a failed request: for the time of notice it goes on
// answering and asks clients to connect elsewhere, then it accepts nothing new, keeps
// connections a while for requests that are on their way, and waits for what is inside until
// ctx ends. Without notice it goes at once. l is its listener; nil: it is not guarded.
func Shutdown(ctx context.Context, s *http.Server, g *Gateway, l *Guard, notice time.Duration) error {
	g.Drain()
	if notice <= 0 || l == nil || l.Listener == nil {
		return s.Shutdown(ctx)
	}
	pause(ctx, notice)
	if refuseNew(l.Listener) {
		pause(ctx, opening)
	}
	_ = l.Close() // nothing is lost by an error: no more can be accepted
	for until := time.Now().Add(linger); l.Open() > 0 && time.Now().Before(until) && ctx.Err() == nil; {
		pause(ctx, linger/100)
	}
	return s.Shutdown(ctx)
}

// pause waits for so long, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
