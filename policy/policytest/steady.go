package policytest

import (
	"testing"
	"time"

	"cnv/policy"
)

// A Loop is a fleet under steady load: every turn a request arrives and the
// oldest attempt in flight ends. Nothing in it allocates but the Controller
// and its policies.
type Loop struct {
	c      *policy.Controller
	now    time.Duration
	wake   time.Duration
	next   policy.RequestID
	flight policy.Ring[flying]
	probes policy.Ring[policy.WorkerID] // that have not answered
	out    []policy.Command
	e      policy.Event
	keep   int // attempts in flight
}

// A flying is an attempt in flight.
type flying struct {
	id policy.RequestID
	n  uint8
}

// NewLoop returns a Loop over n ready workers of the first pool, with about as
// many requests in flight.
func NewLoop(t testing.TB, cfg policy.Config, n int) *Loop {
	t.Helper()
	c, err := policy.New(cfg)
	if err != nil {
		t.Fatalf("policytest: %v", err)
	}
	l := &Loop{c: c, wake: -1, keep: n}
	for id := range n {
		for _, kind := range [...]policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			l.step(policy.Event{Kind: kind, Worker: policy.WorkerID(id)})
		}
	}
	return l
}

// Counts is what its Controller has counted.
func (l *Loop) Counts() policy.Counts { return l.c.Counts() }

// step feeds an event and notes what it set off.
func (l *Loop) step(e policy.Event) {
	l.e = e
	l.out = l.c.Step(l.now, &l.e, l.out[:0])
	for _, c := range l.out {
		switch c.Kind {
		case policy.Dispatch, policy.Invoke:
			l.flight.Push(flying{c.Request, c.Attempt})
		case policy.WakeAt:
			l.wake = c.At
		case policy.Probe:
			l.probes.Push(c.Worker)
		}
	}
}

// Turn is one arrival, the answers to probes, about one end, and a millisecond.
func (l *Loop) Turn() {
	if l.wake >= 0 && l.wake <= l.now {
		l.wake = -1
		l.step(policy.Event{Kind: policy.Wake})
	}
	work := 0.05 + 0.01*float64(l.next*7%13)
	e := policy.Event{
		Kind: policy.Arrival, Request: l.next, Key: policy.Key(l.next*5%97 + 1), Truth: work, Idempotent: true, Bytes: -1,
	}
	e.Features[0] = float64(l.next * 31 % 101)
	l.step(e)
	l.next++
	for l.probes.Len() > 0 {
		w := l.probes.Pop()
		l.step(policy.Event{Kind: policy.ProbeReply, Worker: w, N: int32(l.next*3%5) + int32(w%2), Took: time.Duration(w%7) * time.Millisecond})
	}
	for l.flight.Len() > l.keep {
		a := *l.flight.Front()
		l.flight.Pop()
		l.step(policy.Event{Kind: policy.Done, Request: a.id, Attempt: a.n, Work: work, Code: 200})
	}
	l.now += time.Millisecond
}

// steadyConfig is a fleet of 50 that cannot grow, with functions.
func steadyConfig() policy.Config {
	return policy.Config{
		Leader:    true,
		Classes:   []policy.Class{{Name: "a", Factor: 5, Prior: 0.1, Features: []string{"size"}}},
		Pools:     []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Min: 50, Max: 50}},
		Functions: &policy.Functions{Share: 1, Cold: time.Second, KeepAlive: 5 * time.Minute, Concurrency: 20},
	}
}

// steady checks that a warm Controller with the policy allocates nothing.
func steady(t *testing.T, own func(*policy.Config)) {
	cfg := steadyConfig()
	own(&cfg)
	if cfg.Router == nil {
		cfg.Router = erratic{}
	}
	if cfg.Spill == nil && cfg.Estimator == nil {
		cfg.Spill = mixed{}
	}
	l := NewLoop(t, cfg, 50)
	for range 20_000 {
		l.Turn()
	}
	if n := testing.AllocsPerRun(2000, l.Turn); n != 0 {
		t.Errorf("%v allocations per request in steady state, want 0", n)
	}
}

// steadyScaler checks that a warm scaler allocates nothing.
func steadyScaler(t *testing.T, s policy.Scaler) {
	l := NewLab(t, steadyConfig())
	Start(l, s)
	l.Add(50, 0)
	for i := range 40 {
		l.At(l.Now + time.Second)
		l.Report(policy.WorkerID(i), 0.8)
		l.Book(policy.WorkerID(i), 1)
	}
	v := l.ScaleView()
	turn := func() {
		l.Now += s.Period()
		l.At(l.Now)
		s.Size(v)
	}
	for range 1000 {
		turn()
	}
	if n := testing.AllocsPerRun(1000, turn); n != 0 {
		t.Errorf("%v allocations per decision, want 0", n)
	}
}
