package order

import (
	"math"
	"slices"
	"testing"
	"time"

	_ "cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/policytest"
)

// TestSpecs: the table is in order.
func TestSpecs(t *testing.T) { policytest.Specs[policy.Order](t, Specs) }

// TestConformance runs every order through the kit.
func TestConformance(t *testing.T) {
	for _, s := range Specs {
		t.Run(s.Name, func(t *testing.T) {
			policytest.Order(t, func() policy.Order { return s.New().(policy.Order) })
		})
	}
}

// An arrival is a request of some work, CPU-seconds.
type arrival struct {
	at    time.Duration
	work  float64
	class policy.ClassID
}

// served is the order in which one worker of one slot begins requests, which wait at the
// gateway. Class 0 allows 10 s, class 1 allows 3 s, class 2 has no bound.
func served(t *testing.T, o policy.Order, arrivals ...arrival) (begun []policy.RequestID) {
	t.Helper()
	c, err := policy.New(policy.Config{
		Router: first{}, Estimator: told{}, Order: o,
		Classes: []policy.Class{{Name: "a", Bound: 10 * time.Second}, {Name: "b", Bound: 3 * time.Second}, {Name: "c"}},
		Pools:   []policy.Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ends, serving := time.Duration(math.MaxInt64), policy.RequestID(0)
	step := func(at time.Duration, e policy.Event) {
		for _, cmd := range c.Step(at, &e, nil) {
			if cmd.Kind == policy.Dispatch {
				begun = append(begun, cmd.Request)
				serving, ends = cmd.Request, at+policy.Seconds(arrivals[cmd.Request].work)
			}
		}
	}
	for _, kind := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
		step(0, policy.Event{Kind: kind})
	}
	finish := func(until time.Duration) {
		for ends <= until {
			at := ends
			ends = math.MaxInt64
			step(at, policy.Event{Kind: policy.Done, Request: serving, Work: arrivals[serving].work, Code: 200})
		}
	}
	for i, a := range arrivals {
		finish(a.at)
		step(a.at, policy.Event{Kind: policy.Arrival, Request: policy.RequestID(i), Class: a.class, Truth: a.work, Bytes: -1})
	}
	finish(math.MaxInt64 - 1)
	return begun
}

// first routes to worker 0; told is the exact estimator.
type (
	first struct{}
	told  struct{}
)

func (first) Route(*policy.View, *policy.Request) (policy.WorkerID, bool)    { return 0, true }
func (told) Exact()                                                          {}
func (told) Estimate(time.Duration, *policy.Request) (work float64, ok bool) { return 0, false }
func (told) Learn(time.Duration, *policy.Request, float64)                   {}

// TestOrders: which requests are served in which order, counted by hand. Each begins with
// one that occupies the worker for 10 s.
func TestOrders(t *testing.T) {
	s := time.Second
	sizes := []arrival{{0, 10, 0}, {1 * s, 5, 0}, {2 * s, 1, 0}, {3 * s, 4, 0}}
	bounds := []arrival{{0, 10, 0}, {1 * s, 1, 0}, {2 * s, 1, 2}, {3 * s, 1, 1}, {9 * s, 1, 1}} // deadlines 11, never, 6, 12
	for _, c := range []struct {
		name     string
		o        policy.Order
		arrivals []arrival
		want     []policy.RequestID
	}{
		{"none", nil, sizes, []policy.RequestID{0, 1, 2, 3}},
		{"sjf", &SJF{}, sizes, []policy.RequestID{0, 2, 3, 1}},
		{"sjf, ageing", &SJF{Ageing: 0.6}, sizes, []policy.RequestID{0, 2, 1, 3}},     // 5.6, 2.2, 5.8
		{"sjf, ageing fast", &SJF{Ageing: 10}, sizes, []policy.RequestID{0, 1, 2, 3}}, // 15, 21, 34
		{"edf", &EDF{}, bounds, []policy.RequestID{0, 3, 1, 4, 2}},
		{"lifo at once", &LIFO{}, sizes, []policy.RequestID{0, 3, 2, 1}},
		// 1 and 2 come within 1.5 s of the line's beginning, 3 after them.
		{"lifo", &LIFO{Interval: 1500 * time.Millisecond}, sizes, []policy.RequestID{0, 3, 1, 2}},
		{"lifo, short line", &LIFO{Interval: time.Minute}, sizes, []policy.RequestID{0, 1, 2, 3}},
		// The line ends at 10 s, when 1 begins, and another begins at 11 s.
		{"lifo, two lines", &LIFO{Interval: 2 * s}, []arrival{{0, 10, 0}, {1 * s, 5, 0}, {11 * s, 1, 0}, {12 * s, 1, 0}, {14 * s, 1, 0}},
			[]policy.RequestID{0, 1, 4, 2, 3}},
	} {
		if got := served(t, c.o, c.arrivals...); !slices.Equal(got, c.want) {
			t.Errorf("%s: served %v, want %v", c.name, got, c.want)
		}
	}
}

// TestValidate: parameters that cannot be are refused.
func TestValidate(t *testing.T) {
	for i, p := range []interface{ Validate() error }{&SJF{Ageing: -1}, &SJF{Ageing: math.NaN()}, &LIFO{Interval: -1}} {
		if p.Validate() == nil {
			t.Errorf("%d: %+v is taken", i, p)
		}
	}
}

// TestPriority: classes c and a come first; with a step of 3 s a request of b that came 6 s
// before one of c, two classes ahead of it, is even with it, and the earlier is first.
func TestPriority(t *testing.T) {
	arrivals := []arrival{
		{0, 20, 0}, {1 * time.Second, 1, 1}, {2 * time.Second, 1, 0}, {3 * time.Second, 1, 2}, {4 * time.Second, 1, 2},
		{7 * time.Second, 1, 2}, {8 * time.Second, 1, 2},
	}
	for _, c := range []struct {
		step time.Duration
		want []policy.RequestID
	}{
		{0, []policy.RequestID{0, 3, 4, 5, 6, 2, 1}},
		{3 * time.Second, []policy.RequestID{0, 3, 4, 2, 1, 5, 6}},
	} {
		if got := served(t, &Priority{First: []string{"c", "a"}, Step: c.step}, arrivals...); !slices.Equal(got, c.want) {
			t.Errorf("step %v: served %v, want %v", c.step, got, c.want)
		}
	}
	for _, p := range []*Priority{{First: []string{"a", "a"}}, {Step: -1}} {
		if p.Validate() == nil {
			t.Errorf("%+v is taken", p)
		}
	}
	if err := (&Priority{First: []string{"nobody"}}).Start(policy.Env{Classes: []policy.Class{{Name: "a"}}}); err == nil {
		t.Error("a class that is not there is taken")
	}
}
