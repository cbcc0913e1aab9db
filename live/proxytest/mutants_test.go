package proxytest

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A mutant is a proxy with a fault, and the cases that must find it.
type mutant struct {
	name  string
	opts  []Option // how it is started
	finds []string // patterns of names of cases, of path.Match
}

// mutants are faults that proxies have, or that their first versions had.
var mutants = []mutant{
	{"tunnel", []Option{
		startBy(func(t *testing.T, backend string) string { return tunnel(t, backend, nil) }),
		TLS(func(t *testing.T, backend string) string { return tunnel(t, backend, testTLS()) }),
	}, []string{
		"hop/request/[^nt]*", "hop/request/nominated*", "hop/request/te", "hop/request/te-trailers", "hop/answer/*", "host/[mt]*", "forwarded/*",
		"field/date-added", "smuggle/[a-su-z]*", "smuggle/te-[^tc]*", "smuggle/te-cl", "smuggle/te-comma", "smuggle/t[^e]*", "smuggle/te-twice",
		"poison/answer-*", "method/malformed", "version/1.[01]-[^k]*", "version/1.0", "upgrade/preface", "upgrade/connect*", "limit/head-endless",
		"target/fragment", "h2*/field-*", "h2*/smuggle-*", "h2*/connect*", "framing/answer/c*", "framing/answer/http10", "framing/request/chunk-extension",
		"trailer/answer-http10", "version/pipelined-malformed", "retry/*-idle-closed",
	}},
	{"naive", handledBy(naive), []string{
		"host/*-form", "host/kept", "forwarded/*", "hop/*/*nominated", "field/repeated", "field/set-cookie", "field/not-invented", "field/gzip", "field/status-30*",
		"interim/early-hints", "interim/many", "interim/unasked-101", "trailer/answer", "trailer/answer-*ed", "trailer/answer-empty", "target/encoded-[sl]*",
		"gone/answer*", "gone/upload", "gone/upload-chunked", "h2*/fields", "h2*/trailers-answer",
	}},
	{"eager", handledBy(eager), []string{"retry/p*-aborted", "retry/post-reset", "retry/post-mid-answer", "retry/post-500", "retry/bounded", "field/status-5*", "upgrade/websocket"}},
	{"deaf", handledBy(deaf), []string{"gone/waiting*", "gone/others", "h2*/cancel", "smuggle/chunk-[hmnopu]*", "smuggle/chunk-e[mn]*", "smuggle/chunk-longer"}},
	{"blind", patiently(handledBy(blind)), []string{"abort/*", "h2*/abort", "framing/answer/length", "smuggle/chunk-letters", "limit/trailer-endless"}},
	{"hoarder", handledBy(hoarder), []string{"stream/chunked", "stream/head", "h2*/stream", "interim/[efm]*", "h2*/interim"}},
	{"single", handledBy(single), []string{"poison/surplus", "poison/*-body", "poison/early", "retry/*-kept-closed", "retry/get-idle-closed", "version/backend-close", "interim/unasked-100"}},
	{"boundless", handledBy(boundless), []string{"limit/[aht]*[dt]-endless", "limit/answer-endless"}},
	{"narrow", []Option{startBy(func(t *testing.T, backend string) string {
		return serve(t, reverse(backend), func(s *http.Server) { s.MaxHeaderBytes = 1 })
	})}, []string{"limit/field-8k", "limit/target-8k"}},
	{"tidy", handledBy(tidy), []string{"target/[dloqs]*", "target/encoded-[sldu]*", "method/get", "h2*/exchange"}},
	{"sloppy", handledBy(sloppy), []string{"target/p*", "target/encoded-[npq]*"}},
	{"crossed", handledBy(crossed), []string{
		"mix/*", "h2*/mix", "h2*/early", "stream/events", "stream/close", "bodiless/*", "early/*", "expect/[crw]*", "expect/no*", "framing/answer/*", "field/status-*", "version/[1p]*", "version/e*",
		"slow/pieces", "upgrade/refused", "limit/answer-64k", "limit/field*", "limit/target-64k",
		"h2*/expect", "smuggle/chunk-framing-trailer",
	}},
	{"short", handledBy(short), []string{"large/*-256k*", "large/answer-8m*", "large/slow-reader", "h2*/large", "framing/request/many-chunks", "framing/answer/close"}},
	{"emptier", handledBy(emptier), []string{
		"framing/request/*", "large/upload-8m*", "method/[A-Z]*", "expect/smuggled", "smuggle/te-case", "smuggle/te-tab", "smuggle/te-fold", "smuggle/bare-lf-value", "h2*/bodiless",
		"version/backend-1.1", "hop/request/no-erasure", "version/pipelined-bodies",
	}},
	{"censor", handledBy(censor), []string{"field/unknown", "field/*-values", "field/accept-encoding", "field/gzip"}},
	{"merger", handledBy(merger), []string{"trailer/request*"}},
	{"mute", []Option{startBy(mute)}, []string{"expect/unknown", "method/options-asterisk", "gone/upload-short"}},
}

// patiently waits longer for answers: what a case takes for a refusal must not be
// an answer that a busy machine is late with.
func patiently(opts []Option) []Option {
	return append(opts, func(o *options) { o.patience = 3 * time.Second })
}

// startBy gives the proxy as an option.
func startBy(start Start) Option { return func(o *options) { o.start = start } }

// handledBy starts a proxy that is a handler, behind a server that has no
// bounds.
func handledBy(of func(backend string) http.Handler) []Option {
	unbound := func(s *http.Server) { s.MaxHeaderBytes = 1 << 30 }
	return []Option{
		startBy(func(t *testing.T, backend string) string { return serve(t, of(backend), unbound) }),
		TLS(func(t *testing.T, backend string) string { return serveTLS(t, of(backend)) }),
	}
}

// testTLS is the configuration of a server with a certificate.
var testTLS = sync.OnceValue(func() *tls.Config {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	return &tls.Config{Certificates: s.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"}}
})

// TestMutants: each case can fail. Proxies with known faults are played, and
// the cases that are for these faults must find them.
func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("proxies with faults take longer")
	}
	for _, m := range mutants {
		o := options{patience: 200 * time.Millisecond}
		for _, opt := range m.opts {
			opt(&o)
		}
		for _, k := range Cases() {
			if !slices.ContainsFunc(m.finds, func(p string) bool { return matches(t, p, k.Name) }) {
				continue
			}
			t.Run(m.name+"/"+k.Name, func(t *testing.T) {
				t.Parallel()
				if findings := o.try(t, &k); len(findings) == 0 {
					t.Errorf("found nothing wrong with a proxy that is %s", m.name)
				}
			})
		}
	}
}

// TestEveryCaseCanFail: each case is failed by the reference or by a mutant.
func TestEveryCaseCanFail(t *testing.T) {
	var patterns []string
	for _, m := range mutants {
		patterns = append(patterns, m.finds...)
	}
	for _, d := range deviations {
		patterns = append(patterns, d.Case)
	}
	patterns = append(patterns, "slow/head") // TestSlowHeadCanFail
	names := map[string]bool{}
	for _, k := range Cases() {
		if !slices.ContainsFunc(patterns, func(p string) bool { return matches(t, p, k.Name) }) {
			t.Errorf("no mutant fails %s", k.Name)
		}
		if names[k.Name] {
			t.Errorf("two cases are called %s", k.Name)
		}
		names[k.Name] = true
		if k.Why == "" || !strings.Contains(k.Section, " ") || strings.ContainsAny(k.Name, " \t") {
			t.Errorf("%+v: a case says what the rule is and where it stands", k)
		}
	}
	for _, p := range patterns {
		if !slices.ContainsFunc(Cases(), func(k Case) bool { return matches(t, p, k.Name) }) {
			t.Errorf("no case is called %s", p)
		}
	}
}

// TestSlowHeadCanFail: a proxy without a timeout is found.
func TestSlowHeadCanFail(t *testing.T) {
	start := func(t *testing.T, backend string) string { return serve(t, reverse(backend), nil) }
	o := options{start: start, patience: 200 * time.Millisecond}
	HeadTimeout(start, time.Millisecond)(&o)
	for _, k := range Cases() {
		if k.Name == "slow/head" && len(o.try(t, &k)) == 0 {
			t.Error("a proxy without a timeout passes")
		}
	}
}

func matches(t *testing.T, pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	if err != nil {
		t.Fatalf("%s: %v", pattern, err)
	}
	return ok
}
