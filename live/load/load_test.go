package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"cnv/live/memnet"
	"cnv/live/wire"
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
		for k, v := range map[string]string{"Cnv-Kind": "vm", "Cnv-Request": "41", "Cnv-Worker": "3", "Cnv-Attempt": "1", "Cnv-Cpu-Us": "1234", "Cnv-Predicted-Us": "99", "Cnv-Cold": "true"} {
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
		if s.Status != 200 || s.Bytes != int64(len("/spin?ms=1.000")+55) || s.End != s.Finish || s.Request != 41 {
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
	for _, s := range sent {
		if s.Class == Dropped && (s.End != s.Due || s.Finish != -1 || s.Lag != 0) {
			t.Errorf("%+v", s)
		}
	}
	if report.Sent != 10 || report.Failed[Dropped] != 90 || len(sent) != 100 || !strings.Contains(report.Limited(), "dropped") {
		t.Errorf("%+v, %q", report, report.Limited())
	}
}

// TestLateIsLag: where making requests takes longer than there is time, they
// are sent late, say so, and their response times count from when they were due.
func TestLateIsLag(t *testing.T) {
	slow := func(t *Target, _ context.CancelFunc) {
		t.Request = func(*workloads.Arrival) Request {
			time.Sleep(3 * time.Millisecond)
			return Request{Path: "/"}
		}
	}
	sent, report := play(t, &every{d: 2 * time.Millisecond, n: 100}, func(http.ResponseWriter, *http.Request) {
		time.Sleep(50 * time.Millisecond)
	}, slow)
	for _, s := range sent {
		want := time.Duration(s.ID+3) * time.Millisecond // one more with each
		if s.Lag != want || s.Finish-s.Due != want+50*time.Millisecond {
			t.Fatalf("request %d was sent %v late and answered after %v, want %v and 50 ms more", s.ID, s.Lag, s.Finish-s.Due, want)
		}
	}
	if !strings.Contains(report.Limited(), "late") || report.LagMax != 102*time.Millisecond {
		t.Errorf("%+v, %q", report, report.Limited())
	}
	// The 50th of 100 waited for 52 ms before it was sent.
	if want := 102 * time.Millisecond; report.ResponseP50 < want || report.ResponseP50 > want+want/1000 {
		t.Errorf("median response time %v, want %v within 0.1 %%", report.ResponseP50, want)
	}
	// Patience, too, begins when a request is due: 60 ms leave those that are
	// more than 10 ms late without an answer.
	sent, _ = play(t, &every{d: 2 * time.Millisecond, n: 20}, func(http.ResponseWriter, *http.Request) {
		time.Sleep(50 * time.Millisecond)
	}, func(t *Target, c context.CancelFunc) { slow(t, c); t.Timeout = 60*time.Millisecond + 1 })
	for _, s := range sent {
		if (s.Class == Timeout) != (s.Lag > 10*time.Millisecond) || s.Class == Timeout && s.End != s.Due+60*time.Millisecond+1 {
			t.Errorf("request %d, %v late: %q after %v", s.ID, s.Lag, s.Class, s.End-s.Due)
		}
	}
	sent, report = play(t, &every{d: 4 * time.Millisecond, n: 100}, func(http.ResponseWriter, *http.Request) {
		time.Sleep(50 * time.Millisecond)
	}, slow)
	// The first is due before anything could be made; the others are made while waiting.
	if sent[0].Lag != 3*time.Millisecond || sent[1].Lag != 2*time.Millisecond || sent[10].Lag != 0 {
		t.Errorf("lags %v, %v, %v, want 3 ms, 2 ms, none", sent[0].Lag, sent[1].Lag, sent[10].Lag)
	}
}

// TestLimited: the verdict is that of the doc comment, on both sides of 5 %.
func TestLimited(t *testing.T) {
	for _, c := range []struct {
		r    Report
		want string
	}{
		{Report{Sent: 9, Answered: 9, LagP50: 500, LagP99: 5_000, ResponseP50: 10_000, ResponseP99: 100_000}, ""},
		{Report{Sent: 9, Answered: 9, LagP50: 501, LagP99: 5_000, ResponseP50: 10_000, ResponseP99: 100_000}, "the median of the response time, 10µs, may be too long by up to 501ns"},
		{Report{Sent: 9, Answered: 9, LagP50: 500, LagP99: 5_001, ResponseP50: 10_000, ResponseP99: 100_000}, "the 99th percentile of the response time, 100µs, may be too long by up to 5µs"},
		{Report{Sent: 9, Failed: map[Failure]uint64{Refused: 9}, LagP99: time.Second}, ""}, // there is no response time to be wrong
		{Report{Sent: 9, Answered: 9, Failed: map[Failure]uint64{Dropped: 1}}, "1 requests were dropped"},
	} {
		if got := c.r.Limited(); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
}

// TestTargets: a target that cannot work is refused with all that is wrong.
func TestTargets(t *testing.T) {
	_, err := Run(t.Context(), Target{Address: "gw", Timeout: -1}, time.Now(), &every{}, func(*Sent) {})
	for _, want := range []string{`address "gw"`, "Request is missing", "negative"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
}

// broken is a Source that ends early.
type broken struct{ every }

func (*broken) Err() error { return errors.New("trace.csv:7: no number") }

// TestSourceErrors: a trace that breaks off is an error, after what came of it
// was sent and reported.
func TestSourceErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &memnet.Net{}
		target := Target{Address: "gw:80", Transport: &wire.Transport{Dial: net.Dial}, Request: Spin(nil, 1)}
		r, err := Run(t.Context(), target, time.Now(), &broken{every{n: 3}}, func(*Sent) {})
		if err == nil || r.Sent != 3 {
			t.Errorf("%+v, %v, want 3 sent and the error of the source", r, err)
		}
	})
}

func TestRound(t *testing.T) {
	for _, c := range []struct{ d, want time.Duration }{
		{0, 0}, {999, 999}, {1001, 1000}, {15597567, 15600 * time.Microsecond}, {13746175 * time.Microsecond, 13700 * time.Millisecond},
		{-1234567, -1230 * time.Microsecond}, {3 * time.Hour, 3 * time.Hour},
	} {
		if got := Round(c.d); got != c.want {
			t.Errorf("%v: %v, want %v", c.d, got, c.want)
		}
	}
}

// TestQuantile: of 195 times the 99th percentile is the second largest, as in
// the results' table.
func TestQuantile(t *testing.T) {
	h := hdrhistogram.New(1, 1000, 3)
	for i := range int64(195) {
		_ = h.RecordValue(i + 1)
	}
	if p50, p99 := quantile(h, 0.5), quantile(h, 0.99); p50 != 98 || p99 != 194 {
		t.Errorf("%d and %d, want 98 and 194", p50, p99)
	}
}
