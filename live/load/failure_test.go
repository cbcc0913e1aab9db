package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/memnet"
	"cnv/live/wire"
	"cnv/policy"
	"cnv/workloads"
)

// behaviour is how a server answers one request.
type behaviour struct {
	name   string
	answer http.HandlerFunc
	want   Failure
	status int
	bytes  int64
	took   time.Duration // until the outcome was known
}

func abort(w http.ResponseWriter, head, body string) {
	w.Header().Set("Content-Length", head)
	io.WriteString(w, body)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

var behaviours = []behaviour{
	{"fine", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "fine") }, "", 200, 4, 0},
	{"overloaded", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) }, Status, 503, 3, 0},
	{"moved", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(302) }, Status, 302, 0, 0},
	{"short of its length", func(w http.ResponseWriter, _ *http.Request) { abort(w, "10", "half") }, Broken, 200, 4, 0},
	{"chunks without an end", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}, Broken, 200, 4, 0},
	{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Reset, 0, 0, 0},
	{"speaks something else", func(w http.ResponseWriter, _ *http.Request) {
		c, _, _ := w.(http.Hijacker).Hijack()
		io.WriteString(c, "220 mail\r\n\r\n")
		c.Close()
	}, Reset, 0, 0, 0},
	{"hangs", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Timeout, 0, 0, 2 * time.Second},
	{"hangs after the head", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "10")
		io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}, Timeout, 200, 4, 2 * time.Second},
	{"slow", func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(1999 * time.Millisecond)
		io.WriteString(w, "slow")
	}, "", 200, 4, 1999 * time.Millisecond},
	{"too long", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 1001)) }, TooLong, 200, 1001, 0},
	{"as long as may be", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 1000)) }, "", 200, 1000, 0},
	{"wrong", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "wrong") }, Wrong, 200, 5, 0},
	{"given up for the client", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cnv-Reason", "client")
		w.WriteHeader(504)
	}, Timeout, 504, 0, 0},
	{"an attempt took too long", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cnv-Reason", "attempt_timeout")
		w.WriteHeader(504)
	}, Status, 504, 0, 0},
	{"wrong, and an error anyway", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(500)
		io.WriteString(w, "wrong")
	}, Status, 500, 5, 0},
}

// TestFailures: each way to fail has its name and its instant, with and
// without somebody who looks at the answers.
func TestFailures(t *testing.T) {
	const gap = 10 * time.Second
	serve := func(w http.ResponseWriter, r *http.Request) {
		i, _ := strconv.Atoi(r.URL.Query().Get("i"))
		behaviours[i].answer(w, r)
	}
	checked := 0
	check := func(s *Sent, body []byte) error {
		checked++
		if int64(len(body)) != s.Bytes || string(body) == "wrong" {
			return errors.New("not what was asked for")
		}
		return nil
	}
	for _, look := range []func(*Sent, []byte) error{check, nil} {
		sent, report := play(t, &every{d: gap, n: len(behaviours)}, serve, func(t *Target, _ context.CancelFunc) {
			t.Timeout, t.MaxAnswer, t.Check = 2*time.Second, 1000, look
			t.Request = func(a *workloads.Arrival) Request { return Request{Path: "/?i=" + strconv.Itoa(int(a.At/gap))} }
		})
		answered := uint64(0)
		for i, s := range sent {
			b := behaviours[i]
			if look == nil && b.want == Wrong {
				b.want = ""
			}
			if s.Class != b.want || s.Status != b.status || s.Bytes != b.bytes || s.End != s.Due+b.took {
				t.Errorf("%s: %q, status %d, %d bytes, after %v; want %+v", b.name, s.Class, s.Status, s.Bytes, s.End-s.Due, b)
			}
			whole := b.want == "" || b.want == Status || b.want == Wrong
			if (s.Finish == s.End) != whole || !whole && s.Finish != -1 || (s.Err != nil) == (b.want == "" || b.want == Status) {
				t.Errorf("%s: finished at %v of %v, error %v", b.name, s.Finish, s.End, s.Err)
			}
			if b.want == "" {
				answered++
			}
		}
		if int(report.Sent) != len(behaviours) || report.Answered != answered || report.Limited() != "" {
			t.Errorf("%+v, want %d answered", report, answered)
		}
	}
	if checked != 4 { // whole answers with 2xx
		t.Errorf("%d answers were checked, want 4", checked)
	}
}

// TestNobodyListens: a connection that is refused is not one that broke.
func TestNobodyListens(t *testing.T) {
	sent, report := play(t, &every{d: time.Second, n: 3}, nil, func(t *Target, _ context.CancelFunc) { t.Address = "nobody:80" })
	if report.Failed[Refused] != 3 || report.Sent != 3 || report.Answered != 0 || report.Limited() != "" || sent[0].Err == nil {
		t.Errorf("%+v", report)
	}
}

// TestNobodyAcceptsInTime: patience ends while a connection is being opened.
func TestNobodyAcceptsInTime(t *testing.T) {
	sent, _ := play(t, &every{d: time.Second, n: 1}, nil, func(t *Target, _ context.CancelFunc) {
		t.Timeout = time.Second
		t.Transport = &wire.Transport{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
	})
	if sent[0].Class != Timeout || sent[0].End != time.Second {
		t.Errorf("%+v", sent[0])
	}
}

// TestInvalid: what HTTP cannot say is not sent, and is nobody else's fault.
func TestInvalid(t *testing.T) {
	sent, report := play(t, &every{n: 1}, nil, func(t *Target, _ context.CancelFunc) {
		t.Request = func(*workloads.Arrival) Request { return Request{Path: "/two words"} }
	})
	if report.Failed[Invalid] != 1 || report.Sent != 0 || !strings.Contains(sent[0].Err.Error(), "two words") {
		t.Errorf("%+v, %v", report, sent[0].Err)
	}
}

// TestInterrupted: when somebody loses patience the run ends at that instant,
// what hangs is not said to have timed out, however many more there were to send,
// and the generator is not blamed.
func TestInterrupted(t *testing.T) {
	const patience = 9500 * time.Millisecond
	sent, report := play(t, &every{d: time.Second, n: 5e9}, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("ms") == "1.000" && r.Header.Get("Cnv-Class") == "hang" {
			<-r.Context().Done()
		}
	}, func(t *Target, cancel context.CancelFunc) {
		t.Timeout = time.Minute
		t.Request = func(a *workloads.Arrival) Request {
			if a.At == 4*time.Second {
				return Spin([]policy.Class{{Name: "hang"}}, 1)(a)
			}
			return Spin(nil, 1)(a)
		}
		time.AfterFunc(patience, cancel)
	})
	if len(sent) != 10 || report.Sent != 10 || report.Answered != 9 || report.Failed[Interrupted] != 1 || report.Limited() != "" {
		t.Errorf("%d recorded, %+v, %q", len(sent), report, report.Limited())
	}
	for _, s := range sent {
		if s.Class != "" && s.End != patience {
			t.Errorf("request %d: %q at %v, want %v", s.ID, s.Class, s.End, patience)
		}
	}
}

// TestBodies: a body goes as a POST of its type, and leaves nothing behind in
// the requests that use its lane later.
func TestBodies(t *testing.T) {
	big := bytes.Repeat([]byte("scene "), 20_000)
	var got []string
	play(t, &every{d: time.Second, n: 3}, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Equal(body, big) {
			body = []byte("big")
		}
		got = append(got, fmt.Sprintf("%s %s %q %q %s", r.Method, r.URL.Path, r.Header["Content-Type"], r.Header["Cnv-Class"], body))
	}, func(t *Target, _ context.CancelFunc) {
		t.Request = func(a *workloads.Arrival) Request {
			return []Request{{Path: "/render", Class: "raytracer", Type: "text/plain", Body: big}, {Path: "/spin"}, {Path: "/empty", Body: []byte{}}}[a.At/time.Second]
		}
	})
	want := []string{`POST /render ["text/plain"] ["raytracer"] big`, "GET /spin [] [] ", "POST /empty [] [] "}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestTooFast: a rate that cannot be sent ends the run with words soon, however
// many arrivals are left, and does not wait for answers.
func TestTooFast(t *testing.T) {
	slow := func(a *workloads.Arrival) Request { time.Sleep(10 * time.Millisecond); return Spin(nil, 1)(a) }
	for name, src := range map[string]workloads.Source{"open": &every{d: time.Millisecond, n: 5e9}, "closed": &crowd{left: 5e9}} {
		synctest.Test(t, func(t *testing.T) {
			net, begin, n := &memnet.Net{}, time.Now(), 0
			server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })}
			go server.Serve(net.Listen("gw:80"))
			_, err := Run(t.Context(), Target{Address: "gw:80", Transport: &wire.Transport{Dial: net.Dial}, Request: slow}, begin, src, func(*Sent) { n++ })
			if took := time.Since(begin); err == nil || !strings.Contains(err.Error(), "limited by the load generator") || !strings.Contains(err.Error(), "lower the rate") || took > 6*time.Second || n < 450 {
				t.Errorf("%s: %d requests, %v, after %v", name, n, err, took)
			}
			server.Close()
			time.Sleep(time.Minute)
		})
	}
}

// A crowd is very many clients of a closed loop who begin at once.
type crowd struct{ left int }

func (c *crowd) Err() error                                     { return nil }
func (c *crowd) Peek() (time.Duration, bool)                    { return 0, c.left > 0 }
func (c *crowd) Finished(policy.RequestID, time.Duration, bool) {}
func (c *crowd) Next(a *workloads.Arrival) bool {
	*a = workloads.Arrival{}
	c.left--
	return c.left >= 0
}
