package proxytest

import "strings"

// forwardedCases: where a request came from. A client's own claims are
// replaced, as anybody can make them, unless the proxy was told to believe
// them (TrustsForwarded); then its own are added behind.
func forwardedCases() []Case {
	const section = "RFC 7239, 8.1; X-Forwarded-* by convention"
	return []Case{
		{"forwarded/set", section, "X-Forwarded-For, -Host and -Proto say where the request came from", forwardedSet},
		{"forwarded/claimed", section, "a client's X-Forwarded-* are replaced, or added to where they are trusted", forwardedClaimed},
		{"forwarded/claimed-twice", section, "so are those on several lines", forwardedTwice},
		{"forwarded/forwarded", section, "a client's Forwarded is not passed on as the truth", forwardedStandard},
		{"forwarded/tls", section, "X-Forwarded-Proto is https where the client used TLS", forwardedTLS},
	}
}

// wantOne finds fault with a field that is not exactly one line with the value.
func (t *trial) wantOne(f Fields, name, want string) {
	if v := f.Values(name); len(v) != 1 || v[0] != want {
		t.errorf("%s: %q, want %q", name, v, want)
	}
}

func forwardedSet(t *trial) {
	b, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(head("GET / HTTP/1.1", "Host: shop.example:8080"))
	k.answer("GET")
	for _, q := range b.Requests() {
		t.wantOne(q.Header, "X-Forwarded-For", own(k.conn))
		t.wantOne(q.Header, "X-Forwarded-Host", "shop.example:8080")
		t.wantOne(q.Header, "X-Forwarded-Proto", "http")
		return
	}
	t.errorf("the backend saw no request")
}

func forwardedClaimed(t *trial) {
	t.claim("6.6.6.6", head("GET / HTTP/1.1", "Host: h", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"))
}

func forwardedTwice(t *trial) {
	t.claim("6.6.6.6, 7.7.7.7", head("GET / HTTP/1.1", "Host: h", "X-Forwarded-For: 6.6.6.6", "x-forwarded-for: 7.7.7.7", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"))
}

// claim sends a request that claims to come from elsewhere.
func (t *trial) claim(from, text string) {
	b, proxy := t.front(Echo())
	k := t.dial(proxy)
	k.send(text)
	k.answer("GET")
	got := b.Requests()
	if len(got) != 1 {
		t.fatalf("the backend saw %d requests, want 1", len(got))
	}
	h := got[0].Header
	if !t.o.trust {
		t.wantOne(h, "X-Forwarded-For", own(k.conn))
		t.wantOne(h, "X-Forwarded-Host", "h")
		t.wantOne(h, "X-Forwarded-Proto", "http")
		return
	}
	if got, want := h.Get("X-Forwarded-For"), from+", "+own(k.conn); got != want {
		t.errorf("X-Forwarded-For: %q, want %q", got, want)
	}
	t.wantOne(h, "X-Forwarded-Host", "evil.example")
	t.wantOne(h, "X-Forwarded-Proto", "https")
}

func forwardedStandard(t *trial) {
	q, _ := t.pass(head("GET / HTTP/1.1", "Host: h", "Forwarded: for=6.6.6.6;host=evil.example"), Echo())
	if got := q.Header.Get("Forwarded"); strings.Contains(got, "6.6.6.6") != t.o.trust {
		t.errorf("Forwarded: %q, and clients are trusted: %v", got, t.o.trust)
	}
}

func forwardedTLS(t *trial) {
	b := t.backend(Echo())
	a := t.fetch(t.startTLS(b), head("GET / HTTP/1.1", "Host: h"))
	if a.Status != 200 || len(b.Requests()) != 1 {
		t.fatalf("the client got %s", a)
	}
	t.wantOne(b.Requests()[0].Header, "X-Forwarded-Proto", "https")
}

// startTLS starts a proxy that speaks TLS, or skips the case.
func (t *trial) startTLS(b *Backend) string {
	if t.o.tls == nil {
		t.t.Skip("there is no proxy with TLS: give one by the option TLS")
	}
	return t.o.tls(t.t, b.Addr())
}
