package second_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/policy/health"
	"cnv/policy/route"
	"cnv/policy/scale"
	"cnv/policy/spill"
	"cnv/sim"
	"cnv/workloads"
)

// A feature is something that a world may have.
type feature uint

// The features that worlds are drawn with.
const (
	classes   feature = 1 << iota // several, with bounds of both kinds
	sharing                       // processors are shared
	limits                        // of requests at a machine; the rest waits at the gateway
	patience                      // clients leave
	attempts                      // time-outs of attempts, and retries
	functions                     // and spill rules
	scaling                       // scalers, launches, drains
	faults                        // crashes and hangs
	spot                          // and interruptions
	telemetry
	closed   // loops
	tries    // of clients
	keys     // of requests, an estimator that remembers them, and the store
	watched  // the key after
	drawn    // delays of the network and INITs have laws
	warm     // environments kept warm, keep-alive that is set, and bounds of growth
	original // the router with all its side effects
	rules    // admission, order and hedges
	sick     // workers that answer with errors, and health policies
	zoned    // several zones that are lost or lack machines, and limits of the account
	passing  // faults that are over by themselves
	hazards  // faults by chance
	outages  // of the store, and its capacity
	beside   // what a bill has beside machines, functions and the store
	uneven   // workers that differ: threads of a core, noise, slow machines, warm-up, cores that a start keeps busy
	memory   // of requests, and a limit
	cores    // requests that use several
	credits  // of burstable machines
	several  // functions, with concurrency of their own, slow to be kept warm
	restored // functions from snapshots
	large    // answers, too large for functions
	life     // environments that end early, by rank or age, or are there at the start
	allFeatures
)

// A drawnWorld can be made as often as it is run: policies have a state.
type drawnWorld struct {
	has      feature
	seed     uint64
	arrivals int
	after    time.Duration
}

// draw draws a world that has some features and may have others.
func draw(t *rapid.T, must, may feature) *drawnWorld {
	d := &drawnWorld{
		seed: rapid.Uint64().Draw(t, "seed"), has: must | feature(rapid.UintRange(0, uint(allFeatures)-1).Draw(t, "features"))&may,
		arrivals: rapid.IntRange(1, 150).Draw(t, "arrivals"),
	}
	if rapid.IntRange(0, 40).Draw(t, "long") == 40 {
		d.arrivals = 900
	}
	if d.any(watched) && must == watched|classes { // predictions are sampled beyond 2,000
		d.arrivals = 400 + d.arrivals
	}
	return d
}

func (d *drawnWorld) any(f feature) bool { return d.has&f != 0 }

// A dice draws what makes a world up. Instants are drawn to the nanosecond, so that no
// two events are at the same one.
type dice struct{ *rand.Rand }

func (r dice) time(from, to time.Duration) time.Duration {
	return from + time.Duration(r.Int64N(int64(to-from)))
}

func (r dice) float(from, to float64) float64 { return from + (to-from)*r.Float64() }
func (r dice) chance(p float64) bool          { return r.Float64() < p }
func (r dice) dist(from, to time.Duration) workloads.Dist {
	return workloads.Lasting(r.time(from, to))
}

// world makes it.
func (d *drawnWorld) world() (sim.Config, workloads.Source) {
	r := dice{rand.New(rand.NewPCG(d.seed, 1))}
	c := sim.Config{Seed: d.seed % 1000, Network: r.dist(0, 3*time.Millisecond)}
	switch r.IntN(5) {
	case 0:
		c.Network = workloads.Dist{}
	case 1:
		c.Network = r.dist(3*time.Millisecond, time.Second)
	}
	if d.any(drawn | rules | memory) { // copies of a request, or requests of a worker that is killed, would end at the same instant
		c.Network = workloads.Dist{Law: workloads.Lognormal{Median: r.float(0.0001, 0.01), Sigma: 0.5}}
	}
	if r.chance(0.2) || d.any(limits) && r.chance(0.3) {
		c.DrainCap = r.time(10*time.Millisecond, 10*time.Second)
	}
	c.PS = d.any(sharing)
	d.classes(r, &c)
	d.pools(r, &c)
	d.uneven(r, &c)
	d.policies(r, &c)
	d.functions(r, &c)
	d.clients(r, &c)
	d.scaler(r, &c)
	d.faults(r, &c)
	d.zones(r, &c)
	d.hazards(r, &c)
	d.store(r, &c)
	if d.any(beside) {
		c.Beside = sim.Beside{GatewayUSDPerHour: r.float(0, 1), TransferUSDPerGB: r.float(0, 1), LogUSDPerGB: r.float(0, 1), CallLogBytes: r.float(0, 1e6)}
	}
	if d.any(telemetry) {
		c.TelemetryPeriod = r.time(2*time.Second, 20*time.Second)
		c.TelemetryPhase = r.time(0, c.TelemetryPeriod)
		c.TelemetryDelay = r.time(1, 2*time.Second)
	}
	return c, d.source(r, &c)
}

func (d *drawnWorld) classes(r dice, c *sim.Config) {
	c.Control.Classes = []policy.Class{{Name: "one", Bound: r.time(time.Second, 4*time.Second)}}
	if d.any(classes) {
		c.Control.Classes = append(c.Control.Classes, policy.Class{Name: "two", Factor: r.float(1.5, 8), Prior: r.float(0, 2)}, policy.Class{Name: "none"})
	}
}

func (d *drawnWorld) pools(r dice, c *sim.Config) {
	n := 1 + r.IntN(2)
	for i := range n {
		cores := 1 + r.IntN(3)
		p := policy.Pool{
			Name: fmt.Sprint("pool", i), Cores: cores, Speed: r.float(0.5, 2), Slots: cores, Initial: 1 + r.IntN(3),
			Boot: 20 * time.Second, USDPerHour: r.float(0.01, 0.2),
		}
		p.Min, p.Max = p.Initial, p.Initial
		if r.chance(0.1) {
			p.Slots = 0
		}
		if c.PS {
			p.Slots = []int{0, 0, cores, 2 * cores}[r.IntN(4)]
		}
		p.Replace = policy.Replacement(r.IntN(3))
		if d.any(limits) {
			if r.chance(0.3) {
				p.Slots = 1 + r.IntN(2*cores)
			}
			p.Limit = cores + r.IntN(4)
		}
		c.Control.Pools = append(c.Control.Pools, p)
		w := sim.Pool{Initial: p.Initial, USDPerHour: p.USDPerHour, IPv4USDPerHour: 0.005, EBSUSDPerHour: r.float(0, 0.01)}
		w.Launch = sim.Launch{
			API: r.dist(0, time.Second), Pending: r.dist(time.Second, 5*time.Second), Boot: r.dist(5*time.Second, 20*time.Second),
			Start: r.dist(0, 5*time.Second), Health: r.dist(0, 5*time.Second),
		}
		w.Spot = d.any(spot)
		if r.chance(0.5) {
			w.Launch.Boot = workloads.Dist{Law: workloads.Lognormal{Median: 15, Sigma: 0.4}}
		}
		c.Pools = append(c.Pools, w)
	}
}

func (d *drawnWorld) policies(r dice, c *sim.Config) {
	c.Control.Router = []policy.Router{&route.RoundRobin{Begin: route.BeginFirst}, &route.JSQ{Tie: route.TieRandom}, &route.PowerOfChoices{Choices: 2}, &route.Random{}, &route.LeastWork{}, route.NewNova()}[r.IntN(6)]
	if d.any(original) {
		router := route.NewNovaOriginal()
		router.Look, router.Stall, router.Drop = time.Duration(r.IntN(2))*r.time(0, 5*time.Second), r.chance(0.5), r.chance(0.5)
		router.Floor, router.Capacity = r.float(0, 1), r.float(2, 10)
		c.Control.Router = router
	}
	if d.any(rules) {
		c.Control.Admission, c.Control.Order, c.Control.Hedge = few{2 + r.IntN(8)}, shortest{}, hedge{r.time(time.Millisecond, 3*time.Second)}
	}
	if d.any(sick) {
		outlier, breaker := health.NewOutlier(), health.NewBreaker()
		outlier.Failures, outlier.Base, outlier.Interval = 1+r.IntN(4), r.time(time.Second, 10*time.Second), r.time(time.Second, 10*time.Second)
		outlier.Most, outlier.Keep = r.Float64(), r.Float64()
		breaker.Least, breaker.Base, breaker.Trials, breaker.Keep = 1+r.IntN(4), r.time(time.Second, 10*time.Second), 1+r.IntN(3), r.Float64()
		c.Control.Health = []policy.Health{nil, outlier, breaker}[r.IntN(3)]
	}
	c.Control.Estimator = []policy.Estimator{nil, &estimate.Mean{}, &estimate.Exact{}}[r.IntN(3)]
	if d.any(attempts) {
		c.Control.Retry = policy.Retry{Max: r.IntN(4), Budget: r.float(0, 1), AttemptTimeout: r.time(time.Second, 8*time.Second)}
		if r.chance(0.7) {
			c.Control.Retry.Backoff = r.time(time.Millisecond, time.Second)
		}
		if r.chance(0.2) {
			c.Control.Retry.AttemptTimeout = 0
		}
	}
}

func (d *drawnWorld) functions(r dice, c *sim.Config) {
	if !d.any(functions) {
		return
	}
	c.Control.Spill = []policy.Spill{&spill.Always{}, spill.NewBusy(), &spill.SLO{}, &spill.Never{}}[r.IntN(4)]
	f := sim.Functions{
		MemoryMB: 256 * (1 + r.IntN(8)), Share: r.float(0.2, 1), Floor: r.time(0, 20*time.Millisecond), Cold: r.dist(50*time.Millisecond, time.Second),
		KeepAlive: r.time(time.Second, time.Minute), PerClass: r.chance(0.5), USDPerGBs: 1.66667e-5, USDPerCall: 2e-7,
		ProvUSDPerGBs: 4e-6, ProvUSDPerGBsUsed: 1e-5,
	}
	if r.chance(0.5) {
		f.Concurrency = 1 + r.IntN(4)
	}
	if r.chance(0.4) {
		f.Timeout = r.time(time.Second, 6*time.Second)
	}
	if d.any(drawn) {
		f.Cold = workloads.Dist{Law: workloads.Exponential{Of: r.float(0.1, 12)}}
	}
	if d.any(warm) {
		f.Provisioned, f.ScaleStep = r.IntN(4), r.IntN(4)
		c.Control.Scaler = &warmer{r.time(time.Second, 10*time.Second), dice{rand.New(rand.NewPCG(d.seed, 2))}}
		c.Control.KeepAlive = &keeper{dice{rand.New(rand.NewPCG(d.seed, 3))}}
	}
	if d.any(life) {
		f.Life = drawnLife(r, f.KeepAlive)
	}
	if r.chance(0.2) {
		if r.chance(0.3) {
			c.Pools, c.Control.Pools = nil, nil
		}
		for i := range c.Pools {
			c.Pools[i].Initial = 0
			c.Control.Pools[i].Initial, c.Control.Pools[i].Min, c.Control.Pools[i].Max = 0, 0, 0
		}
	}
	c.Funcs = &f
	d.moreFunctions(r, c)
	c.Control.Functions = &policy.Functions{
		Share: f.Share, Floor: f.Floor, Cold: time.Duration(f.Cold.Mean() * 1e9), KeepAlive: f.KeepAlive, Concurrency: f.Concurrency,
		Full: policy.Full(r.IntN(2)), Timeout: f.Timeout, PerClass: f.PerClass, USDPerSecond: float64(f.MemoryMB) / 1024 * f.USDPerGBs, USDPerRequest: f.USDPerCall, Reserved: f.Reserved,
	}
	for k := range f.Others {
		g := &f.Others[k]
		c.Control.Functions.Others = append(c.Control.Functions.Others, policy.Functions{
			Share: g.Share, Floor: g.Floor, Cold: time.Duration(g.Cold.Mean() * 1e9), KeepAlive: g.KeepAlive, Timeout: g.Timeout, PerClass: g.PerClass, Reserved: g.Reserved,
			USDPerSecond: float64(g.MemoryMB) / 1024 * g.USDPerGBs, USDPerRequest: g.USDPerCall,
		})
	}
}

func (d *drawnWorld) clients(r dice, c *sim.Config) {
	if d.any(patience) {
		c.Timeout = r.time(2*time.Second, 10*time.Second)
		c.Abandoned = sim.Abandoned(r.IntN(3))
	}
	if d.any(tries) {
		c.Clients = &workloads.Patience{Retry: 1 + r.IntN(3), Backoff: r.time(time.Millisecond, time.Second), Jitter: r.Float64(), Budget: r.float(0, 1)}
		if r.chance(0.3) {
			c.Clients.Budget = math.Inf(1)
		}
	}
}

func (d *drawnWorld) scaler(r dice, c *sim.Config) {
	if !d.any(scaling) || d.any(warm) {
		return
	}
	for i := range c.Control.Pools {
		p := &c.Control.Pools[i]
		p.Min, p.Max = r.IntN(p.Initial+1), p.Initial+r.IntN(5)
		p.Cooldown = time.Duration(r.IntN(2)) * r.time(0, 20*time.Second)
	}
	threshold := scale.NewThreshold()
	threshold.Every = r.time(10*time.Second, 30*time.Second)
	demand := scale.NewDemand()
	demand.Every, demand.Hold = r.time(5*time.Second, 15*time.Second), r.time(0, 30*time.Second)
	c.Control.Scaler = []policy.Scaler{threshold, demand, &scale.Fixed{N: 1 + r.IntN(5)}}[r.IntN(3)]
}

func (d *drawnWorld) zones(r dice, c *sim.Config) {
	if !d.any(zoned) {
		return
	}
	c.Zones = 1 + r.IntN(3)
	c.Control.Zone = uint8(r.IntN(c.Zones))
	c.ZoneDelay, c.ZoneUSDPerGB = workloads.Dist{Law: workloads.Lognormal{Median: r.float(0.0001, 0.01), Sigma: 0.5}}, 0.02
	if r.chance(0.3) {
		c.Account = sim.Account{VCPUs: r.IntN(12), SpotVCPUs: r.IntN(12), Burst: r.IntN(3), PerS: r.float(0.01, 0.2)}
	}
	for i := range c.Pools {
		for z := range c.Zones {
			if z == c.Zones-1 && c.Pools[i].Zones == nil || r.chance(0.8) {
				c.Pools[i].Zones = append(c.Pools[i].Zones, uint8(z))
			}
		}
		if r.chance(0.5) {
			for range c.Zones {
				c.Pools[i].ZoneFactor = append(c.Pools[i].ZoneFactor, r.float(0.5, 2))
			}
		}
		if r.chance(0.5) {
			c.Control.Pools[i].Machine = "c7g.large"
		}
	}
	if len(c.Pools) > 1 && r.chance(0.5) {
		c.Control.Pools[0].Instead = []policy.PoolID{1}
	}
	for range r.IntN(4) {
		f := sim.Fault{
			Name: "a fault", Kind: []sim.FaultKind{sim.NoCapacity, sim.ZoneLost}[r.IntN(2)], At: r.time(0, time.Minute), Lasts: time.Duration(r.IntN(2)) * r.time(0, time.Minute),
			Zone: r.IntN(c.Zones), Pool: policy.PoolID(r.IntN(len(c.Pools)+1) - 1), Share: float64(r.IntN(2)) + 0.5, Detected: r.time(time.Second, 20*time.Second),
		}
		if f.Kind == sim.NoCapacity && r.chance(0.5) {
			f.Zone = sim.AnyZone
		}
		if r.chance(0.5) {
			f.Failed = r.time(time.Millisecond, f.Detected)
		}
		c.Faults = append(c.Faults, f)
	}
	slices.SortFunc(c.Faults, func(a, b sim.Fault) int { return int(a.At - b.At) })
}

func (d *drawnWorld) store(r dice, c *sim.Config) {
	if !d.any(keys) {
		return
	}
	c.Control.Estimator = estimate.NewRepeat()
	if r.chance(0.7) {
		c.Store = &sim.Store{Latency: r.time(1, 100*time.Millisecond), USDPerWrite: 1e-6, USDPerRead: 2e-7}
		c.Control.Store, c.Control.LearnByStore = true, r.chance(0.5)
		if d.any(outages) {
			c.Store.WriteUnits, c.Store.ReadUnits, c.Store.USDPerHour = r.float(0, 0.2), float64(r.IntN(2))*r.float(0, 0.02), r.float(0, 1)
			if r.chance(0.3) {
				c.Store.WriteUnits = 0
			}
		}
	}
}

// source is what arrives.
func (d *drawnWorld) source(r dice, c *sim.Config) workloads.Source {
	machines := 0.0
	for i := range c.Control.Pools {
		p := &c.Control.Pools[i]
		machines += float64(p.Cores*max(p.Initial, 1)) * p.Speed
	}
	mean := r.float(0.05, 2)
	gap := mean / max(machines, 1) / r.float(0.4, 1.5)
	if r.chance(0.5) {
		c.Duration = time.Duration(r.float(0.3, 1.5) * gap * float64(d.arrivals) * 1e9)
		c.Span = c.Duration
	}
	if d.any(watched) {
		d.after = time.Duration(r.float(0.05, 0.9) * gap * float64(d.arrivals) * 1e9)
	}
	if d.any(closed) {
		g := &workloads.Clients{Clients: 1 + r.IntN(8), Think: workloads.Dist{Law: workloads.Exponential{Of: r.float(0.1, 3)}}, Requests: d.arrivals}
		w, err := g.Workload("clients", workloads.Uniformly("one", workloads.Dist{Law: workloads.Exponential{Of: mean}}))
		if err != nil {
			panic(err)
		}
		src, err := w.Open(c.Seed)
		if err != nil {
			panic(err)
		}
		return src
	}
	l := &list{}
	at := 0.0
	for range d.arrivals {
		at += r.ExpFloat64() * gap
		a := workloads.Arrival{
			At: time.Duration(at * 1e9), Work: time.Duration(r.ExpFloat64() * mean * 1e9), Class: policy.ClassID(r.IntN(len(c.Control.Classes))),
			Wall: -1, Memory: -1, BytesIn: -1, BytesOut: -1, Status: -1,
		}
		if d.any(beside) {
			a.BytesOut = r.Int64N(1e6) - 1
		}
		if d.any(large) {
			a.BytesOut = r.Int64N(2 << 20)
		}
		if d.any(zoned) {
			a.BytesIn, a.BytesOut = r.Int64N(1e6)-1000, r.Int64N(1e7)-1000
		}
		if d.any(keys) {
			a.Key = policy.Key(r.IntN(8))
			a.Executed = policy.Executed{Instructions: 1 + r.Int64N(1e9), Blocks: 1 + r.Int64N(1e6), Calls: 1 + r.Int64N(1000)}
		}
		if d.any(memory) && r.chance(0.8) {
			a.Memory = r.Int64N(120)
		}
		l.all = append(l.all, a)
	}
	return l
}

// A list is arrivals.
type list struct{ all []workloads.Arrival }

func (l *list) Next(a *workloads.Arrival) bool {
	if len(l.all) == 0 {
		return false
	}
	*a, l.all = l.all[0], l.all[1:]
	return true
}

func (l *list) Err() error { return nil }
