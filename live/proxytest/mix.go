package proxytest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// mixCases: many at once, of every kind.
func mixCases() []Case {
	const section = "RFC 9110, 3.3"
	return []Case{
		{"mix/200", section, "of 200 requests at once each gets its own answer", func(t *trial) { mix(t, h1) }},
	}
}

// mixed is how many requests are sent at once.
const mixed = 200

// mix sends requests that differ in method, size and framing; every fifth
// answer breaks off.
func mix(t *trial, p protocol) {
	_, proxy := t.speaks(p, mixBackend)
	c := t.http(p)
	var all sync.WaitGroup
	for i := range mixed {
		all.Go(func() {
			if err := mixOne(c, proxy, i); err != nil {
				t.errorf("request %d: %v", i, err)
			}
		})
	}
	all.Wait()
}

// mixBody is the body of a request, and of its answer.
func mixBody(i int) []byte { return pattern(byte(i), []int{0, 1, 100, 5_000, 70_000}[i/5%5]) }

// mixBackend answers a POST with its body and a GET with that of the request's
// number; chunked if that is odd, and only half of it if divisible by five.
func mixBackend(x *Exchange) {
	if x.ReadBody() != nil {
		return
	}
	var i int
	fmt.Sscanf(x.Target, "/%d", &i)
	body := x.Body
	if x.Method != "POST" {
		body = mixBody(i)
	}
	line, text := framed(body, i%2 == 1)
	if x.Method == "HEAD" {
		text = ""
	}
	lines := head("HTTP/1.1 200 OK", line, "X-Id: "+x.Header.Get("X-Id"))
	if i%5 == 0 && len(text) > 0 {
		x.Write(lines + text[:len(text)/2])
		x.End(Close)
		return
	}
	x.Write(lines + text)
}

func mixOne(c *http.Client, proxy string, i int) error {
	method := []string{"GET", "POST", "HEAD", "POST"}[i%4]
	var body io.Reader
	if method == "POST" {
		body = bytes.NewReader(mixBody(i))
		if i%3 == 0 {
			body = io.MultiReader(body) // of unknown length
		}
	}
	r, err := http.NewRequest(method, fmt.Sprintf("%s/%d", proxy, i), body)
	if err != nil {
		return err
	}
	r.Header.Set("X-Id", fmt.Sprint(i))
	broken := i%5 == 0 && method != "HEAD" && (len(mixBody(i)) > 0 || i%2 == 1)
	resp, err := c.Do(r)
	if err != nil {
		if broken {
			return nil
		}
		return err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	want := mixBody(i)
	if method == "HEAD" {
		want = nil
	}
	switch {
	case broken && err == nil && resp.StatusCode < 500:
		return fmt.Errorf("an answer that broke off looks whole, with %s", sum(got))
	case broken:
		return nil
	case err != nil || resp.StatusCode != 200 || strings.Join(resp.Header["X-Id"], ",") != fmt.Sprint(i) || !bytes.Equal(got, want):
		return fmt.Errorf("got %d of %q with %s (%v), want %s", resp.StatusCode, resp.Header["X-Id"], sum(got), err, sum(want))
	}
	return nil
}
