package spill

import (
	"testing"
	"time"

	_ "cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/policytest"
)

// TestSpecs: the table is in order.
func TestSpecs(t *testing.T) { policytest.Specs[policy.Spill](t, Specs) }

// TestConformance runs every spill policy through the kit.
func TestConformance(t *testing.T) {
	for _, s := range Specs {
		t.Run(s.Name, func(t *testing.T) {
			policytest.Spill(t, func() policy.Spill { return s.New().(policy.Spill) })
		})
	}
}

// functions runs at the speed of the pool, with a cold start of 1 s.
func functions() *policy.Functions {
	return &policy.Functions{Share: 1, Cold: time.Second, KeepAlive: time.Minute, Concurrency: 2}
}

// lab is two one-core workers, first come, first served, with functions, and
// a class that allows 3 s. Worker 0 is busy with 4 CPU-seconds.
func lab(t *testing.T, f *policy.Functions) *policytest.Lab {
	l := policytest.NewLab(t, policy.Config{
		Classes:   []policy.Class{{Name: "c", Bound: 3 * time.Second}},
		Functions: f,
	})
	l.Add(2, 0)
	l.Book(0, 4)
	return l
}

// TestDecide: the choice of every policy for a busy worker, an idle one and
// none, by the work of the request.
func TestDecide(t *testing.T) {
	const none = policy.NoWorker
	const vm, fn, queue = policy.ToWorker, policy.ToFunction, policy.ToQueue
	trusting := &Busy{Of: OfChoice}
	trusting.Trust(true)
	for _, c := range []struct {
		name string
		p    policy.Spill
		f    *policy.Functions
		to   policy.WorkerID
		work float64
		want policy.Choice
	}{
		{"never, busy", &Never{}, functions(), 0, 1, vm},
		{"never, none", &Never{}, functions(), none, 1, queue},
		{"always, idle", &Always{}, functions(), 1, 1, fn},
		{"always, no functions", &Always{}, nil, 1, 1, vm},
		{"always, neither", &Always{}, nil, none, 1, queue},
		{"busy, idle", &Busy{Of: OfChoice}, functions(), 1, 1, vm},
		{"busy, busy", &Busy{Of: OfChoice}, functions(), 0, 1, fn},
		{"busy, none", &Busy{Of: OfChoice}, functions(), none, 1, fn},
		{"busy, busy, no functions", &Busy{Of: OfChoice}, nil, 0, 1, vm},
		{"busy, none, no functions", &Busy{Of: OfChoice}, nil, none, 1, queue},
		{"busy, at the limit", &Busy{Of: OfChoice, Limit: 1}, functions(), 0, 1, fn},
		{"busy, beyond the limit", &Busy{Of: OfChoice, Limit: 1}, functions(), 0, 1.01, vm},
		{"busy, another worker free", NewBusy(), functions(), 0, 1, queue}, // which takes it at once
		{"busy, worker free", NewBusy(), functions(), 1, 1, vm},
		{"busy, none though one is free", NewBusy(), functions(), none, 1, fn},
		{"busy, trusting", trusting, functions(), 0, 1, vm},
		{"busy, trusting, none", trusting, functions(), none, 1, fn},
		{"slo, idle", &SLO{}, functions(), 1, 1, vm},
		{"slo, busy, function meets the bound", &SLO{}, functions(), 0, 1, fn},
		{"slo, both miss, function sooner", &SLO{}, functions(), 0, 9, fn},
		{"slo, both miss, worker sooner", &SLO{}, functions(), 1, 9, vm},
		{"slo, none", &SLO{}, functions(), none, 9, fn},
		{"slo, busy, no functions", &SLO{}, nil, 0, 1, vm},
	} {
		l := lab(t, c.f)
		r := &policy.Request{Work: c.work}
		if got := c.p.Decide(l.View(), r, c.to, c.to != none); got != c.want {
			t.Errorf("%s: choice %v, want %v", c.name, got, c.want)
		}
	}
}

// TestSpock: functions while a worker is on its way, and only then.
func TestSpock(t *testing.T) {
	l := lab(t, functions())
	p, r := &Spock{}, &policy.Request{Work: 1}
	l.Book(1, 1)
	for _, c := range []struct {
		name string
		then policy.EventKind
		want policy.Choice
	}{
		{"nothing on its way", 0, policy.ToWorker},
		{"one is launched", policy.WorkerPending, policy.ToFunction},
		{"it runs", policy.WorkerRunning, policy.ToFunction},
		{"it is ready, and idle", policy.WorkerReady, policy.ToQueue},
	} {
		if c.then != 0 {
			l.Worker(c.then, 2)
		}
		if got := p.Decide(l.View(), r, 0, true); got != c.want {
			t.Errorf("%s: choice %v, want %v", c.name, got, c.want)
		}
	}
	l.Book(2, 1)
	if got := p.Decide(l.View(), r, 0, true); got != policy.ToWorker {
		t.Errorf("all are busy and ready: choice %v, want the worker", got)
	}
}

// TestTrustEndsAtTheLimit: a worker that takes no more requests from the gateway is
// busy, whatever the Router's measure says.
func TestTrustEndsAtTheLimit(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Functions: functions(), Pools: []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Slots: 1, Limit: 2, Max: 2}}})
	l.Add(1, 0)
	p := NewBusy()
	p.Trust(true)
	for inFlight, want := range []policy.Choice{policy.ToWorker, policy.ToWorker, policy.ToFunction} {
		if got := p.Decide(l.View(), &policy.Request{Work: 1}, 0, true); got != want {
			t.Errorf("with %d of 2 requests on the worker: choice %v, want %v", inFlight, got, want)
		}
		if want == policy.ToWorker {
			l.Book(0, 1)
		}
	}
}

// TestConcurrencyUsedUp: with as many calls in flight as may be, the worker
// gets the request.
func TestConcurrencyUsedUp(t *testing.T) {
	l := lab(t, functions())
	r := &policy.Request{Work: 1}
	p := &Busy{Of: OfChoice}
	for calls, want := range []policy.Choice{policy.ToFunction, policy.ToFunction, policy.ToWorker} {
		if got := p.Decide(l.View(), r, 0, true); got != want {
			t.Errorf("with %d calls in flight: choice %v, want %v", calls, got, want)
		}
		if want == policy.ToFunction {
			l.Book(policy.NoWorker, 1)
		}
	}
}

// TestAlwaysAtTheLimit: functions that are used up are no reason to use a
// worker; a body that no function takes is.
func TestAlwaysAtTheLimit(t *testing.T) {
	l := lab(t, functions())
	l.Book(policy.NoWorker, 1)
	l.Book(policy.NoWorker, 1)
	p := &Always{}
	if got := p.Decide(l.View(), &policy.Request{Work: 1}, 1, true); got != policy.ToFunction {
		t.Errorf("at the limit: choice %v, want a function", got)
	}
	if got := p.Decide(l.View(), &policy.Request{Work: 1, Streamed: true}, 1, true); got != policy.ToWorker {
		t.Errorf("streamed: choice %v, want the worker", got)
	}
}

// TestSLOCountsTheWait: a worker that would answer in 2.5 s is in time for a
// bound of 3 s after half a second of waiting, not after a whole one.
func TestSLOCountsTheWait(t *testing.T) {
	l := lab(t, functions())
	l.At(10 * time.Second)
	l.Book(1, 1.5)
	r := &policy.Request{Work: 1, Arrived: 9500 * time.Millisecond}
	if got := (&SLO{}).Decide(l.View(), r, 1, true); got != policy.ToWorker {
		t.Errorf("after 0.5 s: choice %v, want the worker", got)
	}
	r.Arrived = 9 * time.Second
	if got := (&SLO{}).Decide(l.View(), r, 1, true); got != policy.ToFunction {
		t.Errorf("after 1 s: choice %v, want a function", got)
	}
}

// TestNoBound: without an SLO the worker always will do.
func TestNoBound(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Functions: functions()})
	l.Add(1, 0)
	l.Book(0, 100)
	if got := (&SLO{}).Decide(l.View(), &policy.Request{Work: 1}, 0, true); got != policy.ToWorker {
		t.Errorf("choice %v, want the worker", got)
	}
}

// TestSLOIsAskedAgain: a request that waits beside a free function goes there when its
// bound is passed, though nothing happens then. At 1 s the request in service outlives its
// prediction, so that 1 s more is expected of it, and one more each second: 1.25 s is the
// instant at which the other has waited 0.75 s and is answered in 2.25 s, 3 s in all.
func TestSLOIsAskedAgain(t *testing.T) {
	c, err := policy.New(policy.Config{
		Router: first{}, Spill: &SLO{}, Classes: []policy.Class{{Name: "c", Bound: 3 * time.Second, Prior: 1}},
		Pools: []policy.Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}}, Functions: functions(),
	})
	if err != nil {
		t.Fatal(err)
	}
	step := func(at time.Duration, e policy.Event) (out []policy.Command) { return c.Step(at, &e, nil) }
	for _, kind := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
		step(0, policy.Event{Kind: kind})
	}
	step(0, policy.Event{Kind: policy.Arrival})
	out, at := step(500*time.Millisecond, policy.Event{Kind: policy.Arrival, Request: 1}), time.Duration(0)
	for range 2 {
		if len(out) != 1 || out[0].Kind != policy.WakeAt {
			t.Fatalf("at %v: %+v, want a timer", at, out)
		}
		at = out[0].At
		out = step(at, policy.Event{Kind: policy.Wake})
	}
	if len(out) == 0 || out[0].Kind != policy.Invoke || (at-1250*time.Millisecond).Abs() > 5*time.Microsecond {
		t.Errorf("at %v: %+v, want a call at 1.25 s", at, out)
	}
}

// first routes to worker 0.
type first struct{}

func (first) Route(*policy.View, *policy.Request) (policy.WorkerID, bool) { return 0, true }
