package sim

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/internal/seeded"
	"cnv/policy"
	"cnv/results"
	"cnv/workloads"
)

// chaos is a policy of every role that decides at random, badly on purpose.
type chaos struct {
	rng       *rand.Rand
	functions bool
}

func (c *chaos) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	return policy.WorkerID(c.rng.IntN(12) - 1), c.rng.IntN(8) > 0 // often no usable worker
}

func (c *chaos) Decide(*policy.View, *policy.Request, policy.WorkerID, bool) policy.Choice {
	return policy.Choice(c.rng.IntN(5))
}
func (c *chaos) Period() time.Duration { return 7 * time.Second }
func (c *chaos) Size(v *policy.ScaleView) policy.Plan {
	v.Demand(time.Minute)
	v.CPU(0, time.Minute, 0.5)
	return policy.Plan{Desired: []int{c.rng.IntN(10) - 1}, Victims: []policy.WorkerID{policy.WorkerID(c.rng.IntN(20) - 2)}}
}

func (c *chaos) Estimate(time.Duration, *policy.Request) (float64, bool) {
	return []float64{0, 1, math.NaN(), math.Inf(1), -3}[c.rng.IntN(5)], true
}
func (c *chaos) Learn(time.Duration, *policy.Request, float64) {}
func (c *chaos) Admit(*policy.View, *policy.Request) (bool, time.Duration) {
	return c.rng.IntN(20) > 0, time.Second
}
func (c *chaos) Key(*policy.View, *policy.Request) float64 { return float64(c.rng.IntN(4)) }
func (c *chaos) After(*policy.View, *policy.Request) (time.Duration, bool) {
	return time.Duration(c.rng.IntN(4000)) * time.Millisecond, c.rng.IntN(2) == 0
}
func (c *chaos) Act(v *policy.View, do *policy.Actions, tag uint64) {
	if len(v.Ready()) > 0 && c.rng.IntN(4) == 0 {
		do.Probe(v.Ready()[0])
		do.At(v.Now+time.Second, tag+1)
		do.SetConcurrency(c.rng.IntN(4))
	}
}

// hasty adds the seed's bad habits.
type hasty struct{ chaos }

func (h *hasty) TakesUnready() (time.Duration, bool) { return 700 * time.Millisecond, true }
func (h *hasty) Forget(*policy.Outcome) bool         { return h.rng.IntN(2) == 0 }
func (h *hasty) AttemptTimeout(n int) time.Duration  { return time.Duration(3+n) * time.Second }
func (h *hasty) NoHost(*policy.View, *policy.Request) policy.Choice {
	return []policy.Choice{policy.ToFunction, policy.LaunchAndWait, policy.LaunchBeside}[h.rng.IntN(3)]
}
func (h *hasty) Retry(*policy.View, *policy.Outcome) (bool, time.Duration) {
	return h.rng.IntN(3) > 0, time.Duration(h.rng.IntN(2)) * time.Second
}

// leaver is hasty, chooses before the pause, and leaves workers at what took too long.
type leaver struct {
	hasty
	resumed *int // attempts whose place was chosen earlier
}

func (p *leaver) Resumed(*policy.View, *policy.Request, policy.WorkerID) { *p.resumed++ }
func (p *leaver) LeavesRunning() bool                                    { return true }

// drawWorld makes a configuration in which everything can go wrong.
func drawWorld(rt *rapid.T) Config {
	on := func(name string) bool { return rapid.Bool().Draw(rt, name) }
	c := &chaos{rng: rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "policy"), 1))}
	cfg := fleet(rapid.IntRange(0, 4).Draw(rt, "initial"), c)
	p := &cfg.Control.Pools[0]
	p.Cores, p.Slots, p.Limit = rapid.IntRange(1, 2).Draw(rt, "cores"), rapid.IntRange(0, 3).Draw(rt, "slots"), rapid.IntRange(0, 2).Draw(rt, "limit")
	p.Min, p.Max = 0, 8
	cfg.PS = on("ps")
	cfg.Pools[0].Launch = Launch{API: constant(1), Pending: constant(2), Boot: constant(3), Start: constant(1), Health: constant(1)}
	cfg.TelemetryPeriod, cfg.TelemetryDelay = 5*time.Second, time.Duration(rapid.IntRange(0, 9).Draw(rt, "delay"))*time.Second
	cfg.Pools[0].Spot = on("spot")
	for range rapid.IntRange(0, 5).Draw(rt, "faults") {
		cfg.Faults = append(cfg.Faults, Fault{
			At:   time.Duration(rapid.IntRange(0, 250).Draw(rt, "at")) * time.Second,
			Kind: FaultKind(rapid.IntRange(0, int(TelemetryGap)).Draw(rt, "fault")), Worker: policy.WorkerID(rapid.IntRange(-2, 12).Draw(rt, "victim")),
			Detected: time.Duration(rapid.IntRange(0, 20).Draw(rt, "noticed")) * time.Second,
			Notice:   time.Duration(rapid.IntRange(0, 20).Draw(rt, "notice")) * time.Second,
			Lasts:    time.Duration(rapid.IntRange(0, 30).Draw(rt, "lasts")) * time.Second,
			Factor:   0.3, On: time.Second, Off: time.Duration(rapid.IntRange(0, 2).Draw(rt, "well")) * time.Second,
		})
	}
	if on("zones") {
		drawZones(rt, &cfg)
	}
	if on("hazards") {
		for k := range TelemetryGap + 1 {
			if k != StoreOutage && rapid.Bool().Draw(rt, "hazard") {
				cfg.Hazards = append(cfg.Hazards, Hazard{
					Fault: Fault{Kind: k, Detected: 3 * time.Second, Notice: 2 * time.Second, Lasts: 4 * time.Second, Factor: 0.5},
					Mean:  time.Duration(rapid.IntRange(5, 100).Draw(rt, "mean")) * time.Second,
				})
			}
		}
	}
	if on("store") {
		cfg.Control.Store, cfg.Control.LearnByStore = true, on("learn")
		cfg.Store = &Store{Latency: 10 * time.Millisecond, WriteUnits: float64(rapid.IntRange(0, 2).Draw(rt, "capacity")) / 100, USDPerHour: 0.01}
	}
	cfg.Abandoned = Abandoned(rapid.IntRange(0, 2).Draw(rt, "abandoned"))
	cfg.Duration = rapid.SampledFrom([]time.Duration{0, 200 * time.Second}).Draw(rt, "duration")
	cfg.DrainCap = rapid.SampledFrom([]time.Duration{3 * time.Second, 300 * time.Second}).Draw(rt, "drain cap")
	cfg.Control.Retry = policy.Retry{Max: 2, Budget: 0.5, Backoff: time.Second, AttemptTimeout: time.Duration(rapid.IntRange(0, 5).Draw(rt, "attempt")) * time.Second}
	if on("network") {
		cfg.Network = constant(0.05)
	}
	if on("timeout") {
		cfg.Timeout = time.Duration(rapid.IntRange(1, 10).Draw(rt, "patience")) * time.Second
	}
	drawUneven(rt, &cfg)
	drawFunctions(rt, &cfg, c)
	drawBeside(rt, &cfg)
	var all any = c
	switch rapid.IntRange(0, 2).Draw(rt, "router") {
	case 1:
		all = &hasty{*c}
	case 2:
		all = &leaver{hasty{*c}, new(int)}
	}
	cfg.Control.Router = all.(policy.Router)
	if on("spill") {
		cfg.Control.Spill = c
	}
	if on("scaler") {
		cfg.Control.Scaler = c
	}
	if on("others") {
		cfg.Control.Estimator, cfg.Control.Admission, cfg.Control.Order, cfg.Control.Hedge = c, c, c, c
	}
	return cfg
}

// drawZones makes a region of several zones that are lost or lack capacity, and an account with
// limits.
func drawZones(rt *rapid.T, cfg *Config) {
	cfg.Zones = rapid.IntRange(1, 3).Draw(rt, "zones")
	for z := range cfg.Zones {
		cfg.Pools[0].Zones = append(cfg.Pools[0].Zones, uint8(z))
	}
	cfg.Control.Zone = uint8(rapid.IntRange(0, cfg.Zones-1).Draw(rt, "gateway"))
	cfg.ZoneDelay, cfg.ZoneUSDPerGB = constant(rapid.SampledFrom([]float64{0, 0.01}).Draw(rt, "apart")), 0.02
	cfg.Account = Account{
		VCPUs: rapid.IntRange(0, 8).Draw(rt, "vcpus"), SpotVCPUs: rapid.IntRange(0, 8).Draw(rt, "spot vcpus"),
		Burst: rapid.IntRange(0, 4).Draw(rt, "burst"), PerS: 0.1,
	}
	for range rapid.IntRange(0, 4).Draw(rt, "shortages") {
		cfg.Faults = append(cfg.Faults, Fault{
			At: time.Duration(rapid.IntRange(0, 250).Draw(rt, "short at")) * time.Second, Lasts: time.Duration(rapid.IntRange(0, 60).Draw(rt, "lasts")) * time.Second,
			Kind: rapid.SampledFrom([]FaultKind{NoCapacity, ZoneLost}).Draw(rt, "kind"), Zone: rapid.IntRange(0, cfg.Zones-1).Draw(rt, "zone"),
			Pool: policy.NoPool, Share: rapid.SampledFrom([]float64{0.5, 1}).Draw(rt, "share"),
			Detected: time.Duration(rapid.IntRange(0, 20).Draw(rt, "zone noticed")) * time.Second,
		})
	}
}

// TestEveryRequestEndsOnce: whatever the policies decide, every arrival is
// recorded exactly once, nothing is left in any table, every environment and
// VM is accounted for, and the same run gives the same records again.
func TestEveryRequestEndsOnce(t *testing.T) {
	resumed, left := 0, &leftRunning{}
	once := func(rt *rapid.T) {
		trace := drawArrivals(rt, 150)
		for i := range trace {
			trace[i].Memory = int64(i % 7 * 10)
			trace[i].Class = policy.ClassID(i % 2)
			trace[i].BytesIn, trace[i].BytesOut = int64(i%11), int64(i%13*5)
		}
		seed := rapid.Uint64().Draw(rt, "seed")
		cfg := drawWorld(rt)
		drawGateways(rt, &cfg)
		cfg.Journal = left
		w, m := runChaos(rt, trace, cfg, seed)
		if p, ok := cfg.Control.Router.(*leaver); ok {
			resumed += *p.resumed
		}
		if len(m.requests) != int(w.arrivals) {
			rt.Fatalf("%d records of %d arrivals", len(m.requests), w.arrivals)
		}
		m.byID(t)
		for _, q := range m.requests {
			if q.Finish >= 0 && (q.Finish < q.Start || q.Start < q.Arrival) {
				rt.Fatalf("out of order: %+v", q)
			}
			if (q.Ending == results.Answered) != (q.Finish >= 0) {
				rt.Fatalf("ending and finish disagree: %+v", q)
			}
		}
		if c := m.counts; c.BusyCoreSeconds > c.CoreSeconds*(1+1e-9) {
			rt.Fatalf("%v core-seconds at work of %v", c.BusyCoreSeconds, c.CoreSeconds)
		}
		checkReasons(rt, m)
		checkBooks(rt, w)
	}
	rapid.Check(t, once)
	resumed, left.n = 0, 0
	seeded.Fixed(20, once)
	if resumed < 5 || left.n < 5 {
		t.Errorf("%d attempts were chosen before a pause, %d left running: the worlds say nothing", resumed, left.n)
	}
}

// leftRunning counts attempts that no worker is told to end.
type leftRunning struct{ n int }

func (j *leftRunning) Add(_ time.Duration, _ *policy.Event, cmds []policy.Command) {
	for _, c := range cmds {
		if c.Kind == policy.Cancel && c.N == 1 {
			j.n++
		}
	}
}

func runChaos(rt *rapid.T, trace []workloads.Arrival, cfg Config, seed uint64) (*world, *memory) {
	m := &memory{}
	cfg.Seed = seed
	w, err := newWorld(&cfg, &list{arrivals: trace}, m)
	if err != nil {
		rt.Fatal(err)
	}
	if err := w.run(context.Background()); err != nil {
		rt.Fatal(err)
	}
	w.close()
	return w, m
}

// checkLaunching counts what is in the zones, and what the account has.
func checkLaunching(rt *rapid.T, w *world) {
	have, vcpus := make([]int, len(w.launching.have[0])), [2]int{}
	count := func(p policy.PoolID, zone uint8) {
		have[zone]++
		vcpus[w.market(p)] += w.cfg.Control.Pools[p].Cores
	}
	for _, v := range w.alive {
		count(v.pool, v.zone)
	}
	for i := range w.launches {
		if l := &w.launches[i]; !l.refused && w.what[l.timer] == (target{launchKnown, int32(i)}) && w.pos[l.timer] >= 0 {
			count(l.pool, l.zone)
		}
	}
	counted := make([]int, len(have))
	for _, pool := range w.launching.have {
		for zone, n := range pool {
			counted[zone] += n
		}
	}
	if l := &w.launching; !slices.Equal(have, counted) || vcpus != l.vcpus || l.tokens < 0 || l.tokens > float64(w.cfg.Account.Burst) {
		rt.Fatalf("%v VMs in the zones, %v vCPUs; counted as %+v", have, vcpus, l)
	}
}

// checkBooks compares counters that must agree once a run is over.
func checkBooks(rt *rapid.T, w *world) {
	inCalls, live := 0, 0
	for i := range w.calls {
		if w.calls[i].place != ended {
			live++
		}
	}
	w.requests.Each(func(s int32) { inCalls += int(w.requests.At(s).calls) })
	ghosts := 0
	for i := range w.calls {
		if w.calls[i].place == abandoned || w.calls[i].place != ended && w.calls[i].runsOn {
			ghosts++
		}
	}
	if live-ghosts != inCalls {
		rt.Fatalf("%d calls alive, requests count %d", live-ghosts, inCalls)
	}
	if live+len(w.unusedCall) != len(w.calls) {
		rt.Fatalf("%d alive + %d unused of %d calls", live, len(w.unusedCall), len(w.calls))
	}
	checkLaunching(rt, w)
	for _, v := range w.vms {
		if v.state == policy.StateLost && (len(v.jobs) > 0 || v.lined != 0) {
			rt.Fatalf("VM %d is gone and still works", v.id)
		}
		lined := 0
		for i := range v.line.Len() {
			if w.calls[*v.line.At(i)].place == inLine {
				lined++
			}
		}
		idle := lined > 0 && len(v.jobs) < v.slots && (v.traits == nil || !v.traits.wide || v.traits.threads+4 <= v.slots)
		if lined != v.lined || v.slots > 0 && (len(v.jobs) > v.slots || idle) {
			rt.Fatalf("VM %d: %d in line, counted as %d, behind %d in %d slots", v.id, lined, v.lined, len(v.jobs), v.slots)
		}
		for i := range v.jobs {
			if c := jobOf(&v.jobs[i]); w.jobs[c] != int32(i) || w.calls[c].place != inService {
				rt.Fatalf("VM %d: call %d is job %d, its place is %d", v.id, c, i, w.jobs[c])
			}
		}
		if v.state == policy.StateLost && v.cut > 0 && w.now < v.cut {
			rt.Fatalf("VM %d is gone, and what a partition of it held up was not told", v.id)
		}
		if v.speed <= 0 || len(v.slowed) == 0 && v.speed != w.cfg.Control.Pools[v.pool].Speed {
			rt.Fatalf("VM %d has a speed of %v", v.id, v.speed)
		}
		checkTraits(rt, w, v)
		if v.assigned < 0 {
			rt.Fatalf("VM %d has %d calls assigned", v.id, v.assigned)
		}
	}
	if f := w.fns; f != nil {
		checkFunctions(rt, f)
		idle, kept := 0, 0
		for i := range f.pools {
			idle += len(f.pools[i].provisioned) + len(f.pools[i].idle)
			kept += f.pools[i].kept
		}
		if kept != len(f.kept) {
			rt.Fatalf("%d and %d environments are kept warm", kept, len(f.kept))
		}
		if f.busy < 0 || f.busy+idle > int(f.made) {
			rt.Fatalf("%d busy + %d idle of %d environments", f.busy, idle, f.made)
		}
	}
	for i := range w.gateways {
		if n := w.gateways[i].ctrl.Counts(); n.Duplicate+n.Unknown > 0 {
			rt.Fatalf("the world sent gateway %d events that make no sense: %+v", i, n)
		}
	}
}
