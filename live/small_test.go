package live

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestAttemptThatCannotBegin: one on functions where there are none, and one that was cancelled
// before, are told as never begun.
func TestAttemptThatCannotBegin(t *testing.T) {
	cancelled, cancel := context.WithCancelCause(context.Background())
	cancel(errLeft)
	for _, c := range []struct {
		ctx    context.Context
		worker *Worker
		want   policy.Status
	}{{context.Background(), nil, policy.Error}, {cancelled, nil, policy.Cancelled}, {cancelled, &Worker{}, policy.Cancelled}} {
		a := &attempt{ctx: c.ctx, worker: c.worker, x: &exchange{g: &Gateway{}}}
		if e := a.try(); e.Kind != policy.Done || e.Status != c.want || !e.Unstarted {
			t.Errorf("worker %v: %+v, want an end with status %v that never began", c.worker != nil, e, c.want)
		}
	}
}

// TestTargetAsReceived: the origin form and the asterisk go on as they came; of an absolute
// target the path and the query do.
func TestTargetAsReceived(t *testing.T) {
	for received, want := range map[string]string{"/a//b?c": "/a//b?c", "*": "*", "http://there/a?b": "/a?b"} {
		u, err := url.Parse(received)
		if err != nil {
			t.Fatal(err)
		}
		x := &exchange{r: &http.Request{RequestURI: received, URL: u}}
		if got := x.target(); got != want {
			t.Errorf("%q goes on as %q, want %q", received, got, want)
		}
	}
	odd := &exchange{r: &http.Request{RequestURI: "*", URL: &url.URL{Path: "/other"}}}
	if got := odd.target(); got != "*" {
		t.Errorf("the asterisk goes on as %q", got)
	}
}

// TestRaiseWantsWholeInstances: neither a half instance nor more than anybody has.
func TestRaiseWantsWholeInstances(t *testing.T) {
	b := NewBudget(Limits{Instances: 2}, []BudgetPool{{}}, BudgetFunctions{})
	for v, ok := range map[float64]bool{2.5: false, 3e9: false, 3: true, math.MaxInt32: true, math.MaxInt32 + 1: false} {
		err := b.Raise("budget.max_instances", v)
		if (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "want a whole number") {
			t.Errorf("%v instances: %v, want taken = %v", v, err, ok)
		}
	}
}

// A counting connection counts the deadlines that are set.
type counting struct {
	net.Conn
	set []time.Time
}

func (c *counting) SetWriteDeadline(t time.Time) error { c.set = append(c.set, t); return nil }

// TestDeadlineOfWritesIsSetSeldom: while it changes by no more than an eighth, the deadline that
// is set stays.
func TestDeadlineOfWritesIsSetSeldom(t *testing.T) {
	conn, now := &counting{}, time.Unix(0, 0)
	c := &clientConn{Conn: conn}
	for _, after := range []time.Duration{0, stall / 16, stall / 8, stall/8 + 1} {
		c.arm(now.Add(after))
	}
	if want := []time.Time{now.Add(stall), now.Add(stall + stall/8 + 1)}; !slices.Equal(conn.set, want) {
		t.Errorf("set to %v, want %v", conn.set, want)
	}
}

// TestClientOfOtherConnections: what is no connection of a guard has no client.
func TestClientOfOtherConnections(t *testing.T) {
	for _, c := range []net.Conn{&counting{}, &clientConn{}} {
		if got := clientOf(withClient(t.Context(), c)); got != nil {
			t.Errorf("%T: client %+v", c, got)
		}
	}
	k := &client{}
	if got := clientOf(withClient(t.Context(), &clientConn{client: k})); got != k {
		t.Errorf("client %p, want %p", got, k)
	}
}

// TestLeftAreThoseNotEnded: of every stage but the last.
func TestLeftAreThoseNotEnded(t *testing.T) {
	f := &Fleet{byID: map[string]*hand{"i-2": {stage: serving}, "i-1": {stage: ended - 1}, "i-0": {stage: ended}}}
	if got := f.left(); !slices.Equal(got, []string{"i-1", "i-2"}) {
		t.Errorf("%v are left, want i-1 and i-2", got)
	}
}

// TestSpeedOfFunctions: their CPU time is work as it is.
func TestSpeedOfFunctions(t *testing.T) {
	if got := (&attempt{}).speed(); got != 1 {
		t.Errorf("speed %v, want 1", got)
	}
}

// brokenAfter is a client that takes so many bytes.
type brokenAfter struct {
	http.ResponseWriter
	takes int
}

func (b *brokenAfter) Write(p []byte) (int, error) {
	n := min(len(p), b.takes)
	if b.takes -= n; n < len(p) {
		return n, io.ErrClosedPipe
	}
	return n, nil
}

// TestBrokenWrite: a write that fails ends an answer, with the number of bytes that went.
func TestBrokenWrite(t *testing.T) {
	o := &outflow{w: &brokenAfter{httptest.NewRecorder(), 40 << 10}}
	if n, err := o.Write(make([]byte, 100<<10)); n != 40<<10 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%d bytes, error %v, want %d and that of the connection", n, err, 40<<10)
	}
}

// TestWhyLaunchesFailed: the reason of the last, or none where nobody gave one.
func TestWhyLaunchesFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, testConfig(1), nil)
		defer f.close()
		for why, err := range map[string]error{"": nil, "no capacity": errors.New("no capacity")} {
			f.workers.LaunchFailed(0, 1, err)
			if got := f.workers.Why(&policy.Event{Kind: policy.LaunchFailed, Pool: 0}); got != why {
				t.Errorf("%q, want %q", got, why)
			}
		}
	})
}
