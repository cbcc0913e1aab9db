package sim_test

import (
	"context"
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
	"cnv/policy/route"
	"cnv/policy/spill"
	"cnv/results"
	"cnv/sim"
	"cnv/workloads"
)

// A both is a Recorder that keeps what the simulator counted in its world.
type both struct {
	ledger results.Ledger
	counts results.Counts
	end    time.Duration
}

func (*both) Add(*results.Request) {}
func (*both) Tick(results.Sample)  {}
func (r *both) Finish(end time.Duration, l results.Ledger, c results.Counts) results.Row {
	r.end, r.ledger, r.counts = end, l, c
	return results.Row{}
}

// some sends every third request to a function.
type some struct{}

func (some) Decide(_ *policy.View, r *policy.Request, _ policy.WorkerID, _ bool) policy.Choice {
	if r.ID%3 == 0 {
		return policy.ToFunction
	}
	return policy.ToWorker
}

// warming is a router that has environments kept warm, and fewer of them later.
type warming struct{ route.RoundRobin }

func (warming) Act(v *policy.View, do *policy.Actions, _ uint64) {
	do.SetConcurrency(3 - int(v.Now/(100*time.Second)))
}

// sizes is a Scaler that goes up and down.
type sizes struct{}

func (sizes) Period() time.Duration { return 30 * time.Second }
func (sizes) Size(v *policy.ScaleView) policy.Plan {
	return policy.Plan{Desired: []int{1 + int(v.Now/(30*time.Second))%4}}
}

// even is a Source of arrivals at even distances.
type even struct{ n int }

func (s *even) Err() error { return nil }
func (s *even) Next(a *workloads.Arrival) bool {
	if s.n == 600 {
		return false
	}
	*a = workloads.Arrival{At: time.Duration(s.n) * 500 * time.Millisecond, Work: time.Duration(100+s.n%400) * time.Millisecond}
	s.n++
	return true
}

// TestFollowerAgreesWithTheWorld: books kept beside a simulated run from its events
// alone, they come to the bill and the counts of the simulated world.
func TestFollowerAgreesWithTheWorld(t *testing.T) {
	rec := &both{}
	cfg := sim.Config{
		Seed: 1, Pools: []sim.Pool{{Initial: 2, USDPerHour: 0.1, IPv4USDPerHour: 0.005, EBSUSDPerHour: 0.001}},
		Funcs: &sim.Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Minute, USDPerGBs: 0.0000166667, USDPerCall: 2e-7, Provisioned: 1, ProvUSDPerGBs: 4.2e-6, ProvUSDPerGBsUsed: 9.7e-6},
		Control: policy.Config{
			Classes: []policy.Class{{Name: "all"}}, Router: &warming{}, Spill: some{}, Scaler: sizes{},
			Pools:     []policy.Pool{{Name: "vm", Cores: 2, Speed: 1, Min: 1, Max: 4}},
			Functions: &policy.Functions{Share: 1},
		},
	}
	b := account.NewFollower(cfg.Prices(&cfg.Control))
	cfg.Journal = b
	if _, err := sim.Run(context.Background(), cfg, &even{}, rec); err != nil {
		t.Fatal(err)
	}
	b.Close(rec.end)
	l := b.Ledger
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-9*math.Max(1, want) {
			t.Errorf("%s: %v, the world says %v", what, got, want)
		}
	}
	near("instances", l.Instances, rec.ledger.Instances)
	near("IPv4", l.IPv4, rec.ledger.IPv4)
	near("EBS", l.EBS, rec.ledger.EBS)
	near("function time", l.FunctionTime, rec.ledger.FunctionTime)
	near("function calls", l.FunctionCalls, rec.ledger.FunctionCalls)
	near("provisioned", l.Provisioned, rec.ledger.Provisioned)
	near("VM seconds", b.WorkerTime.Seconds(), rec.counts.VMSeconds)
	near("core seconds", b.Core, rec.counts.CoreSeconds)
	near("invocations", float64(b.Invocations), float64(rec.counts.Invocations))
	near("terminations", float64(b.Terminations), float64(rec.counts.Terminations))
	near("busy", b.BusyCore, rec.counts.BusyCoreSeconds)
	if rec.counts.Terminations == 0 || rec.counts.Invocations != 200 || l.Instances == 0 {
		t.Errorf("nothing to compare: %+v", rec.counts)
	}
	if b.Inside.Len() != 0 || b.Calls() != 0 {
		t.Errorf("%d requests inside and %d calls in flight at the end", b.Inside.Len(), b.Calls())
	}
}

// byTurns is even arrivals of two classes in turn.
type byTurns struct{ even }

func (s *byTurns) Next(a *workloads.Arrival) bool {
	ok := s.even.Next(a)
	a.Class = policy.ClassID(s.n % 2)
	return ok
}

// TestFollowerAgreesOnSeveralFunctions: each call has the price of its function, and so has what is
// kept warm for it.
func TestFollowerAgreesOnSeveralFunctions(t *testing.T) {
	rec := &both{}
	cfg := sim.Config{
		Seed: 1,
		Funcs: &sim.Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Minute, USDPerGBs: 1e-5, USDPerCall: 2e-7, Provisioned: 1, ProvUSDPerGBs: 4.2e-6, ProvUSDPerGBsUsed: 9.7e-6,
			Others: []sim.Functions{{MemoryMB: 4096, Share: 0.5, KeepAlive: time.Minute, USDPerGBs: 2e-5, USDPerCall: 3e-7, Provisioned: 2, ProvUSDPerGBs: 5e-6, ProvUSDPerGBsUsed: 1e-5}}},
		Control: policy.Config{
			Classes: []policy.Class{{Name: "a"}, {Name: "b", Function: 1}}, Router: &route.RoundRobin{}, Spill: &spill.Always{},
			Functions: &policy.Functions{Share: 1, Others: []policy.Functions{{Share: 0.5}}},
		},
	}
	b := account.NewFollower(cfg.Prices(&cfg.Control))
	cfg.Journal = b
	if _, err := sim.Run(context.Background(), cfg, &byTurns{}, rec); err != nil {
		t.Fatal(err)
	}
	b.Close(rec.end)
	for _, pair := range [][2]float64{{b.Ledger.FunctionTime, rec.ledger.FunctionTime}, {b.Ledger.FunctionCalls, rec.ledger.FunctionCalls}, {b.Ledger.Provisioned, rec.ledger.Provisioned}} {
		if math.Abs(pair[0]-pair[1]) > 1e-12 || pair[1] == 0 {
			t.Errorf("$%v, the world says $%v", pair[0], pair[1])
		}
	}
}

// TestCancelledCallsAreBilledToTheirEnd: a function goes on when its client has
// left, and its time is paid.
func TestCancelledCallsAreBilledToTheirEnd(t *testing.T) {
	rec := &both{}
	cfg := sim.Config{
		Seed: 1, Pools: []sim.Pool{{Initial: 1}}, Timeout: 300 * time.Millisecond,
		Funcs: &sim.Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Minute, USDPerGBs: 0.0000166667, USDPerCall: 2e-7},
		Control: policy.Config{
			Classes: []policy.Class{{Name: "all"}}, Router: &route.RoundRobin{}, Spill: some{},
			Pools:     []policy.Pool{{Name: "vm", Cores: 2, Speed: 1, Max: 1}},
			Functions: &policy.Functions{Share: 1},
		},
	}
	b := account.NewFollower(cfg.Prices(&cfg.Control))
	cfg.Journal = b
	if _, err := sim.Run(context.Background(), cfg, &even{}, rec); err != nil {
		t.Fatal(err)
	}
	b.Close(rec.end)
	if math.Abs(b.Ledger.FunctionTime-rec.ledger.FunctionTime) > 1e-9 || b.Invocations != rec.counts.Invocations || b.Invocations != 200 {
		t.Errorf("function time $%v and %d calls, the world says $%v and %d", b.Ledger.FunctionTime, b.Invocations, rec.ledger.FunctionTime, rec.counts.Invocations)
	}
}
