package proxytest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
)

// h2Cases: clients of HTTP/2, the backend being one of HTTP/1.1; each over TLS
// and by prior knowledge.
func h2Cases() []Case {
	var all []Case
	for _, c := range []struct {
		name, section, why string
		run                func(*trial, protocol)
	}{
		{"exchange", "RFC 9113, 8.1", "a request and its answer are translated", h2Exchange},
		{"fields", "RFC 9113, 8.2.2", "a backend's fields of the connection are left out", h2Fields},
		{"trailers-request", "RFC 9113, 8.1", "trailers of a request are passed on", h2TrailersUp},
		{"trailers-answer", "RFC 9113, 8.1", "trailers of an answer are passed on", h2TrailersDown},
		{"bodiless", "RFC 9113, 8.1", "answers to HEAD, 204 and 304 end with their head", h2Bodiless},
		{"interim", "RFC 9113, 8.1", "103 is passed on", h2Interim},
		{"expect", "RFC 9110, 10.1.1", "a client that waits for 100 is told to go on", h2Expect},
		{"large", "RFC 9113, 5.2", "large bodies arrive whole both ways", h2Large},
		{"stream", "RFC 9113, 8.1", "a piece arrives before the next one is made", h2Stream},
		{"early", "RFC 9113, 8.1", "an early answer reaches a client that is still sending", h2Early},
		{"cancel", "RFC 9113, 5.4.2", "RST_STREAM ends the backend's request, and no other", h2Cancel},
		{"abort", "RFC 9113, 8.1", "an answer that breaks off is reset, not ended", h2Abort},
		{"mix", "RFC 9113, 5", "of 200 streams at once each gets its own answer", mix},
	} {
		all = append(all,
			Case{"h2c/" + c.name, c.section, c.why, func(t *trial) { c.run(t, h2c) }},
			Case{"h2/" + c.name, c.section, c.why + " (over TLS)", func(t *trial) { c.run(t, h2) }},
		)
	}
	return all
}

// do sends a request and reads its answer; the error is that of either.
func do(c *http.Client, r *http.Request) (*http.Response, string, error) {
	resp, err := c.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// request makes a request for net/http.
func (t *trial) request(method, url string, body io.Reader) *http.Request {
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		t.fatalf("%v", err)
	}
	return r
}

// gotBody wants an answer of HTTP/2 with a status and a body.
func (t *trial) gotBody(resp *http.Response, body string, err error, status int, want string) {
	if err != nil || resp.StatusCode != status || body != want || resp.ProtoMajor != 2 {
		t.fatalf("got %v with %.40q (%v), want HTTP/2, %d and %.40q", resp, body, err, status, want)
	}
}

func h2Exchange(t *trial, p protocol) {
	b, proxy := t.speaks(p, Echo())
	r := t.request("POST", proxy+"/a%2Fb?c=d", strings.NewReader("hello"))
	r.Host = "shop.example"
	r.Header["Cookie"] = []string{"a=1; b=2", "c=3"}
	resp, body, err := do(t.http(p), r)
	t.gotBody(resp, body, err, 200, "/a%2Fb?c=d hello")
	q := b.Requests()[0]
	t.wantOne(q.Header, "Host", "shop.example")
	t.wantOne(q.Header, "X-Forwarded-Host", "shop.example")
	t.wantOne(q.Header, "X-Forwarded-Proto", map[protocol]string{h2c: "http", h2: "https"}[p])
	t.wantOne(q.Header, "Cookie", "a=1; b=2; c=3") // RFC 9113, 8.2.3
}

func h2Fields(t *trial, p protocol) {
	_, proxy := t.speaks(p, Raw(head("HTTP/1.1 200 OK", "Connection: X-One", "X-One: 1", "Keep-Alive: timeout=5", "Proxy-Connection: x",
		"Upgrade: h2", "Transfer-Encoding: chunked", "Set-Cookie: a", "Set-Cookie: b")+chunked("hello")))
	resp, body, err := do(t.http(p), t.request("GET", proxy+"/", nil))
	t.gotBody(resp, body, err, 200, "hello")
	for _, name := range []string{"Connection", "X-One", "Keep-Alive", "Proxy-Connection", "Upgrade", "Transfer-Encoding"} {
		if v := resp.Header[name]; v != nil {
			t.errorf("the client was sent %s: %q", name, v)
		}
	}
	if v := resp.Header["Set-Cookie"]; len(v) != 2 {
		t.errorf("Set-Cookie: %q, want two", v)
	}
}

func h2TrailersUp(t *trial, p protocol) {
	b, proxy := t.speaks(p, Echo())
	r := t.request("POST", proxy+"/t", io.MultiReader(strings.NewReader("hello")))
	r.Trailer = http.Header{"X-Up": {"1"}}
	resp, body, err := do(t.http(p), r)
	t.gotBody(resp, body, err, 200, "/t hello")
	t.wantOne(b.Requests()[0].Trailer, "X-Up", "1")
}

func h2TrailersDown(t *trial, p protocol) {
	_, proxy := t.speaks(p, Raw(head("HTTP/1.1 200 OK", "Trailer: X-Sum", "Transfer-Encoding: chunked")+trailed))
	resp, body, err := do(t.http(p), t.request("GET", proxy+"/", nil))
	t.gotBody(resp, body, err, 200, "hello")
	if resp.Trailer.Get("X-Sum") != "42" {
		t.errorf("the client was sent the trailers %q", resp.Trailer)
	}
}

func h2Bodiless(t *trial, p protocol) {
	_, proxy := t.speaks(p, func(x *Exchange) {
		lines := []string{"HTTP/1.1 " + x.Target[1:] + " X"}
		if x.Target != "/204" {
			lines = append(lines, "Content-Length: 12345")
		}
		Raw(head(lines...))(x)
	})
	for _, k := range []struct {
		method string
		status int
	}{{"HEAD", 200}, {"GET", 204}, {"GET", 304}} {
		h := t.dialH2(proxy)
		h.send(h2Frame(frameHeaders, flagEndHeaders|flagEndStream, 1, h2Block(usual([]Field{{":method", k.method}, {":path", fmt.Sprintf("/%d", k.status)}}))))
		if o := h.outcome(1); o.status != k.status || !o.whole || o.bytes > 0 {
			t.errorf("%s: the client got %s with %d bytes, want %d without", k.method, o, o.bytes, k.status)
		}
	}
}

func h2Interim(t *trial, p protocol) {
	_, proxy := t.speaks(p, Raw(fmt.Sprintf(hints, 1)+fmt.Sprintf(hints, 2)+head("HTTP/1.1 200 OK", "Content-Length: 5")+"hello"))
	var seen []string
	r := t.request("GET", proxy+"/", nil)
	r = r.WithContext(httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			seen = append(seen, fmt.Sprint(code, h.Get("X-Hint")))
			return nil
		},
	}))
	resp, body, err := do(t.http(p), r)
	t.gotBody(resp, body, err, 200, "hello")
	if got := fmt.Sprint(seen); got != "[1031 1032]" {
		t.errorf("interim answers %s, want 103 twice", got)
	}
}

func h2Expect(t *trial, p protocol) {
	_, proxy := t.speaks(p, Echo())
	r := t.request("POST", proxy+"/e", strings.NewReader("hello"))
	r.Header.Set("Expect", "100-continue")
	resp, body, err := do(t.http(p), r)
	t.gotBody(resp, body, err, 200, "/e hello")
}

func h2Large(t *trial, p protocol) {
	sent := pattern(10, 8<<20)
	_, proxy := t.speaks(p, func(x *Exchange) {
		if x.ReadBody() == nil {
			line, text := framed(x.Body, true)
			x.Write(head("HTTP/1.1 200 OK", line) + text)
		}
	})
	_, body, err := do(t.http(p), t.request("POST", proxy+"/", bytes.NewReader(sent)))
	if err != nil || sum([]byte(body)) != sum(sent) {
		t.errorf("got %s (%v), want %s", sum([]byte(body)), err, sum(sent))
	}
}

func h2Stream(t *trial, p protocol) { stream(t, p, "text/event-stream", true) }

// h2Early: the body never ends by itself.
func h2Early(t *trial, p protocol) {
	_, proxy := t.speaks(p, func(x *Exchange) {
		x.Write(tooBig)
		x.End(Linger)
	})
	upload, end := io.Pipe()
	defer upload.Close()
	go func() {
		for piece := pattern(11, 64<<10); ; {
			if _, err := end.Write(piece); err != nil {
				return
			}
		}
	}()
	resp, body, err := do(t.http(p), t.request("POST", proxy+"/", upload))
	t.gotBody(resp, body, err, 413, "big")
}

// h2Cancel: of two streams on a connection one is reset.
func h2Cancel(t *trial, p protocol) {
	at, gone := make(chan string, 9), make(chan bool, 9)
	stay := make(chan struct{})
	b, proxy := t.speaks(p, leftOrKept(t, at, gone, stay))
	c := t.http(p)
	stays := make(chan error, 1)
	go func() {
		_, body, err := do(c, t.request("POST", proxy+"/stays", nil))
		if err == nil && body != "/stays " {
			err = errors.New("it got " + body)
		}
		stays <- err
	}()
	await(t, at, "the first stream reaches the backend")
	ctx, cancel := context.WithCancel(context.Background())
	go func() { _, _, _ = do(c, t.request("POST", proxy+"/leaves", nil).WithContext(ctx)) }()
	await(t, at, "the second stream reaches the backend")
	cancel()
	if !await(t, gone, "the backend sees that its client has left") {
		t.errorf("the backend is still at work %v after RST_STREAM", t.o.patience)
	}
	close(stay)
	if err := await(t, stays, "the other stream is answered"); err != nil {
		t.errorf("the other stream: %v", err)
	}
	if n := len(b.Requests()); n != 2 {
		t.errorf("the backend saw %d requests, want 2", n)
	}
}

func h2Abort(t *trial, p protocol) {
	for _, isChunked := range []bool{false, true} {
		_, proxy := t.speaks(p, AbortMidBody(isChunked, "0123456789", 5, Close))
		resp, body, err := do(t.http(p), t.request("POST", proxy+"/", strings.NewReader("hello")))
		if err == nil && resp.StatusCode/100 != 5 {
			t.errorf("the client got %d with %q: it looks whole", resp.StatusCode, body)
		}
	}
}
