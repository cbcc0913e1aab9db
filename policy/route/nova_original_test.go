package route

import (
	"slices"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// unit is the original's unit of work, CPU-seconds.
const unit = 0.4251803

// units is a request of so many units.
func units(n float64) *policy.Request { return &policy.Request{Work: n * unit, Known: true} }

// loaded is a router over workers with so many units each. The lab's
// requests are put into the book as Route would.
func loaded(t *testing.T, loads ...float64) (*policytest.Lab, *NovaOriginal) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(len(loads), 0)
	p := policytest.Start(l, NewNovaOriginal())
	for w, load := range loads {
		if load > 0 {
			id := l.Book(policy.WorkerID(w), load*unit)
			p.book.decide(booking{id: id, units: load, visible: l.Now}, policy.WorkerID(w))
			p.book.settle(l.View())
		}
	}
	l.At(time.Second)
	return l, p
}

// TestNovaOriginalFilter: a worker is open while its load with the request
// is within [1.1, 20] units. The lower bound holds for each worker by
// itself, so an idle fleet refuses every small request.
func TestNovaOriginalFilter(t *testing.T) {
	for _, c := range []struct {
		loads     []float64
		job       *policy.Request
		open      []policy.WorkerID
		elsewhere policy.Choice // what becomes of it if none is open
	}{
		{[]float64{0, 0}, units(0.8), nil, policy.ToFunction},
		{[]float64{0, 0}, units(1.2), []policy.WorkerID{0, 1}, 0},
		{[]float64{0, 0.5, 4}, units(0.8), []policy.WorkerID{1, 2}, 0},
		{[]float64{18.7, 18.9}, units(1.2), []policy.WorkerID{0}, 0},
		{[]float64{19, 19}, units(1.2), nil, policy.LaunchAndWait},
		{[]float64{19.5}, units(0.8), nil, policy.ToFunction},
		{[]float64{0, 1}, units(100), []policy.WorkerID{0}, 0}, // counts 20
		{[]float64{18.7}, &policy.Request{Work: 9}, []policy.WorkerID{0}, 0},
		{[]float64{18.9}, &policy.Request{Work: 9}, nil, policy.LaunchAndWait}, // unknown counts 1.2
		{[]float64{18.7}, &policy.Request{Known: true}, []policy.WorkerID{0}, 0},
		{nil, units(5), nil, policy.LaunchAndWait},
	} {
		l, p := loaded(t, c.loads...)
		var open []policy.WorkerID
		for range 200 {
			if w, ok := p.Route(l.View(), c.job); ok && !slices.Contains(open, w) {
				open = append(open, w)
			}
		}
		slices.Sort(open)
		if !slices.Equal(open, c.open) {
			t.Errorf("loads %v, job %+v: workers %v, want %v", c.loads, c.job, open, c.open)
		}
		if got := p.NoHost(l.View(), c.job); c.open == nil && got != c.elsewhere {
			t.Errorf("loads %v, job %+v: choice %v, want %v", c.loads, c.job, got, c.elsewhere)
		}
	}
}

// TestNovaOriginalLottery: headrooms 20, 15, 5 win in that proportion.
func TestNovaOriginalLottery(t *testing.T) {
	l, p := loaded(t, 0, 5, 15)
	expect(t, frequencies(t, l, p, 40_000), 40_000, 20./40, 15./40, 5./40)
}

// TestNovaOriginalSeesBookingsLate: a decision is invisible to those within
// the booking delay, so a burst overruns the limit of a worker.
func TestNovaOriginalSeesBookingsLate(t *testing.T) {
	l, p := loaded(t, 0)
	job := units(12)
	fits := func() bool {
		_, ok := p.Route(l.View(), job)
		if ok {
			l.Book(0, job.Work)
		}
		return ok
	}
	for n := range 2 {
		if !fits() {
			t.Errorf("request %d of the same instant saw another", n)
		}
	}
	l.At(l.Now + 999*time.Microsecond)
	if !fits() {
		t.Error("after 0.999 ms a booking was seen")
	}
	l.At(l.Now + time.Microsecond)
	if fits() {
		t.Error("after 1 ms no booking was seen")
	}
}

// whereNoHost is a Spill that uses functions where the router has no host.
type whereNoHost struct{}

func (whereNoHost) Decide(v *policy.View, r *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	switch {
	case ok:
		return policy.ToWorker
	case v.FunctionFits(r):
		return policy.ToFunction
	}
	return policy.ToQueue
}

// TestNovaOriginalIsAskedWhenABookingIsSeen: a request that waits for a full worker takes
// a free function once the router sees by the booking that the worker has no headroom.
func TestNovaOriginalIsAskedWhenABookingIsSeen(t *testing.T) {
	router := NewNovaOriginal()
	router.Unknown = 0 // the class's prior counts: 20 units fill the worker
	c, err := policy.New(policy.Config{
		Leader: true, Router: router, Spill: whereNoHost{},
		Classes:   []policy.Class{{Name: "a", Prior: 10}},
		Pools:     []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Limit: 1, Initial: 1, Max: 1}},
		Functions: &policy.Functions{Share: 1, Full: policy.Wait},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []policy.Command
	for _, e := range []policy.Event{
		{Kind: policy.WorkerPending}, {Kind: policy.WorkerRunning}, {Kind: policy.WorkerReady},
		{Kind: policy.Arrival}, {Kind: policy.Arrival, Request: 1},
	} {
		out = c.Step(0, &e, out[:0])
	}
	if c.Queued() != 1 || !slices.ContainsFunc(out, func(cmd policy.Command) bool { return cmd.Kind == policy.WakeAt && cmd.At == time.Millisecond }) {
		t.Fatalf("%d wait, last commands %+v; want one that waits, and a wake at 1 ms", c.Queued(), out)
	}
	if out = c.Step(time.Millisecond, &policy.Event{Kind: policy.Wake}, out[:0]); len(out) == 0 || out[0].Kind != policy.Invoke || out[0].Request != 1 {
		t.Errorf("commands at 1 ms %+v, want a call for request 1", out)
	}
}

// TestNovaOriginalManners: what it does about failures, by the original's
// numbers.
func TestNovaOriginalManners(t *testing.T) {
	l, p := loaded(t, 0)
	for n, want := range []time.Duration{60, 120, 240, 480, 960, 600, 600} {
		if got := p.AttemptTimeout(n); got != want*time.Second {
			t.Errorf("attempt %d may take %v, want %v", n, got, want*time.Second)
		}
	}
	for status, want := range map[policy.Status]bool{
		policy.OK: false, policy.Error: true, policy.Timeout: true, policy.Cancelled: false, policy.Throttled: false,
	} {
		if got := p.Forget(&policy.Outcome{Status: status}); got != want {
			t.Errorf("status %v: forget = %v, want %v", status, got, want)
		}
	}
	least, most := time.Hour, time.Duration(0)
	for range 2000 {
		again, after := p.Retry(l.View(), &policy.Outcome{})
		if !again {
			t.Fatal("gave up")
		}
		least, most = min(least, after), max(most, after)
	}
	if least < time.Second || least > 1020*time.Millisecond || most > 5*time.Second || most < 4980*time.Millisecond {
		t.Errorf("sleeps %v to %v, want all of 1 to 5 s", least, most)
	}
}

// TestOriginalRepeats: a call that a function's time-out has ended is answered so, as
// the original looks at no FunctionError; whatever else fails is repeated.
func TestOriginalRepeats(t *testing.T) {
	p := NewNovaOriginal()
	if err := p.Start(policy.Env{Rand: policy.NewRand(1, "router", 0)}); err != nil {
		t.Fatal(err)
	}
	r := &policy.Request{Attempts: 1}
	for _, c := range []struct {
		o    policy.Outcome
		want bool
	}{
		{policy.Outcome{Worker: policy.NoWorker, Status: policy.Timeout, Took: 3 * time.Second}, false},
		{policy.Outcome{Worker: policy.NoWorker, Status: policy.Timeout, Took: time.Minute}, true}, // its own
		{policy.Outcome{Worker: policy.NoWorker, Status: policy.Throttled}, true},
		{policy.Outcome{Worker: 0, Status: policy.Timeout, Took: time.Minute}, true},
		{policy.Outcome{Worker: 0, Status: policy.Error}, true},
	} {
		c.o.Request = r
		if got, _ := p.Retry(nil, &c.o); got != c.want {
			t.Errorf("%+v: repeated %v, want %v", c.o, got, c.want)
		}
	}
}
