package live

import (
	"context"
	"crypto/tls"
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
	}
}

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
