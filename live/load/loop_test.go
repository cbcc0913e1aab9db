package load

import (
	"context"
	"net/http"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// client is a ClosedSource of one client that thinks for a second.
type client struct {
	next     time.Duration
	waiting  bool
	left     int
	finished []time.Duration
}

func (l *client) Err() error                  { return nil }
func (l *client) Peek() (time.Duration, bool) { return l.next, !l.waiting && l.left > 0 }
func (l *client) Next(a *workloads.Arrival) bool {
	*a = workloads.Arrival{At: l.next, Work: time.Millisecond}
	l.waiting = true
	l.left--
	return true
}
func (l *client) Finished(_ policy.RequestID, at time.Duration, _ bool) {
	l.waiting, l.next = false, at+time.Second
	l.finished = append(l.finished, at)
}

// TestClosedLoop: a client thinks after each answer.
func TestClosedLoop(t *testing.T) {
	l := &client{left: 5}
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

// clients opens a closed loop of clients that think for an exponential time.
func clients(t *testing.T, n int, think float64, d time.Duration) workloads.Source {
	g := &workloads.Clients{Clients: n, Think: workloads.Dist{Law: workloads.Exponential{Of: think}}, Duration: d}
	w, err := g.Workload("clients", workloads.Uniformly("a", workloads.Constant(0.01)))
	if err != nil {
		t.Fatal(err)
	}
	src, err := w.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// TestEarlierClientIsNotLate: while the next arrival known is awaited, another
// client is answered and thinks so briefly that it comes first. All are on time.
func TestEarlierClientIsNotLate(t *testing.T) {
	sent, report := play(t, clients(t, 20, 1, time.Minute), func(http.ResponseWriter, *http.Request) {
		time.Sleep(30 * time.Millisecond)
	}, nil)
	last := time.Duration(0)
	for _, s := range sent {
		if s.Lag != 0 || s.Finish-s.Due != 30*time.Millisecond || s.Due < last {
			t.Fatalf("request %d, due at %v after %v, was %v late and took %v", s.ID, s.Due, last, s.Lag, s.Finish-s.Due)
		}
		last = s.Due
	}
	if len(sent) < 1000 || report.Limited() != "" { // 20 clients, 60 s, 1.03 s each: 1165
		t.Errorf("%d requests, %q", len(sent), report.Limited())
	}
}

// TestClosedLoopDrops: more clients than may be in flight at once lose
// requests, and go on.
func TestClosedLoopDrops(t *testing.T) {
	sent, report := play(t, clients(t, 20, 0.1, time.Minute), func(http.ResponseWriter, *http.Request) {
		time.Sleep(time.Second)
	}, func(t *Target, _ context.CancelFunc) { t.InFlight = 2 })
	if int(report.Sent+report.Failed[Dropped]) != len(sent) || report.Sent < 110 || report.Sent > 122 || report.LagMax != 0 {
		t.Errorf("%d recorded, %+v, want two answers a second for a minute, and no lag", len(sent), report)
	}
}

// TestAsManyLanesAsClients: a client whose answer has come finds its lane free,
// however briefly it thinks.
func TestAsManyLanesAsClients(t *testing.T) {
	_, report := play(t, clients(t, 4, 1e-9, time.Second), func(http.ResponseWriter, *http.Request) {
		time.Sleep(time.Millisecond)
	}, func(t *Target, _ context.CancelFunc) { t.InFlight = 4 })
	if report.Failed[Dropped] != 0 || report.Answered < 3900 {
		t.Errorf("%+v, want some 4000 answers and nothing dropped", report)
	}
}

// TestClosedLoopInterrupted: a loop whose clients all wait for a hung gateway
// ends when somebody loses patience.
func TestClosedLoopInterrupted(t *testing.T) {
	sent, report := play(t, clients(t, 3, 0.1, time.Hour), func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
	}, func(_ *Target, cancel context.CancelFunc) { time.AfterFunc(10*time.Second, cancel) })
	if len(sent) != 3 || report.Failed[Interrupted] != 3 || sent[0].End != 10*time.Second {
		t.Errorf("%d recorded, %+v", len(sent), report)
	}
}
