package proxytest

import (
	"crypto/tls"
	"net/http"
)

// A protocol is how a client of net/http talks to the proxy.
type protocol int

const (
	h1  protocol = iota // HTTP/1.1
	h2c                 // HTTP/2 without TLS, by prior knowledge (RFC 9113, 3.3)
	h2                  // HTTP/2 over TLS, by ALPN (RFC 9113, 3.2)
)

func (p protocol) String() string { return [...]string{"h1", "h2c", "h2"}[p] }

// http is a client; it follows no redirections and asks for no compression.
func (t *trial) http(p protocol) *http.Client {
	tr := &http.Transport{
		DisableCompression: true, MaxIdleConnsPerHost: 1000, Protocols: &http.Protocols{},
		// The certificate is made up by the proxy's test.
		TLSClientConfig:       &tls.Config{InsecureSkipVerify: true},
		ResponseHeaderTimeout: t.o.patience, ExpectContinueTimeout: t.o.patience,
	}
	tr.Protocols.SetHTTP1(p == h1)
	tr.Protocols.SetUnencryptedHTTP2(p == h2c)
	tr.Protocols.SetHTTP2(p == h2)
	t.atEnd(tr.CloseIdleConnections)
	return &http.Client{
		Transport: tr, Timeout: t.o.patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// plain starts the proxy without TLS.
func (t *trial) plain(b *Backend) string { return t.o.start(t.t, b.Addr()) }

// speaks starts a proxy for a protocol in front of a new backend.
func (t *trial) speaks(p protocol, does Behaviour) (b *Backend, proxy string) {
	b = t.backend(does)
	if p == h2 {
		return b, t.startTLS(b)
	}
	return b, t.plain(b)
}
