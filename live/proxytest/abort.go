package proxytest

import "fmt"

// abortCases: a backend that breaks off. What the client gets must show it.
func abortCases() []Case {
	const whole = "RFC 9112, 8"
	all := []Case{
		{"abort/refused", "RFC 9110, 15.6.3", "a backend that cannot be reached is answered 502, 503 or 504", abortRefused},
		{"abort/garbage", "RFC 9110, 15.6.3", "what is no answer is answered 502", func(t *trial) { t.badGateway("SSH-2.0-OpenSSH_9.2\r\n") }},
		{"abort/empty", "RFC 9110, 15.6.3", "no answer is answered 502", func(t *trial) { t.badGateway("") }},
		{"abort/in-head", "RFC 9110, 15.6.3", "half a head is answered 502", func(t *trial) { t.badGateway("HTTP/1.1 200 OK\r\nContent-Le") }},
		{"abort/after-head", whole, "a head without its body is not an empty answer", func(t *trial) { t.cutOff(head("HTTP/1.1 200 OK", "Content-Length: 5"), Close) }},
		{"abort/after-hints", "RFC 8297", "a 103 is not an answer", func(t *trial) { t.badGateway(fmt.Sprintf(hints, 1)) }},
		{"abort/http10-client", whole, "so where the client is of HTTP/1.0 and knows the length", abortHTTP10},
	}
	chunky := head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
	long := string(pattern(6, 200_000))
	for _, c := range []struct{ name, text string }{
		{"length", head("HTTP/1.1 200 OK", "Content-Length: 10") + "hello"},
		{"length-long", head("HTTP/1.1 200 OK", "Content-Length: 200001") + long},
		{"chunk-data", chunky + "a\r\nhello"},
		{"chunk-size", chunky + "5\r\nhello\r\n5"},
		{"chunk-between", chunky + "5\r\nhello\r\n"},
		{"chunk-long", chunky + chunkOf([]byte(long))},
		{"chunk-last", chunky + "5\r\nhello\r\n0\r\n"},
		{"chunk-trailer", chunky + "5\r\nhello\r\n0\r\nX-Sum: "},
	} {
		for _, e := range []Ending{Close, Reset} {
			name := "abort/" + c.name + []string{"", "-reset"}[e]
			all = append(all, Case{name, whole, "an answer that breaks off does not look whole", func(t *trial) { t.cutOff(c.text, e) }})
		}
	}
	return all
}

// chunkOf is one chunk.
func chunkOf(data []byte) string { return fmt.Sprintf("%x\r\n%s\r\n", len(data), data) }

func abortRefused(t *trial) {
	b, proxy := t.front(Echo())
	b.Kill()
	a := t.fetch(proxy, head("GET / HTTP/1.1", "Host: h"))
	if a.Err != nil || a.Status < 502 || a.Status > 504 {
		t.errorf("the client got %s, want 502, 503 or 504", a)
	}
}

// badGateway: a backend says something and ends.
func (t *trial) badGateway(text string) {
	_, proxy := t.front(func(x *Exchange) {
		Raw(text)(x)
		x.End(Close)
	})
	if a := t.fetch(proxy, head("POST / HTTP/1.1", "Host: h", "Content-Length: 0")); a.Err != nil || a.Status < 502 || a.Status > 504 {
		t.errorf("the client got %s, want 502", a)
	}
}

// cutOff: an answer ends early. The client may be told by a 5xx, if nothing
// was passed on yet, or by an end that is none.
func (t *trial) cutOff(text string, e Ending) {
	_, proxy := t.front(func(x *Exchange) {
		Raw(text)(x)
		x.End(e)
	})
	a := t.fetch(proxy, head("GET / HTTP/1.1", "Host: h"))
	if a.Status/100 != 5 && a.Err == nil {
		t.errorf("the client got %s: it looks whole", a)
	}
	if isTimeout(a.Err) {
		t.errorf("the client still waits for the rest after %v", t.o.patience)
	}
}

func abortHTTP10(t *trial) {
	_, proxy := t.front(func(x *Exchange) {
		Raw(head("HTTP/1.1 200 OK", "Content-Length: 10") + "hello")(x)
		x.End(Close)
	})
	a := t.fetch(proxy, head("GET / HTTP/1.0", "Host: h"))
	if a.Status/100 != 5 && a.Err == nil {
		t.errorf("the client got %s: it looks whole", a)
	}
}
