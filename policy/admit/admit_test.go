package admit

import (
	"math"
	"testing"
	"time"

	_ "cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/policytest"
)

// TestSpecs: the table is in order.
func TestSpecs(t *testing.T) { policytest.Specs[policy.Admission](t, Specs) }

// TestConformance runs every admission policy through the kit, with parameters under which
// it refuses much.
func TestConformance(t *testing.T) {
	for _, s := range Specs {
		t.Run(s.Name, func(t *testing.T) {
			policytest.Admission(t, func() policy.Admission { return s.New().(policy.Admission) })
		})
	}
	for name, fresh := range map[string]func() policy.Admission{
		"bounded, strict":  func() policy.Admission { return &Bounded{} },
		"deadline, strict": func() policy.Admission { return &Deadline{Slack: 0.5} },
		"codel, strict":    func() policy.Admission { return &CoDel{Target: 1, Interval: 1} },
		"gradient, strict": func() policy.Admission {
			return &Gradient{Least: 1, Most: 3, Queue: 0.5, Smoothing: 1, Long: 5, Relative: true}
		},
		"token-bucket, strict": func() policy.Admission { return &TokenBucket{Rate: 0.1, Burst: 1} },
	} {
		t.Run(name, func(t *testing.T) { policytest.Admission(t, fresh) })
	}
}

// TestBounded: with two workers of one slot, and lines at the workers, a request is taken
// while a slot is free, and where none is, while fewer than two wait.
func TestBounded(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	p := &Bounded{Most: 2}
	l.Add(2, 0)
	for i, to := range []policy.WorkerID{0, 0, 0, 1, 1} { // in line after each: 0, 1, 2, 2, 3
		l.Book(to, 1)
		wait, after := p.Admit(l.View(), &policy.Request{})
		if want := i < 3; wait != want || want != (after == 0) {
			t.Errorf("after %d requests, %d in line: admitted %v, Retry-After %v; want %v", i+1, l.View().Waiting(), wait, after, want)
		}
	}
}

// TestBoundedLeavesFunctionsBe: where no slot is free and too many wait, a request is taken
// that the Spill sends to a function, while one is free.
func TestBoundedLeavesFunctionsBe(t *testing.T) {
	for _, c := range []struct {
		spill policy.Spill
		want  string // what becomes of four requests
	}{{nil, "wwrr"}, {whereFull{}, "wffr"}} {
		cfg := policy.Config{
			Router: first{}, Spill: c.spill, Admission: &Bounded{Most: 0}, Classes: []policy.Class{{}},
			Pools:     []policy.Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}},
			Functions: &policy.Functions{Share: 1, Concurrency: 2},
		}
		if c.spill == nil {
			cfg.Admission = &Bounded{Most: 1}
		}
		ctrl, err := policy.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			ctrl.Step(0, &policy.Event{Kind: kind}, nil)
		}
		got := ""
		for id := range policy.RequestID(4) {
			was := ctrl.Counts()
			ctrl.Step(0, &policy.Event{Kind: policy.Arrival, Request: id}, nil)
			switch now := ctrl.Counts(); {
			case now.Rejected > was.Rejected:
				got += "r"
			case now.Invoked > was.Invoked:
				got += "f"
			default:
				got += "w"
			}
		}
		if got != c.want {
			t.Errorf("spill %T: %s, want %s", c.spill, got, c.want)
		}
	}
}

// first routes to worker 0.
type first struct{}

func (first) Route(*policy.View, *policy.Request) (policy.WorkerID, bool) { return 0, true }

// whereFull uses a function where the worker is busy, or there is none.
type whereFull struct{}

func (whereFull) Decide(v *policy.View, r *policy.Request, w policy.WorkerID, ok bool) policy.Choice {
	switch {
	case ok && !v.Busy(w):
		return policy.ToWorker
	case v.FunctionFits(r):
		return policy.ToFunction
	}
	return policy.ToQueue
}

// TestDeadline: one worker with 3 CPU-seconds of work, speed 1, and a bound of 4 s: a request
// of 1 s is answered in 4 s, and one of 1.5 s in 4.5 s, which is 0.5 s too late. A second,
// idle worker takes that, but nothing of 5 s.
func TestDeadline(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Classes: []policy.Class{{Name: "a", Bound: 4 * time.Second}}})
	view := l.View()
	admit := func(slack, work float64) (bool, time.Duration) {
		return (&Deadline{Slack: slack}).Admit(view, &policy.Request{Work: work})
	}
	if ok, _ := admit(1, 100); !ok {
		t.Error("refused while no worker is ready")
	}
	l.Add(1, 0)
	l.Book(0, 3)
	for _, c := range []struct {
		slack, work float64
		want        bool
		after       time.Duration
	}{{1, 1, true, 0}, {1, 1.5, false, time.Second}, {1.125, 1.5, true, 0}, {1, 4, false, 3 * time.Second}} {
		if ok, after := admit(c.slack, c.work); ok != c.want || after != c.after {
			t.Errorf("slack %v, work %v: admitted %v, Retry-After %v; want %v, %v", c.slack, c.work, ok, after, c.want, c.after)
		}
	}
	l.Add(1, 0)
	if ok, _ := admit(1, 1.5); !ok {
		t.Error("refused beside an idle worker")
	}
	if ok, _ := admit(1, 5); ok {
		t.Error("admitted though it takes longer than the bound on an idle worker")
	}
}

// TestDeadlineWithoutBound: a class without an SLO is admitted whatever waits.
func TestDeadlineWithoutBound(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(1, 0)
	l.Book(0, 1000)
	if ok, _ := (&Deadline{Slack: 1}).Admit(l.View(), &policy.Request{Work: 1}); !ok {
		t.Error("refused without an SLO")
	}
}

// TestTokenBucket: two tokens, and one every half second from then on. Retry-After is at
// least 1 s.
func TestTokenBucket(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	p := &TokenBucket{Rate: 2, Burst: 2}
	for i, c := range []struct {
		at   time.Duration
		want bool
	}{
		{0, true}, {0, true}, {0, false}, {400 * time.Millisecond, false}, {500 * time.Millisecond, true}, {500 * time.Millisecond, false},
		{time.Minute, true}, {time.Minute, true}, {time.Minute, false},
	} {
		l.At(c.at)
		if ok, after := p.Admit(l.View(), &policy.Request{}); ok != c.want || !ok && after != time.Second {
			t.Errorf("%d, at %v: admitted %v, Retry-After %v; want %v", i, c.at, ok, after, c.want)
		}
	}
	slow := &TokenBucket{Rate: 0.1, Burst: 1}
	slow.Admit(l.View(), &policy.Request{})
	if _, after := slow.Admit(l.View(), &policy.Request{}); after != 10*time.Second {
		t.Errorf("Retry-After %v with a token every 10 s, want 10 s", after)
	}
}

// TestTokenBucketNeverExceeds: from the start to any instant t, and from any earlier instant,
// no more than burst + rate × t are admitted, whatever comes.
func TestTokenBucketNeverExceeds(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	p := &TokenBucket{Rate: 7.3, Burst: 5}
	rng := policy.NewRand(1, "arrivals", 0)
	var admitted []time.Duration
	for now := time.Duration(0); now < 20*time.Second; now += policy.Seconds(rng.Float64() * 0.1) {
		l.At(now)
		if ok, _ := p.Admit(l.View(), &policy.Request{}); ok {
			admitted = append(admitted, now)
		}
	}
	for i, from := range admitted {
		for j := i; j < len(admitted); j++ {
			if n, most := j-i+1, p.Burst+p.Rate*(admitted[j]-from).Seconds(); float64(n) > most+1e-6 {
				t.Fatalf("%d admitted from %v to %v, at most %v", n, from, admitted[j], most)
			}
		}
	}
	if want := 5 + 7.3*20; float64(len(admitted)) < want-2 {
		t.Errorf("%d admitted of what always exceeds the rate, want about %v", len(admitted), want)
	}
}

// TestGradientFollowsItsSource: the limits that Gradient2Limit's formula gives, by hand: 12
// windows of 100 ms raise it by 0.2 × 4 each; one of 300 ms has the gradient 0.5, as the long run
// is 100.67 ms; one of 120 ms that of 100.73 / 120; a limit hardly used stays, and the long run
// shrinks by a tenth where it is more than twice the window.
func TestGradientFollowsItsSource(t *testing.T) {
	p := NewGradient()
	p.limit = 20
	for range 12 {
		p.update(0.1, 20)
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s = %v, want %v", what, got, want)
		}
	}
	near("limit after 12 windows", p.limit, 29.6)
	p.update(0.3, 20)
	near("limit after a slow one", p.limit, 0.8*29.6+0.2*(0.5*29.6+4))
	long := 0.1 + 0.2*2/601
	near("long run", p.long, long)
	long += (0.12 - long) * 2 / 601
	was := p.limit
	p.update(0.12, 20)
	near("limit after a slower one", p.limit, 0.8*was+0.2*(long/0.12*was+4))
	was = p.limit
	p.update(0.01, int(was/2)-1)
	near("limit hardly used", p.limit, was)
	near("long run after a fast one", p.long, (long+(0.01-long)*2/601)*0.9)
}

// TestGradientAdmits: of one worker's requests as many are admitted as the limit says, and
// those that wait at the gateway count.
func TestGradientAdmits(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(2, 0)
	p := &Gradient{Least: 3, Most: 9, Queue: 1, Smoothing: 1, Long: 10}
	for i := range 4 {
		ok, after := p.Admit(l.View(), &policy.Request{})
		if want := i < 3; ok != want || (after == 0) != want {
			t.Errorf("with %d in flight: admitted %v, Retry-After %v", i, ok, after)
		}
		l.Book(policy.WorkerID(i%2), 1)
	}
}

// TestValidate: parameters that cannot be are refused.
func TestValidate(t *testing.T) {
	for i, p := range []interface{ Validate() error }{
		&Bounded{Most: -1}, &Deadline{}, &Deadline{Slack: -1}, &TokenBucket{Rate: 1}, &TokenBucket{Burst: 1}, &TokenBucket{Rate: 1, Burst: 0.5},
		&Gradient{Least: 0, Most: 1, Queue: 1, Smoothing: 1, Long: 1}, &Gradient{Least: 2, Most: 1, Queue: 1, Smoothing: 1, Long: 1},
		&Gradient{Least: 1, Most: 1, Queue: 0, Smoothing: 1, Long: 1}, &Gradient{Least: 1, Most: 1, Queue: 1, Smoothing: 0, Long: 1}, &Gradient{Least: 1, Most: 1, Queue: 1, Smoothing: 1},
	} {
		if p.Validate() == nil {
			t.Errorf("%d: %+v is taken", i, p)
		}
	}
}
