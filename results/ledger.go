package results

import "time"

// A Ledger is what a run cost, US dollars, line by line.
type Ledger struct {
	Instances     float64 // VMs, per second from running to termination, a minute at least
	IPv4          float64 // their public addresses
	EBS           float64 // their volumes
	FunctionTime  float64 // GB-seconds of function calls, INIT included
	FunctionCalls float64 // requests to functions
	Provisioned   float64 // environments kept warm
	Store         float64 // writes to the table of measurements and reads of it
	Gateway       float64 // the gateway's own instance, where it has one
}

// Total is the sum of all lines.
func (l *Ledger) Total() float64 {
	return l.Instances + l.IPv4 + l.EBS + l.FunctionTime + l.FunctionCalls + l.Provisioned + l.Store + l.Gateway
}

// Counts is what happened in a run apart from its requests.
type Counts struct {
	Launches, Terminations, Adaptations uint64
	Invocations, ColdStarts             uint64
	Sent                                uint64 // attempts, to machines and functions
	Retries, Throttles                  uint64
	Dropped                             uint64        // VMs that a router dropped: running, billed, unused
	DroppedUSD                          float64       // what those cost after that
	BadRoutes                           uint64        // workers that a router named and that cannot be used
	Events                              uint64        // of the simulator
	VMSeconds                           float64       // VMs running, added up
	BusyCoreSeconds, CoreSeconds        float64       // cores of VMs at work, and there
	Keyed, Recognised                   uint64        // requests with a key that an estimator remembers work by, and those that it knew
	StoreWrites, StoreReads             float64       // units of the table of measurements
	Arriving                            time.Duration // how long requests may come, by the experiment; 0: until the last one
	WorkPrice                           float64       // the least that a second of work can cost, US$; see regret_per_1000_usd
}

// A Sample is a point of the timeline. Rates are over the time since the
// point before.
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
