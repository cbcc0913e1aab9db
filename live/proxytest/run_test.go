package proxytest

import (
	"net/http/httputil"
	"strings"
	"testing"
	"time"
)

// TestNearest: a name that nobody has is met with one that somebody has.
func TestNearest(t *testing.T) {
	o := options{}
	Only("hop/request/te")(&o)
	Deviates(Deviation{Case: "smuggle/cl-tee"})(&o)
	unknown := o.unknown(Cases())
	if len(unknown) != 1 || nearest(unknown[0], Cases()) != "smuggle/cl-te" {
		t.Errorf("unknown names %q, nearest to the first %q", unknown, nearest(unknown[0], Cases()))
	}
}

// TestJudge: a deviation must be there, and be the known one.
func TestJudge(t *testing.T) {
	o := options{}
	Deviates(Deviation{"a/known", "two requests", "it is old"})(&o)
	for _, c := range []struct {
		name     string
		findings []string
		wrong    string
		note     string
	}{
		{"a/known", nil, "take it off the list", ""},
		{"a/known", []string{"saw two requests", "and more"}, "", "it is old"},
		{"a/known", []string{"saw no request"}, `want "two requests"`, ""},
		{"a/other", nil, "", ""},
		{"a/other", []string{"saw two requests"}, "the rule (RFC 0, 1)\nsaw two requests", ""},
	} {
		wrong, note := o.judge(&Case{Name: c.name, Section: "RFC 0, 1", Why: "the rule"}, c.findings)
		if !strings.Contains(wrong, c.wrong) || (wrong == "") != (c.wrong == "") || !strings.Contains(note, c.note) || (note == "") != (c.note == "") {
			t.Errorf("%s with %q: wrong %q, note %q; want %q, %q", c.name, c.findings, wrong, note, c.wrong, c.note)
		}
	}
}

// TestTrusting: a proxy that believes its clients passes if it is said to, and
// only then.
func TestTrusting(t *testing.T) {
	start := func(t *testing.T, backend string) string {
		p := reverse(backend)
		rewrite := p.Rewrite
		p.Rewrite = func(r *httputil.ProxyRequest) {
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
			rewrite(r)
			for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"} {
				if v := r.In.Header[name]; v != nil {
					r.Out.Header[name] = v
				}
			}
		}
		return serve(t, p, nil)
	}
	Run(t, start, TrustsForwarded(), Only("forwarded/set", "forwarded/claimed", "forwarded/claimed-twice", "forwarded/forwarded"))
	o := options{start: start, patience: 10 * time.Second}
	for _, k := range Cases() {
		if strings.HasPrefix(k.Name, "forwarded/claimed") && len(o.try(t, &k)) == 0 {
			t.Errorf("%s passes, though clients are not to be trusted", k.Name)
		}
	}
}

// TestH2Status: the status is found however an encoder may write it.
func TestH2Status(t *testing.T) {
	for block, want := range map[string]int{
		"\x88": 200, "\x8c": 400, "\x20\x8d": 404,
		"\x08\x03502": 502, "\x0e\x03413": 413, "\x48\x03103": 103, "\x18\x03999": 999,
		"\x08\x82\x6c\x02": 502, "\x0e\x82\x08\x19": 103, "\x08\x83\x7d\xf7\xff": 999, // Huffman
		"": 0, "\x08": 0, "\x08\x05abc": 0, "\x41\x01a": 0,
	} {
		if got := h2Status([]byte(block)); got != want {
			t.Errorf("%x: status %d, want %d", block, got, want)
		}
	}
}

// TestH2Block: literals of RFC 7541, 6.2.2, with lengths of one byte and more.
func TestH2Block(t *testing.T) {
	if got := string(h2Block([]Field{{":path", "/x"}})); got != "\x00\x05:path\x02/x" {
		t.Errorf("%q", got)
	}
	long := strings.Repeat("v", 1337+127)
	if got := string(h2Block([]Field{{"a", long}})); got != "\x00\x01a\x7f\xb9\x0a"+long {
		t.Errorf("%q", got[:9])
	}
}
