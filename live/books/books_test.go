package books

import (
	"context"
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
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

// TestBooksAgreeWithTheWorld: kept beside a simulated run from its events
// alone, they come to the bill and the counts of the simulated world.
func TestBooksAgreeWithTheWorld(t *testing.T) {
	b := New([]Pool{{Cores: 2, Speed: 1, USDPerHour: 0.1, IPv4USDPerHour: 0.005, EBSUSDPerHour: 0.001}},
		&Functions{MemoryMB: 1024, USDPerGBs: 0.0000166667, USDPerCall: 2e-7, Provisioned: 1, ProvUSDPerGBs: 4.2e-6, ProvUSDPerGBsUsed: 9.7e-6}, Beside{})
	rec := &both{}
	cfg := sim.Config{
		Seed: 1, Pools: []sim.Pool{{Initial: 2, USDPerHour: 0.1, IPv4USDPerHour: 0.005, EBSUSDPerHour: 0.001}},
		Funcs: &sim.Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Minute, USDPerGBs: 0.0000166667, USDPerCall: 2e-7, Provisioned: 1, ProvUSDPerGBs: 4.2e-6, ProvUSDPerGBsUsed: 9.7e-6},
		Control: policy.Config{
			Classes: []policy.Class{{Name: "all"}}, Router: &warming{}, Spill: some{}, Scaler: sizes{},
			Pools:     []policy.Pool{{Name: "vm", Cores: 2, Speed: 1, Min: 1, Max: 4}},
			Functions: &policy.Functions{Share: 1},
		},
		Journal: b,
	}
	if _, err := sim.Run(context.Background(), cfg, &even{}, rec); err != nil {
		t.Fatal(err)
	}
	l, c := b.Close(rec.end, policy.Counts{Launched: rec.counts.Launches, Adaptations: rec.counts.Adaptations})
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
	near("VM seconds", c.VMSeconds, rec.counts.VMSeconds)
	near("core seconds", c.CoreSeconds, rec.counts.CoreSeconds)
	near("invocations", float64(c.Invocations), float64(rec.counts.Invocations))
	near("terminations", float64(c.Terminations), float64(rec.counts.Terminations))
	near("busy", c.BusyCoreSeconds, rec.counts.BusyCoreSeconds)
	if rec.counts.Terminations == 0 || rec.counts.Invocations != 200 || l.Instances == 0 {
		t.Errorf("nothing to compare: %+v", rec.counts)
	}
	if b.inside != 0 {
		t.Errorf("%d requests inside at the end", b.inside)
	}
}

// TestBooksOfSpotInstances: one that is taken away is billed up to the instant it
// was told, and in its first hour not at all; one that we end, or that is lost
// before its notice is over, costs what it ran.
func TestBooksOfSpotInstances(t *testing.T) {
	const lost, terminated = policy.WorkerLost, policy.WorkerDrained
	for _, c := range []struct {
		name         string
		notice, gone time.Duration
		how          policy.EventKind
		hours        float64 // of the instance
		beside       float64 // of its address
	}{
		{"taken in the first hour", 30 * time.Minute, 30*time.Minute + 15*time.Second, lost, 0, 0.5},
		{"some seconds early", 30 * time.Minute, 30*time.Minute - 6*time.Second, lost, 0, 0.5 - 6./3600},
		{"taken in the second", 90 * time.Minute, 90*time.Minute + 15*time.Second, lost, 1.5, 1.5},
		{"lost before", 30 * time.Minute, 15 * time.Minute, lost, 0.25, 0.25},
		{"ended by us", 30 * time.Minute, 15 * time.Minute, terminated, 0.25, 0.25},
		{"ended by us and late", 30 * time.Minute, 45 * time.Minute, terminated, 0.75, 0.75},
		{"no notice", 0, 30 * time.Minute, lost, 0.5, 0.5},
	} {
		b := New([]Pool{{Cores: 1, Speed: 1, USDPerHour: 0.03, IPv4USDPerHour: 0.005}}, nil, Beside{})
		b.Add(0, &policy.Event{Kind: policy.WorkerPending}, nil)
		b.Add(0, &policy.Event{Kind: policy.WorkerRunning}, nil)
		if c.notice > 0 {
			b.Add(10*time.Minute, &policy.Event{Kind: policy.WorkerNotice, At: c.notice}, nil)
		}
		if c.how == terminated {
			b.Add(c.gone, &policy.Event{Kind: policy.WorkerDrained}, []policy.Command{{Kind: policy.Terminate}})
		}
		b.Add(c.gone, &policy.Event{Kind: policy.WorkerLost}, nil)
		l, _ := b.Close(2*time.Hour, policy.Counts{})
		if math.Abs(l.Instances-0.03*c.hours) > 1e-12 || math.Abs(l.IPv4-0.005*c.beside) > 1e-12 {
			t.Errorf("%s: instances $%v, IPv4 $%v; want $%v, $%v", c.name, l.Instances, l.IPv4, 0.03*c.hours, 0.005*c.beside)
		}
	}
}

// TestBooksCountWhatIsBesideWorkers: the gateway's own instance, and what the
// table says it has cost, which per hour is that of the last minute.
func TestBooksCountWhatIsBesideWorkers(t *testing.T) {
	usd := 0.0
	b := New(nil, nil, Beside{GatewayUSDPerHour: 0.06, StoreUSD: func() float64 { return usd }})
	for s := range 120 {
		usd += map[bool]float64{true: 1, false: 0.001}[s < 30]
		b.Add(time.Duration(s)*time.Second, &policy.Event{Kind: policy.Wake}, nil)
	}
	l, rate := b.SoFar(2 * time.Minute)
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s: $%g, want $%g", what, got, want)
		}
	}
	near("the table", l.Store, usd)
	near("the table per hour", rate.Store, 60*0.060) // those after 60 s
	near("the gateway", l.Gateway, 0.002)
	near("the gateway per hour", rate.Gateway, 0.06)
	usd++ // written at the end
	l, _ = b.Close(3*time.Minute, policy.Counts{})
	near("all", l.Total(), usd+0.003)
}

// TestCancelledCallsAreBilledToTheirEnd: a function goes on when its client has
// left, and its time is paid.
func TestCancelledCallsAreBilledToTheirEnd(t *testing.T) {
	b := New([]Pool{{Cores: 2, Speed: 1}}, &Functions{MemoryMB: 1024, USDPerGBs: 0.0000166667, USDPerCall: 2e-7}, Beside{})
	rec := &both{}
	cfg := sim.Config{
		Seed: 1, Pools: []sim.Pool{{Initial: 1}}, Timeout: 300 * time.Millisecond,
		Funcs: &sim.Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Minute, USDPerGBs: 0.0000166667, USDPerCall: 2e-7},
		Control: policy.Config{
			Classes: []policy.Class{{Name: "all"}}, Router: &route.RoundRobin{}, Spill: some{},
			Pools:     []policy.Pool{{Name: "vm", Cores: 2, Speed: 1, Max: 1}},
			Functions: &policy.Functions{Share: 1},
		},
		Journal: b,
	}
	if _, err := sim.Run(context.Background(), cfg, &even{}, rec); err != nil {
		t.Fatal(err)
	}
	l, c := b.Close(rec.end, policy.Counts{})
	if math.Abs(l.FunctionTime-rec.ledger.FunctionTime) > 1e-9 || c.Invocations != rec.counts.Invocations || c.Invocations != 200 {
		t.Errorf("function time $%v and %d calls, the world says $%v and %d", l.FunctionTime, c.Invocations, rec.ledger.FunctionTime, rec.counts.Invocations)
	}
}

// TestRefusedCallIsNone: a call that the service refuses costs nothing and is
// counted as a throttle alone, as in the simulator.
func TestRefusedCallIsNone(t *testing.T) {
	b := New([]Pool{{Cores: 1, Speed: 1}}, &Functions{MemoryMB: 1024, USDPerGBs: 1, USDPerCall: 1}, Beside{})
	b.Add(0, &policy.Event{Kind: policy.Arrival}, []policy.Command{{Kind: policy.Invoke}})
	b.Add(time.Second, &policy.Event{Kind: policy.Done, Status: policy.Throttled, Unstarted: true}, nil)
	if l, c := b.Close(time.Second, policy.Counts{}); c.Invocations != 0 || l.FunctionCalls != 0 || l.FunctionTime != 0 {
		t.Errorf("%d calls, $%v and $%v", c.Invocations, l.FunctionCalls, l.FunctionTime)
	}
}
