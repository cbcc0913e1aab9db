package policy

import "testing"

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

// TestNobodyComes: where no machine can come any more, nothing waits for one.
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
		for _, f := range []*Functions{nil, functions} {
			p := pool
			q.change(&p)
			l := newLab(t, 1, Config{Scaler: q.scaler, Pools: []Pool{p}, Functions: f})
			l.out = l.c.Step(1, &Event{Kind: Arrival, Request: 0, Idempotent: true}, l.out[:0])
			l.out = l.c.Step(1, &Event{Kind: Arrival, Request: 1, Idempotent: true}, l.out[:0])
			l.out = l.c.Step(2, &Event{Kind: WorkerLost, Worker: 0}, l.out[:0])
			why := l.c.Waiting(1)
			l.out = l.c.Step(3, &Event{Kind: Arrival, Request: 2}, l.out[:0])
			switch later := l.c.Waiting(2); {
			case why != later:
				t.Errorf("%s: one that waited is %v, one that comes %v", q.name, why, later)
			case q.waits && why != ReasonWaitsMachine, !q.waits && f == nil && why != ReasonNone, !q.waits && f != nil && why != ReasonRuns:
				t.Errorf("%s, functions %v: %v", q.name, f != nil, why)
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
