package policy

import "time"

// A View is what a policy may know at an instant: the gateway's own counters,
// which are exact, and what workers reported, with its age. It never holds
// the truth of a simulated world. Slices it returns are the Controller's own:
// read them during the call, do not keep or change them.
type View struct {
	Now time.Duration

	c *Controller
	f *fleet

	anyFunction bool // see wouldSpill: what a function can ever take it takes now
	tooLong     bool // the time-out of functions has kept the request from them that the Spill was asked about
}

// Zone is the zone that this gateway is in; those of workers are Worker.Zone.
func (v *View) Zone() uint8 { return v.c.cfg.Zone }

// Ready is every worker that requests may be sent to, by ascending ID.
func (v *View) Ready() []WorkerID { return v.f.ready }

// Changes is how often Ready has changed: who keeps something of his own for each
// worker need not compare while it is the same.
func (v *View) Changes() uint64 { return v.f.changes }

// Worker is the state of a worker that was ever announced. It must not be changed.
func (v *View) Worker(id WorkerID) *Worker { return &v.f.workers[id] }

// At is the worker of the attempt of a request that was sent last and has not ended;
// NoWorker: a function, or there is none. O(1).
func (v *View) At(id RequestID) WorkerID {
	s := v.c.table.Find(id)
	if s < 0 {
		return NoWorker
	}
	r := v.c.table.At(s)
	if r.nlive == 0 {
		return NoWorker
	}
	return v.f.attempts.all[r.live[r.nlive-1]].worker
}

// Least is the ready workers that tie for the fewest requests in flight, in
// an order that is arbitrary but the same in every run. O(1).
func (v *View) Least() []WorkerID { return v.f.load.least() }

// Idle is the ready workers with nothing in flight, ordered as Least. O(1).
func (v *View) Idle() []WorkerID { return v.f.load.at(0) }

// With is the ready workers with n requests in flight, ordered as Least; the one that
// came to have so many last, or a little earlier, is at the end. O(1).
func (v *View) With(n int) []WorkerID { return v.f.load.at(n) }

// InFlight is the requests in flight at all ready workers together. O(1).
func (v *View) InFlight() int { return v.f.load.total }

// Busiest is the ready worker with the most requests in flight below limit;
// of several, an arbitrary one, but the same in every run. O(limit).
func (v *View) Busiest(limit int) (WorkerID, bool) { return v.f.load.busiest(limit) }

// EarliestFree is the ready worker of a pool with the least work left per
// unit of its speed, ties to the lowest ID. See WorkLeft.
// O(log n) amortised, plus the requests in service at the few workers looked at.
func (v *View) EarliestFree(p PoolID) (WorkerID, bool) { return v.f.free.earliest(v, p) }

// WorkLeft is the predicted work left at a worker, CPU-seconds on the
// reference vCPU, recomputed from the requests in flight: the predictions of
// those that wait, and for those in service what is left of the prediction.
// A request that outlives its prediction is expected to need as much again
// as it has had (the residual rule). While nothing is known of any work, each
// counts [UnknownWork].
func (v *View) WorkLeft(id WorkerID) float64 { return v.f.workLeft(v.Now, id) }

// WorkLeftAfter is what WorkLeft will be after so long if nothing happens until then.
func (v *View) WorkLeftAfter(d time.Duration, id WorkerID) float64 { return v.f.workLeft(v.Now+d, id) }

// Busy says whether a worker has no free slot (or core, where slots are unlimited).
func (v *View) Busy(id WorkerID) bool {
	w := &v.f.workers[id]
	return w.InFlight >= w.busyAt
}

// Full says whether a worker takes no request from the gateway: it has as many as the
// pool's Limit. A request for it waits at the gateway.
func (v *View) Full(id WorkerID) bool { return !v.c.room(id) }

// AnyFree says whether a ready worker has a free slot: one that is not Busy. O(1)
// where no pool lets a worker have more requests than slots.
func (v *View) AnyFree() bool { return v.f.anyIdle() }

// Counted is what a request counts where predicted work is compared: its
// predicted work, or [UnknownWork] while nothing is known. CPU-seconds.
func (v *View) Counted(r *Request) float64 { return counted(r) }

// Service is the time the request would take on an idle worker of the pool,
// by what it counts. All else that is predicted takes a request for one that uses one core.
func (v *View) Service(p PoolID, r *Request) time.Duration {
	pool := &v.c.cfg.Pools[p]
	if n := pool.Threads(&v.c.cfg.Classes[r.Class]); n > 1 {
		return seconds(counted(r) / (pool.Speed * float64(n)))
	}
	return seconds(counted(r) / pool.Speed)
}

// Response is the predicted response time of a request that is sent to a worker, what is
// there included, and before a full one what waits before it at the gateway: that is
// shared out to all ready workers, as a place may come free at any.
func (v *View) Response(id WorkerID, r *Request) time.Duration { return v.ResponseAfter(0, id, r) }

// ResponseAfter is what Response will be after so long if nothing happens until then.
func (v *View) ResponseAfter(d time.Duration, id WorkerID, r *Request) time.Duration {
	w := &v.f.workers[id]
	p := &v.c.cfg.Pools[w.Pool]
	n, rate := p.atOnce(v.c.cfg.PS), p.rate(v.c.cfg.PS)
	t := counted(r) / w.Speed * max(1, float64(min(w.InFlight+1, n))/float64(w.Cores))
	if w.InFlight >= n {
		t += v.f.workLeft(v.Now+d, id) / rate
	}
	if v.Full(id) {
		t += v.c.line() / max(rate, v.f.rate())
	}
	return seconds(t)
}

// Outlives is how long it takes until the next request in service at a worker outlives its
// prediction, if nothing happens until then; false: none will. Until then WorkLeft changes
// at one rate; then it is more at once. O(requests in service there).
func (v *View) Outlives(id WorkerID) (time.Duration, bool) { return v.f.outlives(v.Now, id) }

// Bound is the response time the SLO allows the request; 0 if there is none.
func (v *View) Bound(r *Request) time.Duration {
	cl := &v.c.cfg.Classes[r.Class]
	if cl.Bound > 0 || len(v.c.cfg.Pools) == 0 {
		return cl.Bound
	}
	return time.Duration(cl.Factor * float64(v.Service(0, r)))
}

// Classes, Pools and Functions are the configuration. Functions is nil if
// there are none; else the first, with its Others.
func (v *View) Classes() []Class      { return v.c.cfg.Classes }
func (v *View) Pools() []Pool         { return v.c.cfg.Pools }
func (v *View) Functions() *Functions { return v.c.cfg.Functions }

// Pool counts the workers of a pool.
func (v *View) Pool(p PoolID) PoolCount { return v.f.pools[p] }

// Queued is the number of requests waiting at the gateway.
func (v *View) Queued() int { return v.c.queue.n }

// FunctionTakes says whether a function can ever take the request: there are
// functions, and the body is held and small enough.
func (v *View) FunctionTakes(r *Request) bool {
	if v.c.cfg.Functions == nil || r.Streamed {
		return false
	}
	most := v.c.function(r.Class).MaxBytes
	return most == 0 || r.Bytes <= most
}

// FunctionFree says whether the functions have room for one more call, whatever its class: the
// concurrency is not used up, as far as this gateway knows. Where they have not there may be room
// for a call of some class: in a function of its own, or in an environment that is warm. See
// FunctionFreeFor.
func (v *View) FunctionFree() bool {
	f := v.c.cfg.Functions
	return f != nil && (v.anyFunction || v.c.warm.room(v.Now, f))
}

// FunctionFreeFor says whether the function of a class has room for one more call of it: in a
// warm environment of that class, where there is no room for new ones. O(functions).
func (v *View) FunctionFreeFor(class ClassID) bool {
	f := v.c.cfg.Functions
	return f != nil && (v.FunctionFree() || v.c.warm.roomFor(v.Now, f, class))
}

// FunctionFits says whether a function would do for the request now: it takes
// it, there is room, the service has not just refused this request, and the
// time-out allows it: see FunctionTooLong.
func (v *View) FunctionFits(r *Request) bool {
	if !v.FunctionTakes(r) || !v.FunctionFreeFor(r.Class) {
		return false
	}
	if v.anyFunction || !v.FunctionTooLong(r) {
		return true
	}
	v.tooLong = true
	return false
}

// WouldSpill says whether a Spill (nil: never) sends a request to a function as soon as
// one is free that can take it; w is what the Spill is asked about (Placement.Asked), NoWorker
// if the Router had no host. Whoever only looks asks a Spill of its own: the Controller's may count or draw.
func (v *View) WouldSpill(p Spill, r *Request, w WorkerID) bool {
	return v.FunctionTakes(r) && v.c.wouldSpill(p, r, w)
}

// Measured says whether work of a class was ever measured. Until then requests of it are
// expected to take the prior of the class, which counts as PriorWeight measurements from
// then on, else the mean of all classes.
func (v *View) Measured(c ClassID) bool { return v.c.means[c].measured }

// FunctionResponse is the predicted response time on a function: warm if an
// environment is believed to be idle, with a cold start otherwise.
func (v *View) FunctionResponse(r *Request) time.Duration {
	f := v.c.function(r.Class)
	t := f.Floor + seconds(counted(r)/f.Share)
	if v.c.warm.idle(v.Now, r.Class) == 0 {
		t += f.Cold
	}
	return t
}

// FunctionUSD is the predicted price of one warm call.
func (v *View) FunctionUSD(r *Request) float64 {
	f := v.c.function(r.Class)
	return f.USDPerRequest + f.USDPerSecond*(f.Floor.Seconds()+counted(r)/f.Share)
}

// FunctionsBusy is the number of function calls in flight from this gateway.
func (v *View) FunctionsBusy() int { return v.c.warm.busy }

// FunctionsWarm is the number of idle environments believed to be warm for a
// class: inferred from answers (last in, first out), never certain.
func (v *View) FunctionsWarm(c ClassID) int { return v.c.warm.idle(v.Now, c) }

// PoolCount counts the workers of a pool by state.
type PoolCount struct {
	Desired   int // what the pool was last sized to; its initial size before
	Launching int // asked for by a decision or at the start, neither seen nor failed yet
	Booting   int // pending or running, not ready
	Ready     int
	Draining  int
	Forgotten int // dropped by the router: running and billed, of no use
}

// Size is the workers the pool has or will have: all but the draining and the
// forgotten.
func (p PoolCount) Size() int { return p.Launching + p.Booting + p.Ready }

// Wanted is the workers the pool is to have: what it was last sized to, or what it
// has where that could not be ended yet. More than Size wait to be launched again.
func (p PoolCount) Wanted() int { return max(p.Size(), p.Desired) }

// most is how large the pool may get: forgotten workers are instances like
// any other to those who set the maximum.
func (p PoolCount) most(cfg *Pool) int { return max(cfg.Max-p.Forgotten, 0) }

// A ScaleView is what a Scaler may know: a View, and the demand that the
// whole system met, spilled and rejected requests included. Where there are several
// gateways the others are taken to meet what this one meets: see Config.Gateways.
type ScaleView struct {
	*View
}

// Ready is every ready worker by ascending ID, those that a Health has taken out of service
// included: they run, and are what a Scaler has.
func (v *ScaleView) Ready() []WorkerID { return v.f.allReady() }

// Demand is rates over a window, per second.
type Demand struct {
	Arrivals float64
	Unknown  float64 // the part of Arrivals of which nothing is known: Work has of them what is seen while they are in flight
	Work     float64 // offered load: CPU-seconds per second, all requests; the load a fleet without functions would carry
	Spilled  float64 // the part of Work that went to functions
	Rejected float64 // the part of Work that was turned away
}

// Demand is the demand over the last window (at most 20 minutes; less where
// the run is younger). Work is predicted work, corrected by the ratio of
// measured to predicted work of what was answered meanwhile and is short.
//
// A request counts its work per window for the window after its arrival. One that is
// predicted to take a core of the first pool longer than the window counts as that
// core for as long as it runs or waits: until it ends, sooner or later than predicted.
// One that was turned away, or whose client left before it ran, counts as long as it
// was predicted to run. So either is its work in all, and the sum is the offered load:
// the mean number of cores that would be busy if none had to wait (Jennings,
// Mandelbaum, Massey and Whitt 1996, doi:10.1287/mnsc.42.10.1383). Once a request ends
// that was predicted to take longer than 10 s, what it has taken takes the place of its
// prediction. What is not answered after the window goes on counting, with what is left
// of it. O(requests in flight, and those longer than 10 s that ended within the window).
func (v *ScaleView) Demand(window time.Duration) Demand {
	d := v.c.demand.over(v.Now, window)
	d.Work += v.c.overdue(window)
	return d.times(v.c.cfg.gateways())
}

// CPU is the mean over a pool's ready workers of each one's mean utilisation
// in the samples of the last window; a worker without samples counts as
// assume. n is the number of ready workers: with 0 the mean is NaN.
func (v *ScaleView) CPU(p PoolID, window time.Duration, assume float64) (mean float64, n int) {
	return v.f.cpu(v.Now, p, window, assume)
}

// Boot is the expected time from launch to ready: the mean of what was seen,
// the configured value before.
func (v *ScaleView) Boot(p PoolID) time.Duration { return v.f.boot(p) }

// inSeconds is d in seconds. Duration.Seconds divides integers, which costs
// ten times as much.
func inSeconds(d time.Duration) float64 { return float64(d) / 1e9 }

// seconds converts s to a Duration, saturating.
func seconds(s float64) time.Duration {
	if s >= 9e9 {
		return time.Duration(9e18)
	}
	return time.Duration(s * 1e9)
}
