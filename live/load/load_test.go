package load

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/memnet"
	"cnv/live/wire"
	"cnv/policy"
	"cnv/workloads"
)

// every is a Source of n arrivals at even distances.
type every struct {
	d    time.Duration
	n, i int
}

func (s *every) Err() error { return nil }
func (s *every) Next(a *workloads.Arrival) bool {
	if s.i == s.n {
		return false
	}
	*a = workloads.Arrival{At: time.Duration(s.i) * s.d, Work: time.Millisecond}
	s.i++
	return true
}

// play runs a load in virtual time against a handler.
func play(t *testing.T, src workloads.Source, h http.HandlerFunc, change func(*Target, context.CancelFunc)) ([]Sent, Report) {
	var out []Sent
	var report Report
	synctest.Test(t, func(t *testing.T) {
		net := &memnet.Net{}
		server := &http.Server{Handler: h}
		go server.Serve(net.Listen("gw:80"))
		transport := &wire.Transport{Dial: net.Dial}
		ctx, cancel := context.WithCancel(t.Context())
		target := Target{Address: "gw:80", Transport: transport, Request: Spin(nil, 1)}
		if change != nil {
			change(&target, cancel)
		}
		var err error
		report, err = Run(ctx, target, time.Now(), src, func(s *Sent) { out = append(out, *s) })
		if err != nil {
			t.Error(err)
		}
		cancel()
		transport.Close()
		server.Close()
		time.Sleep(time.Minute)
	})
	return out, report
}

// TestInstants: every request is sent at its intended instant, and what the
// gateway says of it is read.
func TestInstants(t *testing.T) {
	sent, report := play(t, &every{d: 7 * time.Millisecond, n: 500}, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(30 * time.Millisecond)
		for k, v := range map[string]string{"Cnv-Kind": "vm", "Cnv-Worker": "3", "Cnv-Attempt": "1", "Cnv-Cpu-Us": "1234", "Cnv-Predicted-Us": "99", "Cnv-Cold": "true"} {
			w.Header().Set(k, v)
		}
		fmt.Fprint(w, r.URL.RequestURI(), r.Header.Get("Traceparent"))
	}, nil)
	if len(sent) != 500 || report.Sent != 500 || report.Answered != 500 || report.Limited() != "" {
		t.Fatalf("%d recorded, report %+v %s", len(sent), report, report.Limited())
	}
	for _, s := range sent {
		if s.Lag != 0 || s.Finish != s.Due+30*time.Millisecond || s.Due != time.Duration(s.ID)*7*time.Millisecond {
			t.Fatalf("%+v", s)
		}
		if s.Kind != "vm" || s.Worker != 3 || s.Attempts != 2 || s.CPU != 1234*time.Microsecond || s.Expected != 99*time.Microsecond || !s.Cold {
			t.Fatalf("%+v", s)
		}
	}
}

// TestNobodyIsWaitedFor: while the server stalls for ten seconds requests go
// on being sent at their instants, and those that met the stall show it.
func TestNobodyIsWaitedFor(t *testing.T) {
	begin := time.Time{}
	sent, report := play(t, &every{d: 100 * time.Millisecond, n: 200}, func(http.ResponseWriter, *http.Request) {
		if begin.IsZero() {
			begin = time.Now()
		}
		if d := time.Since(begin); d >= 5*time.Second && d < 15*time.Second {
			time.Sleep(15*time.Second - d)
		}
	}, nil)
	stalled := 0
	for _, s := range sent {
		if s.Lag != 0 {
			t.Errorf("request %d was sent %v late", s.ID, s.Lag)
		}
		if s.Finish-s.Due > time.Second {
			stalled++
		}
	}
	if stalled < 85 || stalled > 95 || report.ResponseP99 < 9*time.Second {
		t.Errorf("%d requests show the stall, p99 %v; want 90 and nearly 10 s", stalled, report.ResponseP99)
	}
}

// TestDropped: what would be one too many in flight is not sent late but not
// at all, and the run says so.
func TestDropped(t *testing.T) {
	sent, report := play(t, &every{d: time.Millisecond, n: 100}, func(http.ResponseWriter, *http.Request) {
		time.Sleep(time.Second)
	}, func(t *Target, _ context.CancelFunc) { t.InFlight = 10 })
	if report.Sent != 10 || report.Failed[Dropped] != 90 || len(sent) != 100 || !strings.Contains(report.Limited(), "dropped") {
		t.Errorf("%+v, %q", report, report.Limited())
	}
}

// TestFailures: each way to fail has its name.
func TestFailures(t *testing.T) {
	n := 0
	sent, report := play(t, &every{d: 10 * time.Second, n: 5}, func(w http.ResponseWriter, r *http.Request) {
		n++
		switch n {
		case 1:
			http.Error(w, "no", http.StatusServiceUnavailable)
		case 2:
			w.Header().Set("Content-Length", "10")
			io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case 3:
			panic(http.ErrAbortHandler)
		case 4:
			<-r.Context().Done()
		}
	}, func(t *Target, _ context.CancelFunc) { t.Timeout = 2 * time.Second })
	var got []Failure
	for _, s := range sent {
		got = append(got, s.Class)
		if (s.Class == "") != (s.Finish >= 0 && s.Status == 200) {
			t.Errorf("%+v", s)
		}
	}
	want := []Failure{Status, Broken, Refused, Timeout, ""}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%q, want %q", got, want)
			break
		}
	}
	if report.Answered != 1 || report.Sent != 5 {
		t.Errorf("%+v", report)
	}
}

// TestInterrupted: what was not sent when somebody loses patience is counted.
func TestInterrupted(t *testing.T) {
	sent, report := play(t, &every{d: time.Second, n: 100}, func(http.ResponseWriter, *http.Request) {}, func(_ *Target, cancel context.CancelFunc) {
		time.AfterFunc(9500*time.Millisecond, cancel)
	})
	if len(sent) != 100 || report.Sent != 10 || report.Failed[Dropped] != 90 {
		t.Errorf("%d recorded, %+v", len(sent), report)
	}
}

// loop is a ClosedSource of one client that thinks for a second.
type loop struct {
	next     time.Duration
	waiting  bool
	left     int
	finished []time.Duration
}

func (l *loop) Err() error                  { return nil }
func (l *loop) Peek() (time.Duration, bool) { return l.next, !l.waiting && l.left > 0 }
func (l *loop) Next(a *workloads.Arrival) bool {
	*a = workloads.Arrival{At: l.next, Work: time.Millisecond}
	l.waiting = true
	l.left--
	return true
}
func (l *loop) Finished(_ policy.RequestID, at time.Duration) {
	l.waiting, l.next = false, at+time.Second
	l.finished = append(l.finished, at)
}

// TestClosedLoop: a client thinks after each answer.
func TestClosedLoop(t *testing.T) {
	l := &loop{left: 5}
	sent, _ := play(t, l, func(http.ResponseWriter, *http.Request) { time.Sleep(3 * time.Second) }, nil)
	for i, s := range sent {
		if want := time.Duration(i) * 4 * time.Second; s.Due != want || s.Lag != 0 {
			t.Errorf("request %d was due at %v, %v late, want %v", i, s.Due, s.Lag, want)
		}
	}
	if len(sent) != 5 || len(l.finished) != 5 {
		t.Errorf("%d sent, %d finished, want 5", len(sent), len(l.finished))
	}
}

// BenchmarkSend is the cost of a request, the server's share included.
func BenchmarkSend(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }))
	defer s.Close()
	b.ReportAllocs()
	r, err := Run(b.Context(), Target{Address: s.Listener.Addr().String(), Request: Spin(nil, 1)}, time.Now(), &every{d: 200 * time.Microsecond, n: b.N}, func(*Sent) {})
	if err != nil || r.Answered != uint64(b.N) {
		b.Fatal(r, err)
	}
	b.ReportMetric(float64(r.LagP99)/1e3, "lag-p99-us")
}
