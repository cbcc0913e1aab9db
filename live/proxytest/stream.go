package proxytest

import (
	"fmt"
	"io"
	"strings"
)

// streamCases: an answer of unknown length may be a stream of events, and
// somebody waits for each.
func streamCases() []Case {
	const section = "RFC 9112, 7.1; WHATWG HTML, 9.2"
	return []Case{
		{"stream/chunked", section, "a piece arrives before the next one is made", func(t *trial) { stream(t, h1, "text/plain", true) }},
		{"stream/events", section, "so for text/event-stream", func(t *trial) { stream(t, h1, "text/event-stream", true) }},
		{"stream/close", section, "so where the answer ends with its connection", func(t *trial) { stream(t, h1, "text/plain", false) }},
		{"stream/head", section, "a head arrives before there is a body", streamHead},
	}
}

// stream: the backend makes a piece when the client has read the one before.
func stream(t *trial, p protocol, kind string, isChunked bool) {
	next := make(chan struct{}, 1)
	_, proxy := t.speaks(p, func(x *Exchange) {
		lines := []string{"HTTP/1.1 200 OK", "Content-Type: " + kind, "Connection: close"}
		if isChunked {
			lines = append(lines, "Transfer-Encoding: chunked")
		}
		Raw(head(lines...))(x)
		for i := range 5 {
			text := fmt.Sprintf("data: %d\n\n", i)
			if isChunked {
				text = chunkOf([]byte(text))
			}
			x.Write(text)
			select {
			case <-next:
			case <-x.Ended():
				return
			}
		}
		if isChunked {
			x.Write("0\r\n\r\n")
		}
		x.End(Close)
	})
	resp, err := t.http(p).Get(proxy + "/")
	if err != nil {
		t.fatalf("the client got: %v", err)
	}
	defer resp.Body.Close()
	piece := make([]byte, len("data: 0\n\n"))
	for i := range 5 {
		if _, err := io.ReadFull(resp.Body, piece); err != nil || !strings.Contains(string(piece), fmt.Sprint(i)) {
			t.fatalf("piece %d is %q (%v)", i, piece, err)
		}
		next <- struct{}{}
	}
	if rest, err := io.ReadAll(resp.Body); len(rest) > 0 || err != nil {
		t.errorf("behind the last piece: %q (%v)", rest, err)
	}
}

func streamHead(t *trial) {
	seen := make(chan struct{})
	_, proxy := t.front(func(x *Exchange) {
		Raw(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))(x)
		select {
		case <-seen:
		case <-x.Ended():
		}
		x.Write(chunked("hello"))
	})
	k := t.dial(proxy)
	k.send(head("GET / HTTP/1.1", "Host: h"))
	a := k.head("GET")
	if a.Status != 200 {
		t.fatalf("the client got %s", a)
	}
	close(seen)
	a.Body, _, a.Err = a.framing.read(k.r)
	t.got(a, "hello")
}
