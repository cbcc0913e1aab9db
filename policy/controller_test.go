package policy

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// A lab drives a Controller by hand and tells its commands as text.
type lab struct {
	t   *testing.T
	c   *Controller
	out []Command
}

// newLab is a Controller with n ready workers of one core, joined at 0 s.
func newLab(t *testing.T, n int, cfg Config) *lab {
	t.Helper()
	if len(cfg.Classes) == 0 {
		cfg.Classes = []Class{{Name: "a", Prior: 1}, {Name: "b", Prior: 2}}
	}
	if len(cfg.Pools) == 0 {
		cfg.Pools = []Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 10}}
	}
	if cfg.Router == nil {
		cfg.Router = first{}
	}
	cfg.Leader = true
	cfg.Pools[0].Initial = max(cfg.Pools[0].Initial, n)
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{t: t, c: c}
	for i := range n {
		l.join(0, WorkerID(i))
	}
	return l
}

// learnt is how often work of a class was measured, and the mean of that, its prior apart.
func (l *lab) learnt(class ClassID) (n, mean float64) {
	m, prior := l.c.means[class], l.c.cfg.Classes[class].Prior
	if prior > 0 {
		n = PriorWeight
	}
	if m.n == n {
		return 0, 0
	}
	mean = (m.mean*m.n - prior*n) / (m.n - n)
	return m.n - n, math.Round(1e9*mean) / 1e9
}

// first routes to the least loaded worker, ties to the lowest ID.
type first struct{}

func (first) Route(v *View, _ *Request) (WorkerID, bool) {
	best := NoWorker
	for _, w := range v.Ready() {
		if best == NoWorker || v.Worker(w).InFlight < v.Worker(best).InFlight {
			best = w
		}
	}
	return best, best != NoWorker
}

func (l *lab) join(at time.Duration, id WorkerID) {
	for _, k := range []EventKind{WorkerPending, WorkerRunning, WorkerReady} {
		l.out = l.c.Step(at, &Event{Kind: k, Worker: id}, l.out[:0])
	}
}

// step applies one event and checks the commands.
func (l *lab) step(sec float64, e Event, want string) {
	l.t.Helper()
	l.out = l.c.Step(time.Duration(sec*1e9), &e, l.out[:0])
	if got := tell(l.out); got != want {
		l.t.Errorf("at %vs, event %+v:\n got %q\nwant %q", sec, e, got, want)
	}
	if what := l.c.broken(); what != "" {
		l.t.Errorf("after %vs, event %+v: %s", sec, e, what)
	}
}

// tell writes commands as text.
func tell(cmds []Command) string {
	var s []string
	for _, c := range cmds {
		switch c.Kind {
		case Dispatch:
			s = append(s, fmt.Sprintf("r%d.%d -> w%d", c.Request, c.Attempt, c.Worker))
		case Invoke:
			s = append(s, fmt.Sprintf("r%d.%d -> function", c.Request, c.Attempt))
		case Deliver:
			s = append(s, fmt.Sprintf("deliver r%d.%d", c.Request, c.Attempt))
		case Cancel:
			s = append(s, fmt.Sprintf("cancel r%d.%d", c.Request, c.Attempt))
		case Reject:
			s = append(s, fmt.Sprintf("reject r%d %d", c.Request, c.N))
		case Launch:
			s = append(s, fmt.Sprintf("launch %d", c.N))
		case Drain:
			s = append(s, fmt.Sprintf("drain w%d", c.Worker))
		case Terminate:
			s = append(s, fmt.Sprintf("terminate w%d", c.Worker))
		case WakeAt:
			s = append(s, fmt.Sprintf("wake %v", c.At))
		case Record:
			s = append(s, fmt.Sprintf("record r%d", c.Request))
		case Lookup:
			s = append(s, fmt.Sprintf("lookup %d", c.Key))
		case SetConcurrency:
			s = append(s, fmt.Sprintf("concurrency %d", c.N))
		default:
			s = append(s, c.String())
		}
	}
	return strings.Join(s, ", ")
}

func arrival(id RequestID) Event { return Event{Kind: Arrival, Request: id, Idempotent: true} }

func ended(id RequestID, attempt uint8, s Status) Event {
	return Event{Kind: Done, Request: id, Attempt: attempt, Status: s}
}

func TestRequestIsDeliveredOnce(t *testing.T) {
	l := newLab(t, 2, Config{})
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(1, arrival(1), "r1.0 -> w1")
	l.step(2, ended(0, 0, OK), "deliver r0.0")
	l.step(2, ended(0, 0, OK), "") // again: late
	l.step(2, arrival(0), "")      // again: a duplicate
	l.step(2, ended(7, 0, OK), "") // never heard of
	l.step(3, Event{Kind: Head, Request: 1, Code: 200}, "deliver r1.0")
	l.step(3, Event{Kind: Head, Request: 1, Code: 200}, "")
	l.step(4, ended(1, 0, Error), "") // broke after the head: too late to repeat
	n := l.c.Counts()
	if n.Late != 1 || n.Duplicate != 1 || n.Unknown != 1 || n.Delivered != 2 {
		t.Errorf("counts = %+v, want 1 late, 1 duplicate, 1 unknown, 2 delivered", n)
	}
}

func TestFailedAttemptGoesElsewhere(t *testing.T) {
	l := newLab(t, 2, Config{Retry: Retry{Max: 1, Budget: 1}})
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(2, ended(0, 0, Error), "r0.1 -> w1")
	l.step(3, ended(0, 1, Error), "reject r0 502")
	l.step(4, Event{Kind: Arrival, Request: 1}, "r1.0 -> w0") // not idempotent
	l.step(5, ended(1, 0, Timeout), "reject r1 504")
	l.step(6, Event{Kind: Arrival, Request: 2}, "r2.0 -> w0")
	l.step(7, Event{Kind: Done, Request: 2, Status: Error, Unstarted: true}, "r2.1 -> w1") // never reached the worker
	l.step(8, Event{Kind: Done, Request: 2, Attempt: 1, Status: Error, Code: 500}, "deliver r2.1")
}

// TestRetryBudget: ten retries are saved up at the start, and every arrival
// earns half of one.
func TestRetryBudget(t *testing.T) {
	l := newLab(t, 2, Config{Retry: Retry{Max: 3, Budget: 0.5}})
	id := RequestID(0)
	arrive := func(fails int) {
		l.step(1, arrival(id), fmt.Sprintf("r%d.0 -> w0", id))
		for n := range fails {
			l.step(1, ended(id, uint8(n), Error), fmt.Sprintf("r%d.%d -> w%d", id, n+1, [3]int{1, 0, 0}[n]))
		}
	}
	for range 4 { // 10 - 12 + 3 · 1/2, the first arrival's half being lost
		arrive(2)
		l.step(1, ended(id, 2, OK), fmt.Sprintf("deliver r%d.2", id))
		id++
	}
	arrive(3)
	l.step(1, ended(id, 3, Error), fmt.Sprintf("reject r%d 502", id)) // Max
	id++
	arrive(1)
	l.step(1, ended(id, 1, Error), fmt.Sprintf("reject r%d 502", id)) // half of one is left
	id++
	arrive(1)
	l.step(1, ended(id, 1, Error), fmt.Sprintf("reject r%d 502", id))
}

func TestServerErrorIsRetriedBeforeItsBody(t *testing.T) {
	l := newLab(t, 2, Config{Retry: Retry{Max: 1, Budget: 1}})
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(2, Event{Kind: Head, Request: 0, Code: 503}, "cancel r0.0")
	l.step(2, ended(0, 0, Cancelled), "r0.1 -> w1")
	l.step(3, Event{Kind: Head, Request: 0, Attempt: 1, Code: 503}, "deliver r0.1") // no retry left
}

func TestBackoffDoubles(t *testing.T) {
	l := newLab(t, 3, Config{Retry: Retry{Max: 2, Budget: 2, Backoff: time.Second}})
	l.step(0, arrival(0), "r0.0 -> w0")
	for n, most := range []time.Duration{time.Second, 2 * time.Second} {
		l.out = l.c.Step(0, &Event{Kind: Done, Request: 0, Attempt: uint8(n), Status: Error}, l.out[:0])
		if len(l.out) != 1 || l.out[0].Kind != WakeAt || l.out[0].At < most/2+l.c.now || l.out[0].At > most+l.c.now {
			t.Fatalf("after failure %d: %s, want a wake within [%v, %v] of %v", n, tell(l.out), most/2, most, l.c.now)
		}
		at := l.out[0].At
		l.out = l.c.Step(at, &Event{Kind: Wake}, l.out[:0])
		if len(l.out) != 1 || l.out[0].Kind != Dispatch || l.out[0].Attempt != uint8(n+1) || l.out[0].Worker == 0 {
			t.Fatalf("after backoff: %s, want attempt %d on another worker than w0", tell(l.out), n+1)
		}
	}
}

type hedgeAfter time.Duration

func (h hedgeAfter) After(*View, *Request) (time.Duration, bool) { return time.Duration(h), true }

func TestHedgeTakesTheFaster(t *testing.T) {
	l := newLab(t, 2, Config{Hedge: hedgeAfter(time.Second)})
	l.step(0, arrival(0), "r0.0 -> w0, wake 1s")
	l.step(1, Event{Kind: Wake}, "r0.1 -> w1")
	l.step(2, ended(0, 1, OK), "deliver r0.1, cancel r0.0")
	l.step(2, ended(0, 0, Cancelled), "")
	if l.c.table.Len() != 0 {
		t.Errorf("%d requests left in the table", l.c.table.Len())
	}
	l.step(3, arrival(1), "r1.0 -> w0, wake 4s")
	l.step(4, Event{Kind: Wake}, "r1.1 -> w1")
	l.step(5, ended(1, 0, Error), "") // the other copy is still out
	l.step(6, ended(1, 1, OK), "deliver r1.1")
}

func TestClientGone(t *testing.T) {
	l := newLab(t, 1, Config{Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}}})
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(0, arrival(1), "")
	l.step(0, arrival(2), "")
	l.step(1, Event{Kind: Gone, Request: 1}, "")
	if got := l.c.Queued(); got != 1 {
		t.Errorf("queued = %d, want 1", got)
	}
	l.step(2, Event{Kind: Gone, Request: 0}, "cancel r0.0")
	l.step(2, ended(0, 0, Cancelled), "r2.0 -> w0")
	l.step(3, Event{Kind: Gone, Request: 0}, "")
}

type bySize struct{}

func (bySize) Key(_ *View, r *Request) float64 { return r.Work }

func TestGatewayQueueOrder(t *testing.T) {
	l := newLab(t, 1, Config{Order: bySize{}, Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}}})
	long := func(id RequestID) Event { return Event{Kind: Arrival, Request: id, Class: 1} }
	l.step(0, long(0), "r0.0 -> w0")
	l.step(0, long(1), "")
	l.step(0, arrival(2), "")
	l.step(0, long(3), "")
	l.step(1, ended(0, 0, OK), "deliver r0.0, r2.0 -> w0")
	l.step(2, ended(2, 0, OK), "deliver r2.0, r1.0 -> w0")
	l.step(3, ended(1, 0, OK), "deliver r1.0, r3.0 -> w0")
}

func TestNoWorkerWaits(t *testing.T) {
	l := newLab(t, 0, Config{Pools: []Pool{{Cores: 1, Speed: 1, Initial: 1, Max: 1}}})
	l.step(0, arrival(0), "")
	l.step(0, arrival(1), "")
	l.step(1, Event{Kind: WorkerPending, Worker: 0}, "")
	l.step(2, Event{Kind: WorkerRunning, Worker: 0}, "")
	l.step(3, Event{Kind: WorkerReady, Worker: 0}, "r0.0 -> w0, r1.0 -> w0")
}

type toFunction struct{}

func (toFunction) Decide(*View, *Request, WorkerID, bool) Choice { return ToFunction }

// functionFirst takes a machine where no function would do.
type functionFirst struct{}

func (functionFirst) Decide(v *View, r *Request, _ WorkerID, ok bool) Choice {
	switch {
	case v.FunctionFits(r):
		return ToFunction
	case ok:
		return ToWorker
	}
	return ToQueue
}

func TestThrottledGoesToAWorker(t *testing.T) {
	cfg := Config{Spill: functionFirst{}, Functions: &Functions{Share: 1}, Retry: Retry{Max: 1, Budget: 1, Backoff: time.Second}}
	l := newLab(t, 1, cfg)
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(1, ended(0, 0, Throttled), "r0.1 -> w0")
	l.step(2, Event{Kind: Arrival, Request: 1, Streamed: true}, "r1.0 -> w0") // its body cannot go to a function
}

// TestThrottledCostsNoRetry: what a function refuses waits for a machine also
// where nothing is tried again, as it has not run; a second failure is final.
func TestThrottledCostsNoRetry(t *testing.T) {
	l := newLab(t, 1, Config{
		Spill: functionFirst{}, Functions: &Functions{Share: 1}, Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}},
	})
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(0, arrival(1), "r1.0 -> function")
	l.step(1, ended(0, 0, Throttled), "r0.1 -> w0")
	l.step(1, ended(1, 0, Throttled), "wake 1.1s") // the machine is busy: it waits
	l.step(1.05, ended(0, 1, OK), "deliver r0.1, r1.1 -> w0")
	l.step(3, ended(1, 1, Error), "reject r1 502")
	if n := l.c.Counts().Retries; n != 0 {
		t.Errorf("%d retries, want none", n)
	}
}

// pinned is a scaler that wants what it is told.
type pinned struct {
	n       *int
	victims []WorkerID
}

func (pinned) Period() time.Duration { return 10 * time.Second }
func (p pinned) Size(*ScaleView) Plan {
	return Plan{Desired: []int{*p.n}, Victims: p.victims}
}

func TestScalingIsClampedCountedAndCooled(t *testing.T) {
	want := 9
	l := newLab(t, 1, Config{
		Scaler: pinned{n: &want, victims: []WorkerID{2}},
		Pools:  []Pool{{Cores: 1, Speed: 1, Min: 1, Max: 4, Cooldown: 15 * time.Second}},
	})
	l.step(10, Event{Kind: Wake}, "launch 3, wake 20s") // 9 is more than the maximum
	l.step(20, Event{Kind: Wake}, "wake 30s")           // they are on their way
	for id := range WorkerID(3) {
		l.join(21*time.Second, id+1)
	}
	want = 0
	l.step(24, Event{Kind: Wake}, "wake 30s") // nothing is due, and the pending wake was used up
	l.step(30, Event{Kind: Wake}, "drain w2, drain w3, drain w1, wake 40s")
	l.step(31, Event{Kind: WorkerDrained, Worker: 2}, "terminate w2")
	l.step(31, Event{Kind: WorkerLost, Worker: 2}, "")
	want = 4
	l.step(40, Event{Kind: Wake}, "wake 50s") // cooling down
	l.step(50, Event{Kind: Wake}, "launch 3, wake 1m0s")
	l.step(51, Event{Kind: LaunchFailed, N: 2}, "wake 56s")
	l.step(56, Event{Kind: Wake}, "launch 2, wake 1m0s") // no change of the size: no cooldown
	l.step(60, Event{Kind: Wake}, "wake 1m10s")
}

func TestOnlyTheLeaderScales(t *testing.T) {
	n := 5
	cfg := Config{Router: first{}, Scaler: pinned{n: &n}, Classes: []Class{{}}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 9}}}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if out := c.Step(0, &Event{Kind: Shed, N: 3}, nil); len(out) > 0 {
		t.Errorf("commands of a follower: %s", tell(out))
	}
	if c.Counts().Shed != 3 {
		t.Errorf("shed = %d, want 3", c.Counts().Shed)
	}
}

// reckless is the seed's router in small: no host for anything but class 1.
type reckless struct{ first }

func (p reckless) Route(v *View, r *Request) (WorkerID, bool) {
	w, ok := p.first.Route(v, r)
	return w, ok && r.Class == 1
}
func (reckless) NoHost(*View, *Request) Choice       { return LaunchAndWait }
func (reckless) TakesUnready() (time.Duration, bool) { return 0, true }
func (reckless) NeverReplaces() bool                 { return true }
func (reckless) Forget(o *Outcome) bool              { return o.Status == Error }

func TestLaunchAndWaitHoldsUpTheGateway(t *testing.T) {
	l := newLab(t, 1, Config{Router: reckless{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2}}})
	l.step(0, arrival(0), "launch 1")
	l.step(1, Event{Kind: Arrival, Request: 1, Class: 1}, "") // held up, though w0 is idle
	l.step(2, Event{Kind: WorkerPending, Worker: 1}, "")
	l.step(3, Event{Kind: WorkerRunning, Worker: 1}, "r0.0 -> w1, r1.0 -> w0") // not ready, never mind
	l.step(4, Event{Kind: Done, Request: 0, Status: Error}, "reject r0 502")
	if got := l.c.Worker(1); got != StateForgotten {
		t.Errorf("state of w1 = %d, want forgotten", got)
	}
	l.step(5, arrival(2), "r2.0 -> w0") // the forgotten one counts to the maximum: the least loaded
	l.step(6, Event{Kind: WorkerLost, Worker: 1}, "")
	l.step(7, arrival(3), "launch 1")
	l.step(8, Event{Kind: LaunchFailed, N: 1}, "reject r3 503")
}

// beside is a router that wants a worker launched beside each request.
type beside struct{}

func (beside) Route(*View, *Request) (WorkerID, bool) { return NoWorker, false }
func (beside) NoHost(*View, *Request) Choice          { return LaunchBeside }

// TestLaunchBesideWithoutPools: where there are none, nothing can be launched.
func TestLaunchBesideWithoutPools(t *testing.T) {
	c, err := New(Config{Leader: true, Classes: []Class{{Name: "all"}}, Functions: &Functions{Share: 1}, Router: beside{}})
	if err != nil {
		t.Fatal(err)
	}
	e := arrival(0)
	if out := c.Step(0, &e, nil); len(out) != 1 || out[0].Kind != Reject || out[0].Reason != ReasonCapacity {
		t.Errorf("commands %s, want a reject for want of capacity", tell(out))
	}
}

func TestSpotNoticeDrains(t *testing.T) {
	l := newLab(t, 2, Config{})
	l.step(0, Event{Kind: WorkerNotice, Worker: 0, At: time.Minute}, "drain w0, launch 1, wake 2m0s")
	l.step(1, arrival(0), "r0.0 -> w1")
	l.step(2, Event{Kind: WorkerLost, Worker: 0}, "")
	l.step(2, Event{Kind: WorkerLost, Worker: 0}, "")
	l.step(2, Event{Kind: WorkerReady, Worker: 44}, "")
}

func TestTelemetryOutOfOrder(t *testing.T) {
	l := newLab(t, 1, Config{})
	for _, s := range []struct{ at, cpu float64 }{{20, 0.4}, {10, 0.9}, {20, 0.1}, {30, 0.6}} {
		l.step(40, Event{Kind: Telemetry, At: time.Duration(s.at) * time.Second, CPU: s.cpu}, "")
	}
	if mean, n := l.c.scaleView.CPU(0, 30*time.Second, 0.5); n != 1 || math.Abs(mean-0.5) > 1e-12 {
		t.Errorf("mean CPU = %v of %d, want 0.5 of 1", mean, n)
	}
	if mean, _ := l.c.scaleView.CPU(0, 5*time.Second, 0.25); mean != 0.25 {
		t.Errorf("mean CPU without samples = %v, want the assumed 0.25", mean)
	}
}

func TestDemandCountsSpilledAndRejected(t *testing.T) {
	l := newLab(t, 0, Config{Pools: []Pool{{Cores: 1, Speed: 1}}, Spill: toFunction{}, Functions: &Functions{Share: 1}})
	for i := range RequestID(40) {
		l.step(float64(i)/2, arrival(i), fmt.Sprintf("r%d.0 -> function", i))
	}
	l.c.now, l.c.view.Now = 20*time.Second, 20*time.Second
	d := l.c.scaleView.Demand(time.Minute)
	if want := (Demand{Arrivals: 2, Work: 2, Spilled: 2}); d != want {
		t.Errorf("demand = %+v, want %+v", d, want)
	}
}

func TestConfigErrorsAreJoined(t *testing.T) {
	_, err := New(Config{Pools: []Pool{{Name: "p", Cores: 0, Speed: math.NaN(), Min: 2, Max: 1}}, Retry: Retry{Max: -1}})
	for _, want := range []string{"no router", "no class", "cores = 0", "speed = NaN", "min = 2, max = 1", "retry: max = -1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not mention %q", err, want)
		}
	}
}

// TestStepDoesNotAllocate: arrivals and answers cost no allocation once the
// tables have their size.
func TestStepDoesNotAllocate(t *testing.T) {
	l := newLab(t, 8, Config{Hedge: hedgeAfter(time.Hour)})
	id := RequestID(0)
	now := time.Duration(0)
	run := func() {
		for range 16 {
			l.out = l.c.Step(now, &Event{Kind: Arrival, Request: id, Idempotent: true}, l.out[:0])
			id++
		}
		now += time.Second
		for k := range RequestID(16) {
			l.out = l.c.Step(now, &Event{Kind: Done, Request: id - 16 + k, Work: 1}, l.out[:0])
		}
	}
	for range 100 {
		run()
	}
	if n := testing.AllocsPerRun(100, run); n > 0 {
		t.Errorf("%v allocations per 32 events, want 0", n)
	}
}

// TestNoNumberCanStopTheController: works that are no numbers, from the
// simulator or from a worker, are not believed.
func TestNoNumberCanStopTheController(t *testing.T) {
	l := newLab(t, 2, Config{Estimator: &oracle{}})
	for i, w := range []float64{math.NaN(), math.Inf(1), -1} {
		e := arrival(RequestID(i))
		e.Truth = w
		l.out = l.c.Step(0, &e, l.out[:0])
		if got := l.c.table.At(l.c.table.Find(RequestID(i))).Work; got != 1 {
			t.Errorf("work of truth %v = %v, want the prior 1", w, got)
		}
		l.c.view.EarliestFree(0)
		l.out = l.c.Step(0, &Event{Kind: Done, Request: RequestID(i), Work: w}, l.out[:0])
	}
	if n, mean := l.learnt(0); n != 0 || l.c.expected(0) != 1 {
		t.Errorf("class mean learnt %v times a mean of %v from nonsense", n, mean)
	}
}

type oracle struct{ memo }

func (oracle) Exact() {}
