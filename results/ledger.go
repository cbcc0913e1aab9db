package results

import (
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
)

// A Ledger is what a run cost, US dollars, line by line.
type Ledger = account.Ledger

// Counts is what happened in a run apart from its requests. Numbers without a unit are
// counts over the whole run.
//
// Live, some are not known and 0: busy cores where workers report nothing, Events.
type Counts struct {
	Launches, Terminations, Adaptations uint64
	LaunchesFailed                      uint64   // of them
	LaunchedIn                          []string // the pools that launched any
	Invocations, ColdStarts             uint64
	Sent                                uint64 // attempts, to machines and functions
	Retries, Throttles                  uint64
	Hedges, Probes                      uint64        // second copies of requests, and questions to workers, by policies
	Ejections                           uint64        // of workers, by a health policy
	Dropped                             uint64        // VMs that a router dropped: running, billed, unused
	DroppedUSD                          float64       // what those cost after that
	BootUSD                             float64       // what VMs cost from running until they were ready
	BadRoutes                           uint64        // workers that a router named and that cannot be used
	Events                              uint64        // of the simulator
	VMSeconds                           float64       // VMs running, added up
	CallSeconds                         float64       // calls of functions, added up
	IdleSeconds                         float64       // environments of functions loaded and idle, added up; of the simulator
	BusyCoreSeconds, CoreSeconds        float64       // cores of VMs at work, and there
	Keyed, Recognised                   uint64        // requests with a key that an estimator remembers work by, and those that it knew
	StoreWrites, StoreReads             float64       // units of the table of measurements
	Arriving                            time.Duration // how long requests may come, by the experiment; 0: until the last one
	WorkPrice                           float64       // the least that a second of work can cost, US$; see regret_per_1000_usd
	Passed, TooLong                     uint64        // as policy.Counts has them
	Spared                              []string      // faults that hit nobody, and why; and what the simulator could not do or bill
}

// CountsOf is what the control plane has counted and what the bill says of it; unusable is
// by pool how long workers have run without being of use. The world that ends adds what it alone knows.
// Both worlds call it, so that a column means the same in both.
func CountsOf(n policy.Counts, b *account.Bill, unusable []policy.Unusable) Counts {
	c := Counts{
		Launches: n.Launched, LaunchesFailed: n.LaunchFailed, Adaptations: n.Adaptations, Sent: n.Dispatched + n.Invoked, Passed: n.Passed, TooLong: n.TooLong,
		Retries: n.Retries, Throttles: n.Throttled, Hedges: n.Hedges, Probes: n.Probes, Ejections: n.Ejections, Dropped: n.Forgotten, BadRoutes: n.BadRoutes,
		Keyed: n.Keyed, Recognised: n.Recognised,
		VMSeconds: b.WorkerTime.Seconds(), CallSeconds: b.CallTime.Seconds(), StoreWrites: b.Writes, StoreReads: b.Reads,
	}
	for p, ran := range unusable {
		c.BootUSD += b.PartUSD(policy.PoolID(p), ran.Booting)
		c.DroppedUSD += b.PartUSD(policy.PoolID(p), ran.Dropped)
	}
	return c
}

// A Sample is a point of the timeline. Rates are over the time since the
// point before.
//
// Invariant: counts are not negative; Queued <= InFlight.
type Sample struct {
	At            time.Duration
	ArrivalsPerS  float64
	OfferedCores  float64 // work that arrived per second: reference cores it would keep busy
	InFlight      int     // requests in the system
	Queued        int     // of them, at the gateway
	Ready         int     // VMs
	Booting       int
	Draining      int     // and those that a router dropped
	Desired       int     // VMs the scaler wants
	CapacityCores float64 // of ready VMs, in reference cores
	BilledCores   float64 // of all that run
	Functions     int     // function environments at work
	USDPerHour    float64 // of running VMs
}
