package policy

import (
	"math"
	"slices"
	"time"
)

// A fleet is the workers of all pools and the indexes over them.
//
// The indexes of requests (load, places, endless, free, lines) change in open, shut and changed alone.
// Tests compare each with what it should be, after every step (invariants_test.go).
type fleet struct {
	cfg      []Pool
	ps       bool
	workers  []Worker
	ready    []WorkerID // Invariant: the workers that requests may be sent to, by ascending ID
	changes  uint64     // of ready
	load     loadIndex
	places   []WorkerID // in arbitrary but repeatable order. Invariant: the ready workers with InFlight below placeAt
	endless  int        // ready workers that take any number of requests. Invariant: those of pools without a Limit
	free     freeIndex
	lines    *lines      // nil: no policy has asked
	outliers []WorkerID  // by ascending ID. Invariant: the workers whose standing is not inService
	panics   bool        // too few are in service: outliers take requests too
	assessed uint64      // changes at the last assess
	all      []WorkerID  // scratch of allReady
	pools    []PoolCount // Invariant: but for Desired and Launching, the workers by State
	leaving  []WorkerID  // in order of their notice. Invariant: the draining workers that serve on notice
	short    bool        // there may be pools with fewer workers than they were sized to
	boots    []bootTime
	asked    []uint64 // launches by pool
	under    [][]int  // launches under way by pool and by the pool that they are for. Invariant: Launching is their sum by the latter
	ofKind   []int    // ready workers by Worker.Pool
	attempts attempts
	sight    sightings
}

// A bootTime is the running mean of the times from launch to ready.
// A plain mean, not a decayed one: launches are few, and their law does not drift within a run.
type bootTime struct {
	mean time.Duration
	n    int
}

func newFleet(cfg *Config) fleet {
	f := fleet{cfg: cfg.Pools, ps: cfg.PS, sight: sightings{of: cfg.Sight}}
	f.attempts.free = -1
	f.pools = make([]PoolCount, len(cfg.Pools))
	f.boots = make([]bootTime, len(cfg.Pools))
	f.asked = make([]uint64, len(cfg.Pools))
	f.ofKind = make([]int, len(cfg.Pools))
	for i := range cfg.Pools {
		f.under = append(f.under, make([]int, len(cfg.Pools)))
		f.under[i][i] = cfg.Pools[i].Initial
		f.pools[i].Launching = cfg.Pools[i].Initial
		f.pools[i].Desired = cfg.Pools[i].Initial
	}
	return f
}

// known says whether the ID was announced.
func (f *fleet) known(id WorkerID) bool {
	return id >= 0 && int(id) < len(f.workers)
}

// usable says whether requests may be sent to the worker.
func (f *fleet) usable(id WorkerID) bool {
	return f.known(id) && f.workers[id].bucket >= 0
}

// announce adds a pending worker. IDs are given in order; one that skips
// some leaves lost workers behind.
// Live, a gateway that starts late meets workers whose lower IDs were gone before it came.
func (f *fleet) announce(now time.Duration, e *Event) {
	id, p := e.Worker, e.Pool
	for len(f.workers) <= int(id) {
		f.workers = append(f.workers, Worker{ID: WorkerID(len(f.workers)), Pool: p, For: p, State: StateLost, place: -1, bucket: -1})
	}
	of := p
	if e.N == Asked {
		of = f.answered(p, 1)
	}
	f.workers[id] = Worker{
		ID: id, Pool: p, For: of, Zone: e.Zone, Cores: int32(f.cfg[p].Cores), Speed: f.cfg[p].Speed,
		Launched: now, Running: -1, Ready: -1, dropped: -1, gone: -1, AsOf: -1, place: -1, bucket: -1,
		busyAt: f.cfg[p].busyAt(), placeAt: f.cfg[p].placeAt(),
		jobs: jobList{head: -1, tail: -1, waitHead: -1},
	}
	f.pools[of].Booting++
}

// run marks a pending worker as running.
func (f *fleet) run(now time.Duration, w *Worker) {
	w.State, w.Running = StateRunning, now
}

// becomeReady marks a worker as ready. It is opened by the Controller.
// Workers that were there from the start have a boot time of 0, which teaches nothing.
func (f *fleet) becomeReady(now time.Duration, w *Worker) {
	w.State, w.Ready = StateReady, now
	c := &f.pools[w.For]
	c.Booting--
	c.Ready++
	f.ofKind[w.Pool]++
	if now > w.Launched {
		b := &f.boots[w.Pool]
		b.n++
		b.mean += (now - w.Launched - b.mean) / time.Duration(b.n)
	}
}

// open lets requests be sent to a worker.
// O(n) in the ready workers, for the sorted list: it happens once in a worker's life, and again where
// a Health has taken it out.
func (f *fleet) open(now time.Duration, w *Worker) {
	i, _ := slices.BinarySearch(f.ready, w.ID)
	f.ready = slices.Insert(f.ready, i, w.ID)
	f.changes++
	f.load.add(w)
	f.openPlaces(w)
	if f.free.on {
		f.enter(now, w)
	}
	if f.lines != nil {
		f.lines.waiting += f.beyond(w, int(w.InFlight))
	}
}

// shut lets no more requests be sent to a worker.
func (f *fleet) shut(w *Worker) {
	i, _ := slices.BinarySearch(f.ready, w.ID)
	f.ready = slices.Delete(f.ready, i, i+1)
	f.changes++
	f.load.remove(f.workers, w, w.InFlight)
	f.closePlaces(w)
	if f.free.on {
		f.leave(w)
	}
	if f.lines != nil {
		f.lines.waiting -= f.beyond(w, int(w.InFlight))
	}
}

// retire moves a worker to one of the states in which it gets no requests.
// to is StateDraining, StateForgotten or StateLost; states only move down their list.
func (f *fleet) retire(w *Worker, to WorkerState) {
	if w.standing != inService {
		f.setStanding(w, inService)
	}
	if w.bucket >= 0 {
		f.shut(w)
	}
	c := &f.pools[w.For]
	if w.State != StateDraining { // a forgotten one leaves room for another
		f.short = true
	}
	switch w.State {
	case StatePending, StateRunning:
		c.Booting--
	case StateReady:
		c.Ready--
		f.ofKind[w.Pool]--
	case StateDraining:
		c.Draining--
		f.stopsServing(w)
	case StateForgotten:
		c.Forgotten--
	}
	switch to {
	case StateDraining:
		c.Draining++
	case StateForgotten:
		c.Forgotten++
	}
	w.State = to
}

// changed follows a change of requests in flight at a worker, from n, and of
// the work left there.
// n and InFlight differ by one at most. Workers that take no requests are in no index.
func (f *fleet) changed(now time.Duration, w *Worker, n int32, work float64) {
	if w.bucket < 0 {
		return
	}
	f.move(w, n)
	if w.takes() != (w.place >= 0) { // as follow, for every request
		f.turn(w)
	}
	if f.free.on {
		f.rekey(now, w, n, work)
	}
	if f.lines != nil {
		f.lines.waiting += f.beyond(w, int(w.InFlight)) - f.beyond(w, int(n))
	}
}

// rate is the work per second that those ready workers do together that take requests.
// CPU-seconds on the reference vCPU per second.
func (f *fleet) rate() (sum float64) {
	for i := range f.cfg {
		sum += float64(f.ofKind[i]) * f.cfg[i].rate(f.ps)
	}
	for _, id := range f.outliers {
		if w := &f.workers[id]; w.bucket < 0 && w.State == StateReady {
			sum -= f.cfg[w.Pool].rate(f.ps)
		}
	}
	return sum
}

// cpu is ScaleView.CPU.
func (f *fleet) cpu(now time.Duration, p PoolID, window time.Duration, assume float64) (float64, int) {
	sum, n := 0.0, 0
	for _, id := range f.allReady() {
		w := &f.workers[id]
		if w.For != p {
			continue
		}
		n++
		if m, ok := w.meanCPU(now - window); ok {
			sum += m
		} else {
			sum += assume
		}
	}
	if n == 0 {
		return math.NaN(), 0
	}
	return sum / float64(n), n
}

// boot is ScaleView.Boot.
// The configured value counts as nothing once one launch was seen.
func (f *fleet) boot(p PoolID) time.Duration {
	if b := f.boots[p]; b.n > 0 {
		return b.mean
	}
	return f.cfg[p].Boot
}
