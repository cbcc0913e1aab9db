package sim

import (
	"slices"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// A Config describes one run.
type Config struct {
	Seed uint64
	// Control is the control plane with its policies; they must be fresh,
	// as a run changes their state. Seed, Leader and PS are set by Run.
	Control policy.Config
	Pools   []Pool     // the world's side of Control.Pools, in the same order
	Funcs   *Functions // the world's side of Control.Functions; nil: none
	Store   *Store     // the world's side of Control.Store; nil: none
	// Gateways are those beside the one of Control; the zero value: none.
	Gateways Gateways

	Beside Beside // what else the bill has

	PS      bool           // processor sharing; otherwise FCFS over the slots
	Network workloads.Dist // delay of one way between client... gateway and worker; the zero value is none

	Zones        int            // of the region; 0: 1
	ZoneDelay    workloads.Dist // of one way between the gateway, in Control.Zone, and a worker in another zone, beside Network
	ZoneUSDPerGB float64        // at each end, of bodies that go from zone to zone
	Account      Account        // what may be launched

	TelemetryPeriod time.Duration // between two reports of a worker, each over exactly this time; 0 none
	TelemetryPhase  time.Duration // workers report at multiples of the period after this, in [0, period)
	TelemetryDelay  time.Duration // from the instant described to the gateway; at least 1 ns

	Timeout   time.Duration // clients leave after so long; 0 never
	Abandoned Abandoned     // what VMs do with requests that were cancelled
	// Clients that were not served try again; nil: none does. The source has
	// what users ask for, not the repeated tries.
	Clients  *workloads.Patience
	Duration time.Duration // arrivals stop here; 0: when the source ends
	Span     time.Duration // how long arrivals take; 0: not known
	// Journal is told every step of the Controller, of several that of the leader; nil: nobody is.
	Journal Journal

	MemoryKiB []int64 // of a request that says none itself, by class; beyond: 0

	Faults  []Fault  // what goes wrong, by instant
	Hazards []Hazard // what goes wrong with workers by chance

	DrainCap time.Duration // after the last arrival, unfinished requests are cut off; 0: 1 h
}

// Beside is what a run costs beside machines, functions and the store, US dollars. The zero
// value is nothing.
type Beside struct {
	GatewayUSDPerHour float64 // of the machine that the gateway runs on
	TransferUSDPerGB  float64 // of answers, which leave AWS
	LogUSDPerGB       float64 // of what calls of functions log
	CallLogBytes      float64 // how much that is
}

// SampleEvery is the time between two points of the timeline: 10 s, or so much
// less that a run has a hundred of them.
// The result is 1, 2 or 5 times a power of ten, so that axes have round marks; at least 10 ms.
func (c *Config) SampleEvery() time.Duration {
	const most, points = 10 * time.Second, 100
	if c.Span <= 0 || c.Span >= points*most {
		return most
	}
	for unit := time.Second; unit > time.Millisecond; unit /= 10 {
		for _, n := range []time.Duration{5, 2, 1} {
			if points*n*unit <= c.Span {
				return n * unit
			}
		}
	}
	return 10 * time.Millisecond
}

// A Journal keeps what the Controller was told and what it answered. e and
// cmds are valid during the call.
// The live gateway keeps the same stream, so that a journal of either world can be replayed.
type Journal interface {
	Add(now time.Duration, e *policy.Event, cmds []policy.Command)
}

// ControlPlane is the configuration of the run's control plane, in both worlds: Control
// with what the run decides. It is the leader.
func (c *Config) ControlPlane() policy.Config { return c.controlPlane(0) }

// controlPlane is that of a gateway.
func (c *Config) controlPlane(g int) policy.Config {
	cfg := c.Control
	if others := c.Gateways.Others; len(others) > 0 {
		if g > 0 {
			cfg = others[g-1]
		}
		cfg.Gateway, cfg.Gateways = g, 1+len(others)
	}
	cfg.Seed, cfg.Leader, cfg.PS, cfg.Sight = c.Seed, g == 0, c.PS, c.Control.Sight
	return cfg
}

// Controller is a fresh control plane of the run: fed with the run's journal,
// it gives the same commands again.
func (c *Config) Controller() (*policy.Controller, error) { return c.controller(0) }

// controller is a fresh control plane of a gateway.
func (c *Config) controller(g int) (*policy.Controller, error) {
	cfg := c.controlPlane(g)
	cfg.Pools = slices.Clone(cfg.Pools)
	for i := range cfg.Pools {
		cfg.Pools[i].Initial = c.Pools[i].Initial
	}
	return policy.New(cfg)
}

// A Pool is a set of like VMs.
//
// Invariant: Initial >= 0; dollars are not negative.
type Pool struct {
	Initial    int // ready at the start, and billed from there
	Launch     Launch
	USDPerHour float64
	Spot       bool      // its VMs can be taken away: see Interrupt
	ZoneFactor []float64 // of USDPerHour, by zone; nil: 1 in each
	Zones      []uint8   // in which its VMs are launched, as many in one as in another; nil: zone 0. Invariant: below Config.Zones
	// Extra is further dollars per hour of a running instance by ledger
	// line: public IPv4 address, EBS volume.
	IPv4USDPerHour, EBSUSDPerHour float64
	SurplusUSD                    float64 // per vCPU-hour of CPU credits that are owed
	Uneven                        Uneven  // how its workers differ
}

// hourUSD is the price of an hour of an instance in a zone.
func (p *Pool) hourUSD(zone uint8) float64 {
	if int(zone) < len(p.ZoneFactor) {
		return p.USDPerHour * p.ZoneFactor[zone]
	}
	return p.USDPerHour
}

// Launch is the way from a launch command to a ready worker. Each part is
// drawn per worker, so that every policy's k-th launch takes as long.
//
// Invariant: with a law of the whole, the parts are constants whose sum is
// above 0.
type Launch struct {
	Whole   workloads.Dist // one draw for all parts, divided as they are to each other; no law: each part is drawn
	API     workloads.Dist // until the worker is known (WorkerPending)
	Pending workloads.Dist // until it runs (WorkerRunning); billed from here
	Boot    workloads.Dist // until the operating system answers: connections are refused from here, lost before
	Start   workloads.Dist // until the application answers
	Health  workloads.Dist // until the health check has passed (WorkerReady)
}

// Functions is the function service.
//
// Invariant: MemoryMB and Share are above 0; all others at least 0.
type Functions struct {
	MemoryMB          int
	Share             float64         // speed of an environment relative to the reference vCPU, single-threaded
	Floor             time.Duration   // part of a call that does not shrink with memory
	Cold              workloads.Dist  // INIT of a new environment; billed
	KeepAlive         time.Duration   // an environment idle for longer is gone
	Life              Life            // what ends environments beside it
	Concurrency       int             // calls at once; more are throttled; 0 no limit
	ScaleStep         int             // new environments per 10 s (refilled continuously, not banked beyond); 0 no limit
	Provisioned       int             // environments kept warm from the start, until SetConcurrency
	Ramp              *workloads.Dist // from when environments are asked to be kept warm until the first is made, and none serves until all are made; nil: they are there at the start, and later ones each after a cold start
	PerClass          bool            // each class has environments of its own
	Timeout           time.Duration   // calls end with an error after so long; 0 no limit
	USDPerGBs         float64
	USDPerCall        float64
	ProvUSDPerGBs     float64 // provisioned concurrency, per GB-second kept
	ProvUSDPerGBsUsed float64 // of a call on a provisioned environment, per GB-second
	// Snapshot says that environments are restored from one (SnapStart): Cold is how long that takes.
	// It is not billed by the time, as INIT is, but by the restore.
	Snapshot          bool
	SnapshotUSDPerGBs float64 // for keeping it, per GB of memory and second
	RestoreUSDPerGB   float64 // for a restore, per GB of memory
	MaxBytes          int64   // a call with a larger answer fails once it has run; 0: no limit
	// Reserved and Others are as in policy.Functions: Concurrency is of the first, for all.
	Reserved int
	Others   []Functions
}

// Shared is how many calls at once the functions share that reserve none; negative: no limit.
func (f *Functions) Shared() int {
	if f.Concurrency <= 0 {
		return -1
	}
	left := f.Concurrency
	for k := range 1 + len(f.Others) {
		left -= f.At(k).Reserved
	}
	return max(left, 0)
}

// At is the function of a number, as in policy.Class.Function.
func (f *Functions) At(number int) *Functions {
	if number == 0 {
		return f
	}
	return &f.Others[number-1]
}
