package proxytest

import "strings"

// targetCases: a target reaches the backend octet by octet. A proxy that
// cleans paths or queries makes two requests out of one.
func targetCases() []Case {
	const section = "RFC 9110, 7.7"
	var all []Case
	for _, c := range []struct{ name, target string }{
		{"plain", "/a/b.c?d=e&f=g"},
		{"encoded-slash", "/a%2Fb%2fc"},
		{"encoded-letter", "/%7Euser/%41"},
		{"encoded-utf8", "/%E2%82%AC?%e2%82%ac=1"},
		{"encoded-percent", "/100%25/%2525"},
		{"encoded-nul", "/a%00b"},
		{"encoded-query-mark", "/a%3Fb?c%26d=%3D"},
		{"dots", "/a/../b/./c/.."},
		{"encoded-dots", "/a/%2e%2E/b"},
		{"double-slash", "//double//slash//"},
		{"parameters", "/a;v=1/b;c,d"},
		{"sub-delims", "/!$&'()*+,;=:@-._~"},
		{"query-empty", "/a?"},
		{"query-semicolon", "/?a=1;b=2;c"},
		{"query-order", "/?b=2&a=1&b=1&&a"},
		{"query-plus", "/?q=a+b%20c&r=%2B"},
		{"query-bad-escape", "/?q=100%&r=%zz"},
		{"query-marks", "/?a?b=/c:d@e"},
		{"query-url", "/?u=http://other.example/x?y"},
		{"long", "/" + strings.Repeat("long/", 1600)},
	} {
		all = append(all, Case{"target/" + c.name, section, "the target is passed on unchanged", func(t *trial) { targetKept(t, c.target) }})
	}
	return append(all, Case{"target/fragment", "RFC 9112, 3.2.1", "a fragment is no part of a target", targetFragment})
}

func targetKept(t *trial, target string) {
	q, a := t.pass(head("GET "+target+" HTTP/1.1", "Host: h"), Echo())
	if q.Target != target || a.Status != 200 {
		t.errorf("the backend was sent %.80q, want %.80q; the client got %s", q.Target, target, a)
	}
}

func targetFragment(t *trial) {
	b, proxy := t.front(Echo())
	a := t.fetch(proxy, head("GET /a#b HTTP/1.1", "Host: h"))
	for _, q := range b.Requests() {
		if strings.Contains(q.Target, "#") {
			t.errorf("the backend was sent %q", q.Target)
		}
	}
	if a.Err != nil || a.Status/100 != 4 && len(b.Requests()) != 1 {
		t.errorf("the client got %s", a)
	}
}
