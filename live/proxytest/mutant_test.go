package proxytest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"path"
	"strings"
	"sync"
	"testing"
)

// tunnel passes on bytes, as a balancer of TCP connections does.
func tunnel(t *testing.T, backend string, config *tls.Config) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	if config != nil {
		l, url = tls.NewListener(l, config), "https://"+l.Addr().String()
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", backend)
			if err != nil {
				client.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{client, to}, {to, client}} {
				go func() {
					_, _ = io.Copy(way[1], way[0])
					client.Close()
					to.Close()
				}()
			}
		}
	}()
	return url
}

// naive is what one writes first: it reads everything, asks by http.Client,
// and copies what it got.
func naive(backend string) http.Handler {
	c := &http.Client{Transport: &http.Transport{}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		to := *r.URL
		to.Scheme, to.Host, to.RawPath = "http", backend, ""
		out, err := http.NewRequest(r.Method, to.String(), bytes.NewReader(body))
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		for k, v := range r.Header {
			out.Header.Set(k, strings.Join(v, ", "))
		}
		resp, err := c.Do(out)
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		defer resp.Body.Close()
		answer, _ := io.ReadAll(resp.Body)
		for k, v := range resp.Header {
			w.Header().Set(k, strings.Join(v, ", "))
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(resp.StatusCode)
		_, _ = w.Write(answer)
	})
}

// roundTrip is a function as a http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// through is ReverseProxy with something between it and its Transport.
func through(backend string, change func(r *http.Request, next http.RoundTripper) (*http.Response, error)) *httputil.ReverseProxy {
	p := reverse(backend)
	next := p.Transport
	p.Transport = roundTrip(func(r *http.Request) (*http.Response, error) { return change(r, next) })
	return p
}

// eager tries everything again, whatever it was.
func eager(backend string) http.Handler {
	return through(backend, func(r *http.Request, next http.RoundTripper) (resp *http.Response, err error) {
		var body []byte
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
		}
		for range 9 {
			r.Body = io.NopCloser(bytes.NewReader(body))
			resp, err = next.RoundTrip(r)
			if err != nil || resp.StatusCode >= 500 {
				continue
			}
			answer, err := io.ReadAll(resp.Body)
			if err == nil {
				resp.Body = io.NopCloser(bytes.NewReader(answer))
				return resp, nil
			}
		}
		return resp, err
	})
}

// deaf does not notice that its client has left.
func deaf(backend string) http.Handler {
	return through(backend, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Body != nil {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		resp, err := next.RoundTrip(r.WithContext(context.Background()))
		if err == nil && resp.Header.Get("Content-Length") == "" {
			go io.Copy(io.Discard, resp.Body)
		}
		return resp, err
	})
}

// blind takes the end of a broken answer for its end.
func blind(backend string) http.Handler {
	return through(backend, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil {
			return &http.Response{StatusCode: 200, Body: http.NoBody, Header: http.Header{}}, nil
		}
		resp.Header.Del("Content-Length")
		resp.ContentLength = -1
		resp.Body = blinded{resp.Body}
		return resp, nil
	})
}

type blinded struct{ io.ReadCloser }

func (b blinded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

// hoarder shows nothing before it has everything.
func hoarder(backend string) http.Handler {
	p := reverse(backend)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		defer func() {
			recover()
			for k, v := range rec.Header() {
				w.Header()[k] = v
			}
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes())
		}()
		p.ServeHTTP(rec, r)
	})
}

// single has one connection to its backend, on which it believes whatever comes.
func single(backend string) http.Handler {
	var mu sync.Mutex
	var conn net.Conn
	var in *bufio.Reader
	return through(backend, func(r *http.Request, _ http.RoundTripper) (resp *http.Response, err error) {
		mu.Lock()
		defer mu.Unlock()
		if conn == nil {
			if conn, err = net.Dial("tcp", backend); err != nil {
				return nil, err
			}
			in = bufio.NewReader(conn)
		}
		if err = r.Write(conn); err == nil {
			resp, err = http.ReadResponse(in, r)
		}
		if err != nil {
			conn.Close()
			conn = nil
			return nil, err
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return resp, err
	})
}

// boundless takes heads of any length.
func boundless(backend string) http.Handler {
	p := reverse(backend)
	p.Transport.(*http.Transport).MaxResponseHeaderBytes = 1 << 30
	return p
}

// tidy cleans what it passes on.
func tidy(backend string) http.Handler {
	p := reverse(backend)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Method = strings.ToUpper(r.Method)
		r.URL.RawPath, r.URL.Path = "", path.Clean(r.URL.Path)
		r.URL.RawQuery, r.URL.ForceQuery = r.URL.Query().Encode(), false
		p.ServeHTTP(w, r)
	})
}

// crossed gives a client the answer that another one has asked for.
func crossed(backend string) http.Handler {
	var mu sync.Mutex
	var before io.ReadCloser = io.NopCloser(strings.NewReader("nobody's"))
	return through(backend, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, _ := io.ReadAll(resp.Body)
		mu.Lock()
		defer mu.Unlock()
		resp.Body, before = before, io.NopCloser(bytes.NewReader(body))
		resp.Header.Del("Content-Length")
		resp.ContentLength = -1
		return resp, nil
	})
}

// short cuts off what does not fit into its buffer.
func short(backend string) http.Handler {
	return through(backend, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Body != nil {
			r.Body, r.ContentLength = io.NopCloser(io.LimitReader(r.Body, 10_000)), -1
		}
		resp, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		resp.Header.Del("Content-Length")
		resp.Body = io.NopCloser(io.LimitReader(resp.Body, 10_000))
		return resp, nil
	})
}

// emptier asks for everything as if it were a page.
func emptier(backend string) http.Handler {
	return through(backend, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Body != nil {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		r.Method, r.Body, r.ContentLength = "GET", nil, 0
		return next.RoundTrip(r)
	})
}

// censor passes on the fields that it knows, once and in small letters.
func censor(backend string) http.Handler {
	known := func(h http.Header) {
		for k, v := range h {
			switch k {
			case "Accept-Encoding", "Date", "Etag", "Content-Length", "Transfer-Encoding":
				h[k] = []string{strings.ToLower(strings.TrimLeft(v[0], `bW/"`))}
			default:
				delete(h, k)
			}
		}
	}
	return through(backend, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		known(r.Header)
		resp, err := next.RoundTrip(r)
		if err == nil {
			known(resp.Header)
		}
		return resp, err
	})
}

// sloppy knows paths, and nothing else that a target may have.
func sloppy(backend string) http.Handler {
	return through(backend, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		path, _, _ := strings.Cut(r.URL.Path, ";")
		r.URL.Opaque, r.URL.RawQuery = strings.ReplaceAll(path, "\x00", ""), ""
		return next.RoundTrip(r)
	})
}

// merger makes trailers part of the head.
func merger(backend string) http.Handler {
	p := reverse(backend)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for k, v := range r.Trailer {
			r.Header[k] = v
		}
		r.Body, r.Trailer = io.NopCloser(bytes.NewReader(body)), nil
		p.ServeHTTP(w, r)
	})
}

// mute hangs up on everybody.
func mute(t *testing.T, _ string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	return "http://" + l.Addr().String()
}
