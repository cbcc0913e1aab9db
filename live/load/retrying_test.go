package load

import (
	"context"
	"math"
	"net/http"
	"testing"
	"time"

	"cnv/workloads"
)

// once is a Source of one arrival.
type once struct{ done bool }

func (o *once) Err() error { return nil }
func (o *once) Next(a *workloads.Arrival) bool {
	if o.done {
		return false
	}
	o.done = true
	*a = workloads.Arrival{At: time.Second, Work: time.Millisecond}
	return true
}

// TestClientsTryAgain: a client that got 503, and then nothing in time, sends
// the same request again as often as it may, as in the simulator.
func TestClientsTryAgain(t *testing.T) {
	n := 0
	src := workloads.Retrying(&once{}, workloads.Patience{Retry: 2, Backoff: 100 * time.Millisecond, Budget: math.Inf(1)}, 1, 0)
	sent, _ := play(t, src, func(w http.ResponseWriter, r *http.Request) {
		switch n++; n {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			<-r.Context().Done()
		}
	}, func(t *Target, _ context.CancelFunc) { t.Timeout = 500 * time.Millisecond })
	want := []time.Duration{time.Second, 1100 * time.Millisecond, 1800 * time.Millisecond}
	if len(sent) != len(want) {
		t.Fatalf("%d sent, want %d", len(sent), len(want))
	}
	for i, s := range sent {
		if a := &s.Arrival; s.Due != want[i] || int(a.Try) != i || a.User != 0 || a.First != time.Second || a.Work != time.Millisecond {
			t.Errorf("try %d was due at %v: %+v, want at %v", i, s.Due, a, want[i])
		}
	}
	if sent[0].Class != Status || sent[1].Class != Timeout || sent[2].Class != "" {
		t.Errorf("endings %q, %q, %q", sent[0].Class, sent[1].Class, sent[2].Class)
	}
}

// TestServed: which endings a client takes for an answer.
func TestServed(t *testing.T) {
	for _, c := range []struct {
		class  Failure
		status int
		want   bool
	}{
		{"", 200, true}, {Status, 404, true}, {Status, 429, false}, {Status, 500, false}, {Status, 503, false}, {Status, 499, true},
		{Timeout, 0, false}, {Refused, 0, false}, {Reset, 0, false}, {Broken, 200, false},
		{Dropped, 0, true}, {Interrupted, 0, true}, {Wrong, 200, true},
	} {
		if s := (Sent{Class: c.class, Status: c.status}); s.served() != c.want {
			t.Errorf("%q %d: served %v, want %v", c.class, c.status, s.served(), c.want)
		}
	}
}
