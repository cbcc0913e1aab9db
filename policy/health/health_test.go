package health

import (
	"testing"
	"time"

	_ "cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/policytest"
)

// TestSpecs: the table is in order.
func TestSpecs(t *testing.T) { policytest.Specs[policy.Health](t, Specs) }

// TestConformance runs every health policy through the kit, also with parameters under which
// it ejects much.
func TestConformance(t *testing.T) {
	for _, s := range Specs {
		t.Run(s.Name, func(t *testing.T) {
			policytest.Health(t, func() policy.Health { return s.New().(policy.Health) })
		})
	}
	for name, fresh := range map[string]func() policy.Health{
		"outlier, strict": func() policy.Health {
			return &Outlier{Failures: 1, Base: 2 * time.Second, Longest: 7 * time.Second, Interval: time.Second, Limits: Limits{Most: 1, Keep: 0.3}}
		},
		"outlier, half": func() policy.Health {
			return &Outlier{Failures: 1, Base: time.Minute, Longest: time.Minute, Interval: time.Minute, Limits: Limits{Most: 0.5}}
		},
		"success-rate, strict": func() policy.Health {
			return &SuccessRate{Interval: time.Second, Volume: 1, Hosts: 2, Factor: 0.1, Base: 2 * time.Second, Longest: 7 * time.Second, Limits: Limits{Most: 1, Keep: 0.3}}
		},
		"breaker, strict": func() policy.Health {
			return &Breaker{Share: 0.1, Window: 4, Least: 1, Base: 2 * time.Second, Trials: 2, Limits: Limits{Most: 1}}
		},
	} {
		t.Run(name, func(t *testing.T) { policytest.Health(t, fresh) })
	}
}

// A bench is a Controller with a health policy and a fleet whose workers answer as the test
// says: every request goes to the worker that the test names.
type bench struct {
	t    *testing.T
	c    *policy.Controller
	to   policy.WorkerID
	now  time.Duration
	next policy.RequestID
	wake time.Duration
	out  []policy.Command
}

func newBench(t *testing.T, workers int, h policy.Health) *bench {
	b := &bench{t: t, wake: -1}
	c, err := policy.New(policy.Config{Router: b, Health: h, Classes: []policy.Class{{}}, Pools: []policy.Pool{{Cores: 1, Speed: 1, Max: workers}}})
	if err != nil {
		t.Fatal(err)
	}
	b.c = c
	for id := range workers {
		for _, kind := range [...]policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			b.step(policy.Event{Kind: kind, Worker: policy.WorkerID(id)})
		}
	}
	return b
}

// Route implements policy.Router.
func (b *bench) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	return b.to, v.Takes(b.to)
}

func (b *bench) step(e policy.Event) {
	b.out = b.c.Step(b.now, &e, b.out[:0])
	for _, c := range b.out {
		if c.Kind == policy.WakeAt {
			b.wake = c.At
		}
	}
}

// at moves time on, with all wakes on the way.
func (b *bench) at(now time.Duration) {
	for b.wake >= 0 && b.wake <= now {
		b.now, b.wake = b.wake, -1
		b.step(policy.Event{Kind: policy.Wake})
	}
	b.now = now
}

// send sends a request to a worker.
func (b *bench) send(w policy.WorkerID) policy.RequestID {
	b.t.Helper()
	b.to = w
	b.step(policy.Event{Kind: policy.Arrival, Request: b.next})
	if b.next++; len(b.out) == 0 || b.out[0].Kind != policy.Dispatch || b.out[0].Worker != w {
		b.t.Fatalf("at %v the request did not go to worker %d: %+v", b.now, w, b.out)
	}
	return b.next - 1
}

func (b *bench) end(id policy.RequestID, s policy.Status) {
	b.step(policy.Event{Kind: policy.Done, Request: id, Status: s})
}

// fail has n requests fail at a worker.
func (b *bench) fail(w policy.WorkerID, n int) {
	b.t.Helper()
	for range n {
		b.end(b.send(w), policy.Error)
	}
}

func (b *bench) takes(w policy.WorkerID) bool { return b.c.View().Takes(w) }

// TestEnvoyEjectionTimes is EjectTimeBackoff of Envoy's outlier_detection_impl_test.cc: with a
// base of 10 s a worker comes back after 10, 20 and 30 s; two intervals of 10 s later after
// 20 s, and after a long time in service after 10 s again.
func TestEnvoyEjectionTimes(t *testing.T) {
	b := newBench(t, 4, &Outlier{Failures: 5, Base: 10 * time.Second, Longest: 300 * time.Second, Interval: 10 * time.Second, Limits: standard})
	for i, c := range []struct{ healthy, out time.Duration }{{0, 10}, {0, 20}, {0, 30}, {20, 20}, {500, 10}} {
		b.at(b.now + c.healthy*time.Second)
		if b.fail(0, 4); !b.takes(0) {
			t.Fatalf("%d: ejected after 4 failures", i)
		}
		if b.fail(0, 1); b.takes(0) {
			t.Fatalf("%d: not ejected after 5 failures", i)
		}
		from := b.now
		if b.at(from + c.out*time.Second - 1); b.takes(0) {
			t.Fatalf("%d: back before %d s", i, c.out)
		}
		if b.at(from + c.out*time.Second); !b.takes(0) {
			t.Fatalf("%d: not back after %d s", i, c.out)
		}
	}
	if n := b.c.Counts().Ejections; n != 5 {
		t.Errorf("%d ejections are counted, want 5", n)
	}
}

// TestOutlierCountsInARow: an answer begins the count again, a client that leaves does not.
func TestOutlierCountsInARow(t *testing.T) {
	b := newBench(t, 2, NewOutlier())
	b.fail(0, 4)
	b.end(b.send(0), policy.OK)
	b.fail(0, 4)
	id := b.send(0)
	b.step(policy.Event{Kind: policy.Gone, Request: id})
	b.end(id, policy.Cancelled)
	if !b.takes(0) {
		t.Fatal("ejected after 4 failures in a row")
	}
	if b.end(b.send(0), policy.Timeout); b.takes(0) {
		t.Error("in service after 5 failures in a row, the last a time-out")
	}
}

// TestOutlierLongest: the time grows no further than the longest.
func TestOutlierLongest(t *testing.T) {
	p := &Outlier{Failures: 1, Base: 10 * time.Second, Longest: 25 * time.Second, Interval: 10 * time.Second, Limits: standard}
	b := newBench(t, 2, p)
	for i, want := range []time.Duration{10, 20, 25, 25, 25} {
		b.fail(0, 1)
		if b.at(b.now + want*time.Second - 1); b.takes(0) {
			t.Errorf("%d: back before %d s", i, want)
		}
		if b.at(b.now + 1); !b.takes(0) {
			t.Errorf("%d: not back after %d s", i, want)
		}
	}
}

// TestAllSick: where all workers fail, all get requests: with two of four ejected those are
// left out, and with three there are too few in service, until two are back.
func TestAllSick(t *testing.T) {
	b := newBench(t, 4, NewOutlier())
	for w, want := range []int{3, 2, 4, 4} {
		b.at(b.now + time.Second)
		b.fail(policy.WorkerID(w), 5)
		if got := len(b.c.View().Ready()); got != want {
			t.Errorf("with workers 0 to %d ejected %d get requests, want %d", w, got, want)
		}
	}
	for i, want := range []int{4, 2, 3, 4} { // worker i comes back at 31 s + i
		b.at(time.Duration(31+i) * time.Second)
		if got := len(b.c.View().Ready()); got != want {
			t.Errorf("with workers 0 to %d back %d get requests, want %d", i, got, want)
		}
	}
}

// TestMost: of ten workers with most = 0.2 two are ejected, and a third when one of them is back.
func TestMost(t *testing.T) {
	p := NewOutlier()
	p.Most = 0.2
	b := newBench(t, 10, p)
	b.fail(0, 5)
	b.at(time.Second)
	b.fail(1, 5)
	if b.fail(2, 5); b.takes(0) || b.takes(1) || !b.takes(2) {
		t.Error("two of ten are to be ejected")
	}
	b.at(30 * time.Second)
	if b.fail(2, 5); b.takes(2) || !b.takes(0) {
		t.Error("the third is to be ejected when the first is back")
	}
	p.Most = 0.01
	one := newBench(t, 4, p)
	if one.fail(0, 5); one.takes(0) {
		t.Error("one worker may always be ejected")
	}
}

// TestBreaker: a worker is ejected once 2 of 4 attempts have failed, then gets one request at a
// time. One that fails ejects it again; two that end well put it back, and what was before is
// forgotten.
func TestBreaker(t *testing.T) {
	b := newBench(t, 4, &Breaker{Share: 0.5, Window: 4, Least: 4, Base: 10 * time.Second, Trials: 2, Limits: standard})
	ends := func(all ...policy.Status) {
		t.Helper()
		for _, s := range all {
			b.end(b.send(0), s)
		}
	}
	ends(policy.Error, policy.OK, policy.OK, policy.OK, policy.OK, policy.Error)
	if !b.takes(0) {
		t.Fatal("ejected with one failure among the last four")
	}
	if ends(policy.Error); b.takes(0) {
		t.Fatal("not ejected with two failures among the last four")
	}
	b.at(10 * time.Second)
	id := b.send(0)
	if b.takes(0) {
		t.Fatal("a second request while one tests the worker")
	}
	if b.end(id, policy.Error); b.takes(0) {
		t.Fatal("not ejected again by a test that fails")
	}
	b.at(20 * time.Second)
	ends(policy.OK)
	first := b.send(0)
	if b.takes(0) {
		t.Fatal("back after one of two tests")
	}
	b.end(first, policy.OK)
	first, second := b.send(0), b.send(0)
	b.end(first, policy.Error)
	b.end(second, policy.Error)
	if !b.takes(0) {
		t.Error("ejected by what was before, or by two attempts where four are the least")
	}
	if n := b.c.Counts().Ejections; n != 2 {
		t.Errorf("%d ejections are counted, want 2", n)
	}
}

// TestValidate: parameters that cannot be are refused.
func TestValidate(t *testing.T) {
	outlier := func(change func(*Outlier)) *Outlier { p := NewOutlier(); change(p); return p }
	breaker := func(change func(*Breaker)) *Breaker { p := NewBreaker(); change(p); return p }
	for i, p := range []interface{ Validate() error }{
		outlier(func(p *Outlier) { p.Failures = 0 }), outlier(func(p *Outlier) { p.Base = 0 }), outlier(func(p *Outlier) { p.Longest = time.Second }),
		outlier(func(p *Outlier) { p.Interval = 0 }), outlier(func(p *Outlier) { p.Most = 2 }), outlier(func(p *Outlier) { p.Keep = -1 }),
		breaker(func(p *Breaker) { p.Share = 0 }), breaker(func(p *Breaker) { p.Window = 65 }), breaker(func(p *Breaker) { p.Least = 21 }),
		breaker(func(p *Breaker) { p.Base = 0 }), breaker(func(p *Breaker) { p.Trials = 0 }),
	} {
		if p.Validate() == nil {
			t.Errorf("%d: %+v is taken", i, p)
		}
	}
}
