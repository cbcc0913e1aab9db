package proxytest

import (
	"slices"
	"time"
)

// An Option says something about the proxy, or about the run.
type Option func(*options)

type options struct {
	start      Start
	tls        Start
	slowHead   *bounded
	slowBody   *bounded
	trust      bool
	patience   time.Duration
	only       []string
	deviations []Deviation
}

// A bounded proxy waits for its clients at most so long.
type bounded struct {
	start Start
	wait  time.Duration
}

// TLS gives a proxy that speaks TLS, with HTTP/2 by ALPN; its URL is https.
// Its certificate is not checked. Without it the h2 cases are skipped.
func TLS(start Start) Option { return func(o *options) { o.tls = start } }

// HeadTimeout gives a proxy that waits at most d for the head of a request.
// Without it, or where d > 1s, that case is skipped.
func HeadTimeout(start Start, d time.Duration) Option {
	return func(o *options) { o.slowHead = &bounded{start, d} }
}

// UploadTimeout gives a proxy that waits at most d for the next bytes of a
// body. Without it, or where d > 1s, that case is skipped.
func UploadTimeout(start Start, d time.Duration) Option {
	return func(o *options) { o.slowBody = &bounded{start, d} }
}

// TrustsForwarded says that the proxy believes its clients' Forwarded and
// X-Forwarded-* fields and adds to them. Otherwise it must replace them.
func TrustsForwarded() Option { return func(o *options) { o.trust = true } }

// Patience bounds every wait; 10 s unless given. Only failing cases need it.
func Patience(d time.Duration) Option { return func(o *options) { o.patience = d } }

// Only plays the named cases.
func Only(names ...string) Option { return func(o *options) { o.only = append(o.only, names...) } }

// Deviates lists what the proxy is known not to pass.
func Deviates(known ...Deviation) Option {
	return func(o *options) { o.deviations = append(o.deviations, known...) }
}

// unknown lists the names in options that no case has.
func (o *options) unknown(cases []Case) []string {
	names := slices.Clone(o.only)
	for _, d := range o.deviations {
		names = append(names, d.Case)
	}
	return slices.DeleteFunc(names, func(n string) bool {
		return slices.ContainsFunc(cases, func(k Case) bool { return k.Name == n })
	})
}
