package proxytest

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
)

// pattern is n bytes that differ by seed and look like nothing.
func pattern(seed byte, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// sum is a body in brief.
func sum(b []byte) string { return fmt.Sprintf("%d bytes, sha256 %.8x", len(b), sha256.Sum256(b)) }

// largeCases: bodies that fit in no buffer.
func largeCases() []Case {
	const section = "RFC 9110, 6.4"
	var all []Case
	for _, size := range []struct {
		name string
		n    int
	}{{"256k", 256 << 10}, {"8m", 8 << 20}} {
		for _, isChunked := range []bool{false, true} {
			name := size.name + map[bool]string{true: "-chunked"}[isChunked]
			all = append(all,
				Case{"large/upload-" + name, section, "a large upload arrives whole", func(t *trial) { largeUpload(t, size.n, isChunked) }},
				Case{"large/answer-" + name, section, "a large answer arrives whole", func(t *trial) { largeAnswer(t, size.n, isChunked) }},
			)
		}
	}
	return append(all, Case{"large/slow-reader", section, "an answer arrives whole though its reader is slow", largeSlow})
}

// framed is a body with the line that says how it is framed.
func framed(body []byte, isChunked bool) (line, text string) {
	if !isChunked {
		return lengthOf(string(body)), string(body)
	}
	var out []byte
	for len(body) > 0 {
		n := min(len(body), 50_000)
		out = append(out, chunkOf(body[:n])...)
		body = body[n:]
	}
	return "Transfer-Encoding: chunked", string(append(out, "0\r\n\r\n"...))
}

func largeUpload(t *trial, n int, isChunked bool) {
	body := pattern(7, n)
	line, text := framed(body, isChunked)
	q, a := t.pass(post(text, line), func(x *Exchange) {
		if x.ReadBody() == nil {
			Answer(200, sum(x.Body))(x)
		}
	})
	t.got(a, sum(body))
	if got := sum(q.Body); got != sum(body) {
		t.errorf("the backend was sent %s, want %s", got, sum(body))
	}
}

func largeAnswer(t *trial, n int, isChunked bool) {
	body := pattern(8, n)
	line, text := framed(body, isChunked)
	_, a := t.pass(head("GET / HTTP/1.1", "Host: h"), Raw(head("HTTP/1.1 200 OK", line)+text))
	if got := sum(a.Body); a.Err != nil || got != sum(body) {
		t.errorf("the client got %s (%v), want %s", got, a.Err, sum(body))
	}
}

// largeSlow asks for two answers and reads the first only after the second.
func largeSlow(t *trial) {
	body := pattern(9, 8<<20)
	line, text := framed(body, false)
	_, proxy := t.front(func(x *Exchange) {
		if x.Target == "/large" {
			Raw(head("HTTP/1.1 200 OK", line) + text)(x)
			return
		}
		Echo()(x)
	})
	slow := t.dial(proxy)
	slow.send(head("GET /large HTTP/1.1", "Host: h"))
	t.got(t.fetch(proxy, head("GET /other HTTP/1.1", "Host: h")), "/other ")
	if a := slow.answer("GET"); a.Err != nil || sum(a.Body) != sum(body) {
		t.errorf("the client got %s (%v), want %s", sum(a.Body), a.Err, sum(body))
	}
}
