package policy

import (
	"testing"
	"time"
)

// TestStallEndsWithItsWorker: a LaunchAndWait whose worker is lost, or about to
// be, is over, and what it held up goes on.
func TestStallEndsWithItsWorker(t *testing.T) {
	for _, replace := range []Replacement{ReplaceLost, ReplaceNever} {
		for _, loss := range []EventKind{WorkerLost, WorkerNotice} {
			l := newLab(t, 1, Config{Router: reckless{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2, Replace: replace}}})
			l.step(0, arrival(0), "launch 1")
			l.step(1, Event{Kind: Arrival, Request: 1, Class: 1}, "")
			l.step(2, Event{Kind: WorkerPending, Worker: 1}, "")
			l.out = l.c.Step(3e9, &Event{Kind: loss, Worker: 1}, nil)
			if l.c.stall.on || l.c.Queued() != 0 || l.c.view.Worker(0).InFlight != 1 {
				t.Errorf("replace %d, event %d: %s; %d wait, stall %v", replace, loss, tell(l.out), l.c.Queued(), l.c.stall.on)
			}

			l = newLab(t, 0, Config{Router: reckless{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2, Replace: replace}}})
			l.step(0, arrival(0), "launch 1")
			l.step(1, arrival(1), "")
			l.step(2, Event{Kind: WorkerPending, Worker: 0}, "")
			l.out = l.c.Step(3e9, &Event{Kind: loss, Worker: 0}, nil)
			if s := &l.c.stall; !s.on || l.c.table.ID(s.slot) != 1 || l.c.fleet.pools[0].Launching != 1 {
				t.Errorf("replace %d, event %d: %s; want the next request to launch one", replace, loss, tell(l.out))
			}
		}
	}
}

// stays is a scaler that wants none in a pool that has none.
type stays struct{ pinned }

func (stays) StartsFromNone(PoolID) bool { return false }

// whereNoHost is a Spill that uses functions only where there is no host.
type whereNoHost struct{}

func (whereNoHost) Decide(_ *View, _ *Request, _ WorkerID, ok bool) Choice {
	if ok {
		return ToWorker
	}
	return ToFunction
}

// TestNobodyComes: where no machine can come any more, nothing waits for one: a function
// takes it if the Spill allows that.
func TestNobodyComes(t *testing.T) {
	none, functions := 0, &Functions{Share: 1}
	pool := Pool{Cores: 1, Speed: 1, Limit: 1, Max: 5, Replace: ReplaceNever}
	for _, q := range []struct {
		name   string
		scaler Scaler
		change func(*Pool)
		waits  bool
	}{
		{"no scaler", nil, func(*Pool) {}, false},
		{"a scaler that never begins", stays{pinned{n: &none}}, func(*Pool) {}, false},
		{"one that does at the least", stays{pinned{n: &none}}, func(p *Pool) { p.Min = 1 }, true},
		{"one that may", pinned{n: &none}, func(*Pool) {}, true},
		{"replacement", nil, func(p *Pool) { p.Replace = ReplaceLost }, true},
	} {
		for _, with := range []struct {
			f *Functions
			s Spill
		}{{}, {functions, nil}, {functions, whereNoHost{}}} {
			p := pool
			q.change(&p)
			l := newLab(t, 1, Config{Scaler: q.scaler, Pools: []Pool{p}, Functions: with.f, Spill: with.s})
			l.out = l.c.Step(1, &Event{Kind: Arrival, Request: 0, Idempotent: true}, l.out[:0])
			l.out = l.c.Step(1, &Event{Kind: Arrival, Request: 1, Idempotent: true}, l.out[:0])
			l.out = l.c.Step(2, &Event{Kind: WorkerLost, Worker: 0}, l.out[:0])
			why := l.c.Waiting(1)
			l.out = l.c.Step(3, &Event{Kind: Arrival, Request: 2}, l.out[:0])
			switch later := l.c.Waiting(2); {
			case why != later:
				t.Errorf("%s: one that waited is %v, one that comes %v", q.name, why, later)
			case q.waits && with.s == nil && why != ReasonWaitsMachine, !q.waits && with.s == nil && why != ReasonNone, with.s != nil && why != ReasonRuns:
				t.Errorf("%s, functions %v, spill %v: %v", q.name, with.f != nil, with.s != nil, why)
			}
			if id, found := l.c.Overlooked(); found {
				t.Errorf("%s: request %d waits for nobody", q.name, id)
			}
		}
	}
}

// TestForgottenFillTheMaximum: workers that a router dropped leave no room.
func TestForgottenFillTheMaximum(t *testing.T) {
	l := newLab(t, 1, Config{Router: reckless{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 1}}})
	l.step(0, Event{Kind: Arrival, Request: 0, Class: 1}, "r0.0 -> w0")
	l.step(1, ended(0, 0, Error), "reject r0 502")
	l.step(2, arrival(1), "reject r1 503")
	l.reason(ReasonCapacity)
}

// looker is reckless and looks every 15 s whether a machine runs.
type looker struct{ reckless }

func (looker) TakesUnready() (time.Duration, bool) { return 15 * time.Second, true }

// TestStallWaitsForTheLook: a machine that is ready and not yet looked at is on its
// way, so a stall goes on although another one is lost.
func TestStallWaitsForTheLook(t *testing.T) {
	l := newLab(t, 1, Config{Router: looker{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2}}})
	l.step(1, arrival(0), "launch 1")
	l.step(2, Event{Kind: WorkerPending, Worker: 1}, "")
	l.step(4, Event{Kind: WorkerRunning, Worker: 1}, "wake 17s")
	l.step(5, Event{Kind: WorkerReady, Worker: 1}, "")
	l.step(6, Event{Kind: WorkerLost, Worker: 0}, "")
	l.step(7, Event{Kind: Arrival, Request: 1, Class: 1}, "")
	l.step(17, Event{Kind: Wake}, "r0.0 -> w1, r1.0 -> w1")

	l = newLab(t, 1, Config{Router: looker{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2}}})
	l.step(1, arrival(0), "launch 1")
	l.step(2, Event{Kind: WorkerPending, Worker: 1}, "")
	l.step(4, Event{Kind: WorkerRunning, Worker: 1}, "wake 17s")
	l.step(5, Event{Kind: WorkerReady, Worker: 1}, "")
	l.step(6, Event{Kind: WorkerLost, Worker: 1}, "reject r0 503") // the one it waits for
}

// TestReadyBeforeItRan: a machine that is ready without having been seen to run is
// looked at like any other.
func TestReadyBeforeItRan(t *testing.T) {
	l := newLab(t, 0, Config{Router: looker{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2}}})
	l.step(1, arrival(0), "launch 1")
	l.step(2, Event{Kind: WorkerPending, Worker: 0}, "")
	l.step(5, Event{Kind: WorkerReady, Worker: 0}, "wake 17s")
	l.step(6, Event{Kind: WorkerRunning, Worker: 0}, "")
	l.step(17, Event{Kind: Wake}, "r0.0 -> w0")
}

// TestFirstLook: a machine that runs already when its launch is known is seen by the
// first look, be it at the same instant or a moment later, as where two messages say so.
func TestFirstLook(t *testing.T) {
	for _, c := range []struct {
		after float64 // between the answer of the launch call and that it runs
		want  string
	}{{0, "r0.0 -> w0"}, {5e-6, "r0.0 -> w0"}, {0.099, "r0.0 -> w0"}, {0.2, "wake 17s"}, {14.999, "wake 17s"}, {15, "r0.0 -> w0"}, {15.05, "wake 32s"}} {
		l := newLab(t, 0, Config{Router: looker{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2}}})
		l.step(1, arrival(0), "launch 1")
		l.step(2, Event{Kind: WorkerPending, Worker: 0}, "")
		l.step(2+c.after, Event{Kind: WorkerRunning, Worker: 0}, c.want)
	}
}

// besider is a router that has no host for class 0 and launches one beside.
type besider struct{ first }

func (p besider) Route(v *View, r *Request) (WorkerID, bool) {
	w, ok := p.first.Route(v, r)
	return w, ok && r.Class == 1
}
func (besider) NoHost(*View, *Request) Choice { return LaunchBeside }

// TestLaunchBesideAFullFleet: where every machine is full, one is launched all the
// same, and no other until it is there; the requests wait.
func TestLaunchBesideAFullFleet(t *testing.T) {
	l := newLab(t, 1, Config{Router: besider{}, Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 3}}})
	l.step(0, Event{Kind: Arrival, Request: 0, Class: 1}, "r0.0 -> w0")
	l.step(1, arrival(1), "launch 1")
	l.step(1, arrival(2), "")
	l.step(2, Event{Kind: WorkerPending, Worker: 1}, "")
	l.step(3, Event{Kind: WorkerRunning, Worker: 1}, "")
	l.step(4, Event{Kind: WorkerReady, Worker: 1}, "launch 1, r1.0 -> w1")
	l.step(5, ended(0, 0, OK), "deliver r0.0, r2.0 -> w0")
	l.step(6, arrival(3), "")
	l.step(7, ended(1, 0, OK), "deliver r1.0, r3.0 -> w1")
}

// TestDeadLaunchWaitsForAFunction: a request whose launch came to nothing while the
// functions are full waits for one under Wait, launches nothing again, and takes the first
// that is free; under Refuse the service refuses it.
func TestDeadLaunchWaitsForAFunction(t *testing.T) {
	for _, full := range []Full{Wait, Refuse} {
		l := newLab(t, 0, Config{
			Router: reckless{}, Spill: fits{}, Functions: oneEnvironment(full), Pools: []Pool{{Cores: 1, Speed: 1, Max: 2, Replace: ReplaceNever}},
		})
		l.step(0, arrival(0), "launch 1")
		l.step(1, Event{Kind: LaunchFailed, N: 1}, "r0.0 -> function")
		l.step(2, arrival(1), "launch 1")
		if full == Refuse {
			l.step(3, Event{Kind: LaunchFailed, N: 1}, "r1.0 -> function")
			continue
		}
		l.step(3, Event{Kind: LaunchFailed, N: 1}, "")
		if got := l.c.Waiting(1); got != ReasonWaitsFunction {
			t.Errorf("waits because of %v, want %v", got, ReasonWaitsFunction)
		}
		l.step(4, ended(0, 0, OK), "deliver r0.0, r1.0 -> function")
	}
}

// fits is a Spill that uses functions for what they take now.
type fits struct{}

func (fits) Decide(v *View, r *Request, _ WorkerID, ok bool) Choice {
	switch {
	case v.FunctionFits(r):
		return ToFunction
	case ok:
		return ToWorker
	}
	return ToQueue
}
