package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/workloads"
)

// at makes arrivals at given seconds with one second of work each.
func at(seconds ...float64) *list {
	l := &list{}
	for _, s := range seconds {
		l.arrivals = append(l.arrivals, workloads.Arrival{At: duration(s), Work: time.Second})
	}
	return l
}

// onFunctions is a configuration in which every request goes to a function.
func onFunctions(f Functions) Config {
	cfg := fleet(0, &roundRobin{})
	cfg.Control.Spill = spillAll{}
	cfg.Control.Functions = &policy.Functions{Share: f.Share, KeepAlive: f.KeepAlive}
	cfg.Funcs = &f
	return cfg
}

type spillAll struct{}

func (spillAll) Decide(*policy.View, *policy.Request, policy.WorkerID, bool) policy.Choice {
	return policy.ToFunction
}

// TestColdStartsAndKeepAlive: the first call of an environment is cold, one
// within the keep-alive is warm, the environment used last is used next.
func TestColdStartsAndKeepAlive(t *testing.T) {
	cfg := onFunctions(Functions{MemoryMB: 1769, Share: 1, Cold: constant(0.5), KeepAlive: 10 * time.Second})
	got := play(t, cfg, at(0, 0, 5, 16, 27.5)).byID(t)
	want := []struct {
		cold   bool
		env    int32
		finish float64
	}{
		{true, 0, 1.5},
		{true, 1, 1.5}, // at the same time: an environment of its own
		{false, 1, 6},  // both idle since 1.5: the last one used
		{false, 1, 17}, // idle since 6, exactly 10 s
		{true, 2, 29},  // idle since 17, more than 10 s
	}
	for i, w := range want {
		if g := got[i]; g.Cold != w.cold || g.Worker != w.env || g.Finish != duration(w.finish) {
			t.Errorf("call %d: cold %v environment %d at %v, want %v %d at %vs", i, g.Cold, g.Worker, g.Finish, w.cold, w.env, w.finish)
		}
	}
}

// TestFunctionShareFloorAndTimeout: a call takes floor + work/share and ends
// with an error at the timeout.
func TestFunctionShareFloorAndTimeout(t *testing.T) {
	cfg := onFunctions(Functions{MemoryMB: 885, Share: 0.5, Floor: 100 * time.Millisecond, KeepAlive: time.Hour})
	if got := play(t, cfg, at(0)).byID(t)[0]; got.Finish != 2100*time.Millisecond {
		t.Errorf("finish = %v, want 2.1s", got.Finish)
	}
	cfg = onFunctions(Functions{MemoryMB: 885, Share: 0.5, Timeout: time.Second, KeepAlive: time.Hour})
	if got := play(t, cfg, at(0)).byID(t)[0]; got.Ending != results.Failed || got.Status != 504 {
		t.Errorf("ending %d status %d, want failed with 504", got.Ending, got.Status)
	}
}

// TestThrottles: calls beyond the concurrency or the scaling rate are throttled.
func TestThrottles(t *testing.T) {
	for _, f := range []Functions{
		{MemoryMB: 1769, Share: 1, KeepAlive: time.Hour, Concurrency: 2},
		{MemoryMB: 1769, Share: 1, KeepAlive: time.Hour, ScaleStep: 2},
	} {
		got := play(t, onFunctions(f), at(0, 0, 0)).byID(t)
		if got[1].Ending != results.Answered || got[2].Ending != results.Rejected || got[2].Status != 429 {
			t.Errorf("%+v: third call ends %d with %d, want rejected with 429", f, got[2].Ending, got[2].Status)
		}
	}
	f := Functions{MemoryMB: 1769, Share: 1, KeepAlive: time.Hour, ScaleStep: 2}
	if got := play(t, onFunctions(f), at(0, 0, 0.5, 5.1)).byID(t); got[2].Status != 429 || got[3].Status != 200 {
		t.Errorf("statuses %d %d, want 429 at 0.5s and 200 once 5 s refilled the rate", got[2].Status, got[3].Status)
	}
}

// TestFunctionBill: 1.5 s cold and 1 s warm at 1769 MB, and two calls.
func TestFunctionBill(t *testing.T) {
	cfg := onFunctions(Functions{MemoryMB: 1769, Share: 1, Cold: constant(0.5), KeepAlive: time.Hour,
		USDPerGBs: 0.0000166667, USDPerCall: 0.20 / 1e6})
	l := play(t, cfg, at(0, 10)).ledger
	if want := 2.5 * 1769 / 1024 * 0.0000166667; math.Abs(l.FunctionTime-want) > 1e-15 {
		t.Errorf("function time = $%v, want $%v", l.FunctionTime, want)
	}
	if want := 0.4e-6; math.Abs(l.FunctionCalls-want) > 1e-18 {
		t.Errorf("function calls = $%v, want $%v", l.FunctionCalls, want)
	}
}

// grow is a scaler that wants n workers at its first decision, 0 before.
type grow struct{ n int }

func (grow) Period() time.Duration { return 10 * time.Second }
func (g grow) Size(*policy.ScaleView) policy.Plan {
	return policy.Plan{Desired: []int{g.n}}
}

// TestLaunchTakesItsTime: a launch decided at 10 s is known after the API
// call, billed from running, used from ready; the drained one is paid to its
// termination.
func TestLaunchTakesItsTime(t *testing.T) {
	cfg := fleet(0, &roundRobin{})
	cfg.Control.Pools[0].Max = 1
	cfg.Control.Scaler = grow{1}
	cfg.Pools[0].Launch = Launch{API: constant(1), Pending: constant(5), Boot: constant(12), Start: constant(4), Health: constant(3)}
	cfg.Pools[0].IPv4USDPerHour = 0.005
	cfg.Duration = 5 * time.Minute
	m := play(t, cfg, at(0))
	if got := m.byID(t)[0]; got.Start != 35*time.Second || got.Finish != 36*time.Second {
		t.Errorf("served from %v to %v, want from 35s to 36s", got.Start, got.Finish)
	}
	if want := (300.0 - 16) / 3600 * 0.0725; math.Abs(m.ledger.Instances-want) > 1e-12 {
		t.Errorf("instances = $%v, want $%v: billed from running at 16 s to 300 s", m.ledger.Instances, want)
	}
	if want := (300.0 - 16) / 3600 * 0.005; math.Abs(m.ledger.IPv4-want) > 1e-12 {
		t.Errorf("addresses = $%v, want $%v", m.ledger.IPv4, want)
	}
}

// TestBootingMachine: a connection to a machine that does not answer yet is
// lost while it boots and tried again after 1, 2, 4, 8 s; once the system is
// up and the application is not, it is refused.
func TestBootingMachine(t *testing.T) {
	for _, c := range []struct {
		up, answers time.Duration // after the machine runs
		want        time.Duration // the connection is settled
	}{
		{0, 5 * time.Second, 0},
		{5 * time.Second, 20 * time.Second, 7 * time.Second},
		{10 * time.Second, 12 * time.Second, 15 * time.Second},
		{50 * time.Second, 60 * time.Second, 63 * time.Second},
		{time.Hour, time.Hour, 127 * time.Second},
	} {
		v := &vm{up: c.up, answers: c.answers}
		if got, heard := v.connects(0); got != c.want || heard != (c.up < time.Hour) {
			t.Errorf("up after %v: settled after %v, heard %v; want %v", c.up, got, heard, c.want)
		}
	}
}

// TestDrainFinishesWhatItHas: a draining worker keeps its requests, gets no
// more, and is terminated when it is idle.
func TestDrainFinishesWhatItHas(t *testing.T) {
	cfg := fleet(2, &roundRobin{})
	cfg.Control.Scaler = grow{1}
	cfg.Duration = 2 * time.Minute
	m := play(t, cfg, &list{arrivals: []workloads.Arrival{
		{At: 9 * time.Second, Work: 2 * time.Second},  // worker 0, still busy at the decision
		{At: 9 * time.Second, Work: 30 * time.Second}, // worker 1, the youngest: drained
		{At: 11 * time.Second, Work: time.Second},
		{At: 11 * time.Second, Work: time.Second},
	}})
	got := m.byID(t)
	if got[1].Finish != 39*time.Second || got[2].Worker != 0 || got[3].Worker != 0 {
		t.Errorf("drained one ends %v, later ones on %d and %d; want 39s, 0, 0", got[1].Finish, got[2].Worker, got[3].Worker)
	}
	if want := (120.0 + 60) / 3600 * 0.0725; math.Abs(m.ledger.Instances-want) > 1e-12 {
		t.Errorf("instances = $%v, want $%v: 120 s and the minimum of 60 s for 39 s", m.ledger.Instances, want)
	}
	if m.counts.Terminations != 1 {
		t.Errorf("terminations = %d, want 1", m.counts.Terminations)
	}
}

// TestNetworkCountsTwice: both ways are part of the response time.
func TestNetworkCountsTwice(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Network = constant(0.010)
	got := play(t, cfg, at(1)).byID(t)[0]
	if got.Start != 1010*time.Millisecond || got.Finish != 2020*time.Millisecond || got.Ideal != 1020*time.Millisecond {
		t.Errorf("start %v finish %v ideal %v, want 1.01s 2.02s 1.02s", got.Start, got.Finish, got.Ideal)
	}
}

// TestClientsLeave: a client that waits longer than its patience is a miss,
// and its work stops.
func TestClientsLeave(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Timeout = 1500 * time.Millisecond
	got := play(t, cfg, at(0, 0, 1.4)).byID(t)
	if got[0].Ending != results.Answered || got[1].Ending != results.TimedOut || got[2].Ending != results.Answered {
		t.Errorf("endings %d %d %d, want answered, timed out, answered", got[0].Ending, got[1].Ending, got[2].Ending)
	}
	if want := 2500 * time.Millisecond; got[2].Finish != want {
		t.Errorf("third finishes at %v, want %v: it starts when the second's work stops", got[2].Finish, want)
	}
}

// TestCutOff: what is still running when the drain cap is over is unfinished.
func TestCutOff(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.DrainCap = time.Minute
	m := play(t, cfg, &list{arrivals: []workloads.Arrival{{At: time.Second, Work: time.Hour}}})
	if q := m.byID(t)[0]; q.Ending != results.Unfinished || q.Finish != results.Never {
		t.Errorf("ending %d finish %v, want unfinished, never", q.Ending, q.Finish)
	}
}

// TestFaultsByHand: two workers, one request on each from 0 to 4 s. Worker 1
// crashes at 2 s: its request fails at once and, tried again, waits behind the
// other on worker 0 from 4 to 8 s. A request of 3 s that is sent there is refused,
// though nobody has noticed, and goes on to worker 0 as well.
func TestFaultsByHand(t *testing.T) {
	for _, c := range []struct {
		name   string
		kind   FaultKind
		finish []time.Duration
	}{
		// 0: done by worker 0 at 4. 1: fails at 2, runs on worker 0 from 4 to 8.
		// 2, arriving at 3: refused, then third in line, 8 to 12.
		{"crash", Crash, []time.Duration{4 * time.Second, 8 * time.Second, 12 * time.Second}},
		// 1: hangs until 7, when it is noticed. 2 goes to worker 0 (a tie goes
		// to the first): 4 to 8. 1 again: 8 to 12.
		{"hang", Hang, []time.Duration{4 * time.Second, 12 * time.Second, 8 * time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := fleet(2, &roundRobin{})
			cfg.Control.Retry = policy.Retry{Max: 2, Budget: 1}
			cfg.Faults = []Fault{{At: 2 * time.Second, Kind: c.kind, Worker: 1, Detected: 5 * time.Second}}
			src := at(0, 0, 3)
			for i := range src.arrivals {
				src.arrivals[i].Work = 4 * time.Second
			}
			rows := play(t, cfg, src).byID(t)
			for i, want := range c.finish {
				if rows[i].Finish != want {
					t.Errorf("request %d finished at %v, want %v", i, rows[i].Finish, want)
				}
			}
		})
	}
}
