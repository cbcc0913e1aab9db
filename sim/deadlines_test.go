package sim

import (
	"context"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/spill"
	"cnv/results"
	"cnv/workloads"
)

// TestDeadlinesGoWithRequests: how long clients wait is not kept for those that have
// their answer, behind one that waits.
func TestDeadlinesGoWithRequests(t *testing.T) {
	const n = 100_000
	src := &list{arrivals: []workloads.Arrival{{Work: 2 * time.Hour}}}
	for i := 1; i < n; i++ {
		src.arrivals = append(src.arrivals, workloads.Arrival{At: time.Duration(i) * time.Millisecond, Work: time.Microsecond})
	}
	cfg := fleet(1, &roundRobin{})
	cfg.PS, cfg.Timeout = true, time.Hour
	m := &memory{}
	w, err := newWorld(&cfg, src, m)
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	w.src = &watched{src, func() { most = max(most, w.deadlines.Len()) }}
	if err := w.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.close()
	if left := m.byID(t)[0]; left.Status != 499 || left.Finish >= 0 {
		t.Errorf("the first client: %+v, want that it left", left)
	}
	if most > 5000 {
		t.Errorf("%d deadlines of one request in flight", most)
	}
}

// TestClientsLeaveAtOnce: one core serves one request, another waits at the gateway
// and may go to the function from 900 ms on, at which both clients leave. Neither is
// served, what waited is sent nowhere, and who comes later is served.
func TestClientsLeaveAtOnce(t *testing.T) {
	cfg := mixed(1, 1, &roundRobin{}, functionFrom(900*time.Millisecond))
	cfg.Control.Functions.Full, cfg.Timeout = policy.Wait, 900*time.Millisecond
	m := play(t, cfg, jobs([2]float64{0, 1}, [2]float64{0, 1}, [2]float64{0.5, 0.25}))
	got := m.byID(t)
	for _, q := range got[:2] {
		if q.Status != 499 {
			t.Errorf("request %d: %+v, want that its client left", q.ID, q)
		}
	}
	if got[1].Attempts != 0 {
		t.Errorf("the second was sent %d times, want never", got[1].Attempts)
	}
	if last := got[2]; last.Start != 900*time.Millisecond || last.Ending != results.Answered {
		t.Errorf("the last: %+v, want that it is served from 900 ms on", last)
	}
}

// TestAnswerAtTheLastInstant: who is answered at the instant at which the patience ends
// is answered, whenever the client came and wherever it is served; who waits then leaves,
// and is sent nowhere although a place comes free at that instant.
func TestAnswerAtTheLastInstant(t *testing.T) {
	each := jobs([2]float64{0, 0.4}, [2]float64{0.4, 0.4}, [2]float64{1, 0.4}, [2]float64{1.1, 0.4}, [2]float64{5, 0.4})
	for name, cfg := range map[string]Config{
		"first come, first served": mixed(2, 0, &roundRobin{}, nil),
		"shared":                   fleet(2, &roundRobin{}),
		"functions":                mixed(1, 2, &roundRobin{}, &spill.Always{}),
	} {
		cfg.PS, cfg.Timeout = name == "shared", 400*time.Millisecond
		for _, q := range play(t, cfg, &list{arrivals: each.arrivals}).byID(t) {
			if q.Ending != results.Answered || q.Finish != q.Arrival+cfg.Timeout {
				t.Errorf("%s: request %d ended %v at %v, want answered", name, q.ID, q.Ending, q.Finish)
			}
		}
	}
	cfg := mixed(1, 0, &roundRobin{}, nil)
	cfg.Timeout, cfg.Abandoned = 400*time.Millisecond, RunsOn
	got := play(t, cfg, jobs([2]float64{0, 0.4}, [2]float64{0, 0.1}, [2]float64{0.4, 0.1})).byID(t)
	if got[0].Ending != results.Answered || got[1].Status != 499 || got[1].Attempts != 0 || got[2].Start != 400*time.Millisecond {
		t.Errorf("%+v, want the first answered, the second gone unserved, the third served at once", got)
	}
}

// TestGatewayTimersComeLast: at the instant at which an attempt has taken as long as it
// may, an answer counts, and so does that its client leaves: nobody tries for it again.
func TestGatewayTimersComeLast(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Control.Retry = policy.Retry{Max: 1, Budget: 1, AttemptTimeout: 2 * time.Second}
	for _, q := range play(t, cfg, jobs([2]float64{0, 1}, [2]float64{0, 1})).byID(t) { // the second begins at 1 s
		if q.Ending != results.Answered || q.Attempts != 1 {
			t.Errorf("request %d ended %v after %d attempts, want answered by the first", q.ID, q.Ending, q.Attempts)
		}
	}
	cfg = fleet(2, &roundRobin{})
	cfg.Timeout, cfg.Control.Retry = 2*time.Second, policy.Retry{Max: 1, Budget: 1, AttemptTimeout: 2 * time.Second}
	m := play(t, cfg, jobs([2]float64{0, 5}))
	if q := m.byID(t)[0]; q.Status != 499 || q.Attempts != 1 {
		t.Errorf("status %d after %d attempts, want that the client left after one", q.Status, q.Attempts)
	}
}

// functionFrom is a spill that allows functions from an instant on.
type functionFrom time.Duration

func (s functionFrom) Decide(v *policy.View, _ *policy.Request, _ policy.WorkerID, _ bool) policy.Choice {
	if v.Now >= time.Duration(s) {
		return policy.ToFunction
	}
	return policy.ToWorker
}

// A watched is a source that somebody watches.
type watched struct {
	workloads.Source
	seen func()
}

func (s *watched) Next(a *workloads.Arrival) bool { s.seen(); return s.Source.Next(a) }
