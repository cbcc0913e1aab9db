package policy

import "time"

// Config is everything a Controller is made of. The zero value of an
// optional policy means "none".
type Config struct {
	Seed    uint64
	Gateway int   // index of this gateway, from 0
	Zone    uint8 `json:",omitempty"` // that the gateway is in
	Leader  bool  // only the leader scales
	// Gateways is how many gateways share the workers, alike: 0 and 1 are this one alone.
	// Scalers take each to meet what this one meets.
	Gateways int   `json:",omitempty"`
	Sight    Sight `json:",omitempty"`
	PS       bool  // workers share their processors; otherwise first come, first served

	Classes   []Class
	Pools     []Pool
	Functions *Functions // nil: none

	Router    Router // required
	Spill     Spill  // nil: never
	Scaler    Scaler // nil: the fleet stays as it is
	Estimator Estimator
	Admission Admission
	Order     Order
	Hedge     Hedge
	Health    Health
	KeepAlive KeepAlive
	Witness   Witness

	Retry Retry
	// Store says that measured work is recorded, and LearnByStore from where
	// the Estimator and the class means learn it: from answers (false), or
	// from the Observed event that follows each record (true). What was
	// recorded before the run is told by Observed events in either case.
	Store        bool
	LearnByStore bool

	// Settings are the parameters of the policies that may be changed while the
	// Controller runs.
	Settings []Setting `json:"-"`
}

// Recalls says whether the store is asked what equal requests have taken.
func (c *Config) Recalls() bool {
	_, recalls := c.Estimator.(Recaller)
	return c.Store && recalls
}

// A Class is what the control plane knows of a class of requests.
type Class struct {
	Name     string
	Bound    time.Duration // response time allowed by the SLO; 0 unless absolute
	Factor   float64       // or a multiple of the idle service time; 0 unless relative
	Prior    float64       // mean work that is expected beforehand, CPU-seconds: counts as PriorWeight measurements; 0 unknown
	Features []string      // names of Request.Features in order
	Cores    int           `json:",omitempty"` // that a request uses at once where its worker has them; 0 is 1
	Function int           `json:",omitempty"` // that calls of its requests go to: 0 is Config.Functions, k its Others[k-1]
}

// A Pool is a set of like workers.
type Pool struct {
	Name    string
	Machine string  // type of its machines; "": one of its own
	Cores   int     // >= 1
	Speed   float64 // work per second and core, relative to the reference vCPU; > 0
	// Slots is how many requests a worker serves at once; a worker with as
	// many in flight is busy. 0 means unlimited: busy from Cores on.
	Slots int
	// Limit is how many requests the gateway lets a worker have; the rest
	// wait at the gateway. 0 means no limit: waiting happens at the worker.
	Limit      int
	Initial    int           // workers that the driver launches by itself at the start
	Min, Max   int           // bounds of the Scaler, 0 <= Min <= Max; forgotten workers count to Max
	Replace    Replacement   // of lost workers
	Instead    []PoolID      `json:",omitempty"` // pools whose workers are launched, in this order, while launches in this one come to nothing; whatever their Max
	OnNotice   OnNotice      `json:",omitempty"` // what a worker does that will be taken away
	Cooldown   time.Duration // no scaling for so long after the last change
	Boot       time.Duration // expected time from launch to ready
	USDPerHour float64
}

// Threads is how many cores a request of a class uses on an idle worker of the pool, at least 1.
func (p *Pool) Threads(c *Class) int { return max(min(c.Cores, p.Cores), 1) }

// busyAt is the number in flight from which a worker of the pool is busy.
func (p *Pool) busyAt() int32 {
	n := p.Cores
	if p.Slots > 0 {
		n = p.Slots
	}
	if p.Limit > 0 {
		n = min(n, p.Limit)
	}
	return int32(n)
}

// placeAt is the number in flight from which a worker of the pool takes none
// from the gateway's queue.
func (p *Pool) placeAt() int32 {
	if p.Limit > 0 {
		return int32(p.Limit)
	}
	return p.busyAt()
}

// Functions is what the control plane knows of the function service.
type Functions struct {
	Share         float64       // speed of one environment, relative to the reference vCPU; > 0
	Floor         time.Duration // part of a warm call that does not shrink with memory
	Cold          time.Duration // expected cold start
	KeepAlive     time.Duration // expected life of an idle environment; 0: none is kept
	Concurrency   int           // most calls at once
	Full          Full          // what becomes of a call beyond them
	Timeout       time.Duration // longest call
	MaxBytes      int64         // largest body; 0 no limit
	PerClass      bool          // an environment serves one class only
	USDPerSecond  float64       // of one environment while it serves
	USDPerRequest float64
	// FixedKeepAlive says that nobody can set how long an idle environment lives, as on
	// Lambda: New refuses a KeepAlive.
	FixedKeepAlive bool `json:",omitempty"`
	// Reserved is the most calls at once of this function, which no other may have; 0: it shares
	// what of Concurrency no function reserves.
	Reserved int `json:",omitempty"`
	// Others are the further functions of the service. Each has a Share, Floor, Cold, KeepAlive,
	// Timeout, MaxBytes, PerClass, prices and Reserved of its own; all else is said by the first.
	Others []Functions `json:",omitempty"`
}

// At is the function of a number, as in Class.Function.
func (f *Functions) At(number int) *Functions {
	if number == 0 {
		return f
	}
	return &f.Others[number-1]
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

// Full is what becomes of a request for a function where there is no room for
// one more call.
type Full uint8

// The rules of Full.
const (
	// Refuse calls all the same: the service refuses (429). A request that its
	// Spill allows on a machine goes there, others are repeated as Retry says,
	// or answered 429.
	Refuse Full = iota
	// Wait keeps the request at the gateway until there is room, or a machine
	// if its Spill, asked again, allows one.
	Wait
)

// Retry bounds repeated attempts. A repeated attempt goes to another worker
// where there is one.
type Retry struct {
	Max    int     // attempts after the first; 0 none
	Budget float64 // retries per arrival over time, e.g. 0.1; bursts up to 10, also at the start; 0 none
	// Unsent is how often a request of any method, idempotent or not, is repeated because an
	// attempt certainly never ran (Event.Unstarted), in [0, 200]; neither Max nor Budget
	// counts these. At once while there is a worker that it did not fail on, up to three
	// times; otherwise after Backoff, 100 ms at least, doubling. 0: they are repeated as
	// failed ones are, whatever the method.
	Unsent int `json:",omitempty"`
	// PassRefusals says that a call which the function service has refused (Throttled) is not
	// repeated, but answered 429.
	PassRefusals bool `json:",omitempty"`
	// Backoff is waited before attempt n: Backoff * 2^(n-1), drawn from [half, all] of it.
	// After a refusal by the function service (Throttled) it is 100 ms at least.
	Backoff time.Duration
	// AttemptTimeout bounds each attempt: one that takes longer is cancelled
	// and counts as failed, so that it is tried again as any other, or answered
	// with 504. 0 is no bound. A Router that is an AttemptTimer decides instead.
	AttemptTimeout time.Duration
}
