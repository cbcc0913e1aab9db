package sim

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/route"
	"cnv/policy/spill"
	"cnv/results"
	"cnv/workloads"
)

// alike are function environments like a one-core machine: no floor, no cold
// start, no bound on new ones.
func alike(n int) (*policy.Functions, *Functions) {
	long := 1000 * time.Hour
	return &policy.Functions{Share: 1, Concurrency: n, KeepAlive: long, Full: policy.Wait},
		&Functions{MemoryMB: 1769, Share: 1, Concurrency: n, KeepAlive: long, Cold: constant(0)}
}

// mixed is a fleet of machines and environments, all alike, with one line at
// the gateway.
func mixed(machines, environments int, r policy.Router, s policy.Spill) Config {
	cfg := fleet(machines, r)
	cfg.Control.Pools[0].Slots, cfg.Control.Pools[0].Limit = 1, 1
	if environments > 0 {
		cfg.Control.Functions, cfg.Funcs = alike(environments)
	}
	cfg.Control.Spill = s
	return cfg
}

// TestOneLineIsErlang: machines and environments under one line are an M/M/c
// queue in any mix, whatever router names the machine; with Always the
// machines do not count. The mean over eight seeds lies within four standard
// errors of Erlang's C.
func TestOneLineIsErlang(t *testing.T) {
	busy := func() policy.Spill { return spill.NewBusy() }
	jsq := func() policy.Router { return &route.JSQ{Tie: route.TieRandom} }
	original := func() policy.Router { // counts units, not slots
		r := route.NewNovaOriginal()
		r.Floor = 0
		return r
	}
	for _, q := range []struct {
		machines, environments int
		router                 func() policy.Router
		spill                  func() policy.Spill
		servers                int
	}{
		{1, 9, jsq, busy, 10},
		{2, 8, jsq, busy, 10},
		{9, 1, jsq, busy, 10},
		{5, 5, func() policy.Router { return &roundRobin{} }, busy, 10},
		{5, 5, func() policy.Router { return &roundRobin{} }, func() policy.Spill { return &spill.Busy{Of: spill.OfChoice} }, 10},
		{10, 0, jsq, busy, 10},
		{5, 5, original, busy, 10},
		{1, 9, jsq, func() policy.Spill { return &spill.Always{} }, 9},
		{10, 9, jsq, func() policy.Spill { return &spill.Never{} }, 10},
	} {
		name := fmt.Sprintf("%d machines, %d environments, %T", q.machines, q.environments, q.spill())
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const seeds, n, rate = 8, 50_000, 8.0
			sum, sq := 0.0, 0.0
			for seed := range uint64(seeds) {
				cfg := mixed(q.machines, q.environments, q.router(), q.spill())
				cfg.Seed = seed + 1
				m := &meanOf{}
				if _, err := Run(context.Background(), cfg, newStream(seed+1, n, expo(1/rate), expo(1)), m); err != nil {
					t.Fatal(err)
				}
				mean := m.sum / float64(m.n)
				sum += mean
				sq += mean * mean
			}
			mean := sum / seeds
			se := math.Sqrt((sq/seeds - mean*mean) / (seeds - 1))
			want := 1 + erlangC(q.servers, rate)/(float64(q.servers)-rate)
			if math.Abs(mean-want) > 4*se || se > 0.02*want {
				t.Errorf("mean response time = %.4f, want %.4f within %.4f", mean, want, 4*se)
			}
		})
	}
}

// TestSLOSeesTheLine: slo knows of what waits at the gateway, so that it keeps no request
// that would be late there; and where a machine serves one request at a time, the two
// disciplines are one.
func TestSLOSeesTheLine(t *testing.T) {
	var sums [2]float64
	for i, ps := range []bool{false, true} {
		cfg := mixed(5, 5, &route.JSQ{Tie: route.TieRandom}, &spill.SLO{})
		cfg.PS = ps
		cfg.Control.Classes[0] = policy.Class{Name: "all", Bound: 10 * time.Second, Prior: 1}
		m := play(t, cfg, newStream(1, 20_000, expo(1/8.0), expo(1)))
		late := 0
		for _, r := range m.requests {
			sums[i] += (r.Finish - r.Arrival).Seconds()
			if r.Finish-r.Arrival > 10*time.Second {
				late++
			}
		}
		if share := float64(late) / float64(len(m.requests)); share > 0.03 {
			t.Errorf("ps %v: %.3f of the requests are late, want under 0.03", ps, share)
		}
	}
	if sums[0] != sums[1] {
		t.Errorf("sums of response times %v, want both the same", sums)
	}
}

// lookout looks after every step whether something idles beside a request
// that waits for it.
type lookout struct {
	w     *world
	found string
	waits int
}

func (j *lookout) Add(now time.Duration, e *policy.Event, _ []policy.Command) {
	if j.w.ctrl.Queued() == 0 || j.found != "" {
		return
	}
	j.waits++
	if id, found := j.w.ctrl.Overlooked(); found {
		j.found = fmt.Sprintf("at %v, after %+v: request %d waits beside a free place", now, *e, id)
	}
}

// TestNothingIdlesBesideAWait: whatever becomes of machines and functions, no
// request waits at the gateway while its spill policy allows it on something
// that is free, and every request without an answer has a reason.
func TestNothingIdlesBesideAWait(t *testing.T) {
	waits := 0
	none := func(rt *rapid.T) {
		cfg := drawWorld(rt)
		cfg.Gateways = Gateways{} // others have policies of their own, which are not those below
		cfg.Control.Router = rapid.SampledFrom([]func() policy.Router{
			func() policy.Router { return &route.JSQ{Tie: route.TieRandom} },
			func() policy.Router { return route.NewNovaOriginal() }, // it launches machines and stands still
			func() policy.Router { p := route.NewNovaOriginal(); p.Stall, p.Unready = false, false; return p },
		}).Draw(rt, "router")()
		cfg.Control.Spill = rapid.SampledFrom([]func() policy.Spill{
			func() policy.Spill { return &spill.Never{} }, func() policy.Spill { return spill.NewBusy() },
			func() policy.Spill { return &spill.Busy{Of: spill.OfChoice, Limit: 1} },
			func() policy.Spill { return &spill.Always{} }, func() policy.Spill { return &spill.SLO{} },
		}).Draw(rt, "spill")()
		if _, slo := cfg.Control.Spill.(*spill.SLO); slo { // it goes by the worker that is named: none by chance
			cfg.Control.Router = &route.JSQ{Tie: route.TieWork}
		}
		cfg.Control.Order = nil // chaos ranks by chance
		cfg.Control.Pools[0].Max = rapid.SampledFrom([]int{0, 4, 8}).Draw(rt, "max")
		cfg.Pools[0].Initial = min(cfg.Pools[0].Initial, cfg.Control.Pools[0].Max)
		if cfg.Control.Functions != nil {
			cfg.Control.Functions.Concurrency = rapid.SampledFrom([]int{0, 3}).Draw(rt, "concurrency")
			cfg.Funcs.ScaleStep = rapid.SampledFrom([]int{0, 1}).Draw(rt, "scale step")
			per := rapid.Bool().Draw(rt, "per class")
			cfg.Control.Functions.PerClass, cfg.Funcs.PerClass = per, per
		}
		m, j := &memory{}, &lookout{}
		cfg.Journal = j
		trace := drawArrivals(rt, 150)
		cfg.Control.Classes = append(cfg.Control.Classes, policy.Class{Name: "other"})
		for i := range trace {
			trace[i].Class = policy.ClassID(i % 2)
		}
		w, err := newWorld(&cfg, &list{arrivals: trace}, m)
		if err != nil {
			rt.Fatal(err)
		}
		j.w = w
		if err := w.run(context.Background()); err != nil {
			rt.Fatal(err)
		}
		w.close()
		waits += j.waits
		if j.found != "" {
			rt.Fatal(j.found)
		}
		_, always := cfg.Control.Spill.(*spill.Always)
		for _, q := range m.requests {
			if always && cfg.Funcs != nil && (q.Kind == results.KindVM || q.Reason == policy.ReasonCapacity) {
				rt.Fatalf("functions alone: %+v", q)
			}
		}
		checkReasons(rt, m)
	}
	rapid.Check(t, none)
	waits = 0
	seeded.Fixed(20, none)
	if waits < 100 {
		t.Errorf("requests waited at %d steps: the worlds say nothing", waits)
	}
}

// checkReasons checks that a request has a reason if and only if it has no
// answer.
func checkReasons(rt *rapid.T, m *memory) {
	for _, q := range m.requests {
		if (q.Ending == results.Answered) != (q.Reason == policy.ReasonNone) {
			rt.Fatalf("ending and reason disagree: %+v", q)
		}
	}
}

// both are two calls at once and a third later, of 1 s each.
func both() []workloads.Arrival {
	return []workloads.Arrival{{Work: time.Second}, {Work: time.Second}, {At: 5 * time.Second, Work: time.Second}}
}

// ends runs a trace and returns the records in order of arrival.
func ends(t *testing.T, cfg Config, trace []workloads.Arrival) (*world, []results.Request) {
	t.Helper()
	m := &memory{}
	w, err := newWorld(&cfg, &list{arrivals: trace}, m)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.close()
	return w, m.byID(t)
}

// TestTwoCallsOneEnvironment: by default the second call is refused at once
// and its refusal counted once; under Wait it is served at 1 s.
func TestTwoCallsOneEnvironment(t *testing.T) {
	for _, full := range []policy.Full{policy.Refuse, policy.Wait} {
		for _, s := range []policy.Spill{&spill.Always{}, spill.NewBusy(), &spill.SLO{}} {
			cfg := mixed(0, 1, &roundRobin{}, s)
			cfg.Control.Functions.Full = full
			cfg.Control.Pools[0].Max, cfg.Control.Pools[0].Min = 0, 0
			w, all := ends(t, cfg, both())
			second := all[1]
			if full == policy.Wait {
				if second.Start != time.Second || second.Finish != 2*time.Second || w.ctrl.Counts().Throttled != 0 {
					t.Errorf("%T, wait: %+v, want service from 1 s to 2 s", s, second)
				}
				continue
			}
			if second.Reason != policy.ReasonThrottled || second.Status != 429 || second.Attempts != 1 || w.ctrl.Counts().Throttled != 1 {
				t.Errorf("%T, refuse: %+v with %d throttles, want 429 and one", s, second, w.ctrl.Counts().Throttled)
			}
		}
	}
}

// TestScaleStepThrottlesOnce: three calls at once where one environment is
// made in 10 s are two refusals, and no more; a retry is counted as one.
func TestScaleStepThrottlesOnce(t *testing.T) {
	three := []workloads.Arrival{{Work: time.Second}, {Work: time.Second}, {Work: time.Second}}
	cfg := mixed(0, 0, &roundRobin{}, &spill.Always{})
	cfg.Control.Functions, cfg.Funcs = alike(1000)
	cfg.Control.Functions.Full = policy.Refuse
	cfg.Control.Pools[0].Max, cfg.Control.Pools[0].Min, cfg.Funcs.ScaleStep = 0, 0, 1
	w, all := ends(t, cfg, three)
	if n := w.ctrl.Counts(); n.Throttled != 2 || n.Retries != 0 || all[2].Reason != policy.ReasonThrottled {
		t.Errorf("%d throttles, %d retries, %+v; want 2, none, refused", n.Throttled, n.Retries, all[2])
	}
	cfg.Control.Retry = policy.Retry{Max: 5, Budget: 1, Backoff: time.Second}
	w, all = ends(t, cfg, three)
	n := w.ctrl.Counts()
	if all[1].Ending != results.Answered || all[2].Ending != results.Answered || n.Retries < 2 || n.Throttled != n.Retries {
		t.Errorf("%d throttles, %d retries, %+v; want as many of both and answers", n.Throttled, n.Retries, all[2])
	}
	cfg.Control.Retry = policy.Retry{}
	cfg.Control.Functions.Full = policy.Wait
	w, all = ends(t, cfg, three)
	if all[1].Finish != 2*time.Second || all[2].Finish != 3*time.Second {
		t.Errorf("with %d throttles: %+v and %+v, want answers at 2 s and 3 s", w.ctrl.Counts().Throttled, all[1], all[2])
	}
}

// TestLongerThanTheTimeout: a call longer than the time-out, known beforehand
// or not, runs and is billed to the time-out, fails, and the next is served.
func TestLongerThanTheTimeout(t *testing.T) {
	for _, e := range []policy.Estimator{nil, exact{}} {
		cfg := mixed(0, 1, &roundRobin{}, &spill.Always{})
		cfg.Control.Estimator = e
		cfg.Control.Functions.Timeout, cfg.Funcs.Timeout, cfg.Funcs.USDPerGBs = 2*time.Second, 2*time.Second, 1
		w, all := ends(t, cfg, []workloads.Arrival{{Work: time.Minute}, {At: time.Second, Work: time.Second}})
		if q := all[0]; q.Reason != policy.ReasonFunctionTimeout || q.Status != 504 || q.Ending != results.Failed {
			t.Errorf("%+v, want a time-out", q)
		}
		if q := all[1]; q.Finish != 3*time.Second {
			t.Errorf("%+v, want an answer at 3 s", q)
		}
		if got, want := w.money.Ledger.FunctionTime, 3*1769.0/1024; math.Abs(got-want) > 1e-9 {
			t.Errorf("billed %v GB-seconds, want %v", got, want)
		}
	}
}

// TestALaunchThatDies: where the machine is lost that a request has launched, a function
// takes the request if its spill allows one; under Always none is launched.
func TestALaunchThatDies(t *testing.T) {
	for _, s := range []policy.Spill{&spill.Always{}, spill.NewBusy(), &spill.SLO{}} {
		cfg := mixed(0, 10, route.NewNovaOriginal(), s)
		cfg.Control.Pools[0].Min, cfg.Control.Pools[0].Max = 0, 1
		cfg.Pools[0].Launch = Launch{API: constant(1), Pending: constant(8), Boot: constant(10)}
		cfg.Faults = []Fault{{At: 5 * time.Second, Kind: Crash, Worker: 0}}
		w, all := ends(t, cfg, []workloads.Arrival{{Work: time.Second}})
		launched := w.ctrl.Counts().Launched
		if _, always := s.(*spill.Always); always != (launched == 0) || all[0].Kind != results.KindFunction {
			t.Errorf("%T: %d launches, %+v; want an answer of a function", s, launched, all[0])
		}
	}
}
