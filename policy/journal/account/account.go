package account

import (
	"time"

	"cnv/policy"
)

// A Follower is told every step of a run.
//
// Live nobody else counts: what it does not see in the stream is not in the ledger.
//
// Invariant: warm is not negative, in all at most calls; recent is in the order of at.
type Follower struct {
	Bill
	Totals
	attempts Attempts
	workers  []worker                 // by policy.WorkerID
	calls    int                      // of functions, in flight
	warm     []int                    // of them, on environments kept warm, by function
	keep     []int                    // environments kept warm, by function
	since    []time.Duration          // so many were
	of       map[policy.RequestID]int // function of a request, where that is not the first; nil: there is one
	recent   []expense
}

// Totals are what was counted so far.
type Totals struct {
	Arrived      uint64  // requests
	Inside       Inside  // of them, not answered yet
	Predicted    float64 // work of first attempts sent to workers, CPU-seconds on the reference vCPU
	Invocations  uint64  // calls of functions, but those that were refused
	ColdStarts   uint64
	Terminations uint64 // that were asked for
	// BusyCore is seconds of cores of workers at work, in those that are gone: by what they
	// report of their cores, also for work that nobody waits for any more; since the last
	// report, and where there are none, by the work of what was answered.
	BusyCore float64
	Core     float64 // seconds of cores of workers whose bill has ended
}

// phase is where a worker is in its life, as far as its bill is concerned.
// Only ever upwards.
type phase uint8

const (
	unknown phase = iota // never heard of
	asked                // costs nothing yet
	running              // is billed
	gone
)

// A worker is one that was ever heard of. Invariant: runs counts from phase running on.
type worker struct {
	phase  phase
	ended  bool // it was told to terminate
	pool   policy.PoolID
	zone   uint8
	runs   time.Duration
	notice time.Duration // when it is going to be taken away; -1: nobody said so
	busy   float64       // core-seconds at work, up to told
	told   time.Duration // instant of the last report, or runs
	since  float64       // core-seconds that answers since have taken
}

// NewFollower returns empty books.
func NewFollower(p Prices) *Follower {
	f := &Follower{Bill: NewBill(p), attempts: NewAttempts()}
	if first := p.Functions; first != nil {
		for k := range 1 + len(first.Others) {
			f.keep, f.since, f.warm = append(f.keep, first.At(k).Provisioned), append(f.since, 0), append(f.warm, 0)
		}
		if len(first.Others) > 0 {
			f.of = map[policy.RequestID]int{}
		}
	}
	return f
}

// Add takes one step.
// now must not decrease. The event is taken before the commands, which follow from it.
func (f *Follower) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	switch e.Kind {
	case policy.Arrival:
		f.Arrived++
		f.arrive(e)
	case policy.WorkerPending, policy.WorkerRunning, policy.WorkerNotice, policy.WorkerLost:
		f.life(now, e)
	case policy.Telemetry:
		f.report(e)
	case policy.Done, policy.Returned:
		f.end(now, e)
	}
	f.Inside.Add(e, cmds)
	for i := range cmds {
		f.command(now, &cmds[i])
	}
}

// command follows one command.
func (f *Follower) command(now time.Duration, c *policy.Command) {
	switch c.Kind {
	case policy.Dispatch:
		f.attempts.Begin(now, c, false)
		if c.Attempt == 0 {
			f.Predicted += c.Work
		}
	// Refused calls are taken out again when they end: only their end says that they were refused.
	case policy.Invoke:
		// The service has a call on an environment that is kept warm if one is free.
		k := f.of[c.Request]
		warm := k < len(f.keep) && f.warm[k] < f.keep[k]
		f.attempts.Begin(now, c, warm)
		f.calls++
		f.Invocations++
		if warm {
			f.warm[k]++
		}
	case policy.SetConcurrency:
		for k, n := range f.keep {
			if n != int(c.N) {
				f.Kept(k, n, now-f.since[k])
				f.keep[k], f.since[k] = int(c.N), now
			}
		}
	case policy.Terminate:
		f.Terminations++
		if w := f.worker(c.Worker); w != nil {
			w.ended = true
		}
	}
}

// end follows an attempt that has ended. A call is billed until the service has ended it.
// A call costs from its command to its end, which is more than the service bills by the way there and
// back: so the budget errs on the safe side.
func (f *Follower) end(now time.Duration, e *policy.Event) {
	r, ended, over := f.attempts.End(e)
	if ended && r.On != OnFunction {
		f.busy(now, r.On, e.Work)
	}
	if !over || r.On != OnFunction {
		return
	}
	f.calls--
	if r.Warm {
		f.warm[f.of[e.Request]]--
	}
	if e.Cold {
		f.ColdStarts++
		f.Restored(f.of[e.Request])
	}
	if e.Status == policy.Throttled || e.Unstarted {
		f.Invocations-- // it never was one
		return
	}
	if f.prices.Functions != nil {
		k := f.of[e.Request]
		f.spent(now, expense{time: f.Call(k, now-r.Since, r.Warm), call: f.prices.Functions.At(k).USDPerCall, logs: f.prices.logUSD()})
	}
}

// busy adds the time that a core of a worker has taken for some work. What is begun before
// the last report is in that report, too: of a request that keeps one core busy, no more
// than the time since is not.
// work is CPU-seconds on the reference vCPU; what is kept is core-seconds of this worker.
func (f *Follower) busy(now time.Duration, id policy.WorkerID, work float64) {
	if w := f.worker(id); w != nil && int(w.pool) < len(f.prices.Pools) {
		work = min(work/f.prices.Pools[w.pool].Speed, (now - w.told).Seconds())
		if w.since += work; w.phase == gone {
			f.BusyCore += work
		}
	}
}

// answered is the core-seconds that answers tell of a worker since its last report: no
// more than its cores have.
func (f *Follower) answered(w *worker, now time.Duration) float64 {
	return min(w.since, (now-w.told).Seconds()*float64(f.prices.Pools[w.pool].Cores))
}

// report takes in how busy the cores of a worker were. A report is about one period; of
// the time before it that no report was about (a boot, a report that never came) the
// work of answers tells, as if they had come evenly since the report before.
func (f *Follower) report(e *policy.Event) {
	w := f.worker(e.Worker)
	if w == nil || w.phase != running || e.At <= w.told || int(w.pool) >= len(f.prices.Pools) || !(e.CPU >= 0) {
		return
	}
	passed := e.At - w.told
	about := passed
	if f.prices.Telemetry > 0 {
		about = min(passed, f.prices.Telemetry)
	}
	w.busy += min(e.CPU, 1)*float64(f.prices.Pools[w.pool].Cores)*about.Seconds() + f.answered(w, e.At)*(1-float64(about)/float64(passed))
	w.told, w.since = e.At, 0
}

// worker is one that was heard of; nil: it was not.
func (f *Follower) worker(id policy.WorkerID) *worker {
	if id < 0 || int(id) >= len(f.workers) || f.workers[id].phase == unknown {
		return nil
	}
	return &f.workers[id]
}

// early is how much sooner than it was told an instance may be taken away: the
// instant of the notice is "approximate" (EC2 user guide, instance-action).
const early = 10 * time.Second

// life follows a worker from one phase to the next.
// Events of workers that were never announced, or whose bill has ended, are ignored: the Controller
// counts them as Unknown.
func (f *Follower) life(now time.Duration, e *policy.Event) {
	if e.Kind == policy.WorkerPending && e.Worker >= 0 {
		for int(e.Worker) >= len(f.workers) {
			f.workers = append(f.workers, worker{})
		}
		f.workers[e.Worker] = worker{phase: asked, pool: e.Pool, zone: e.Zone, notice: -1}
		return
	}
	w := f.worker(e.Worker)
	switch {
	case w == nil:
	case e.Kind == policy.WorkerRunning && w.phase == asked:
		w.phase, w.runs, w.told = running, now, now
	case e.Kind == policy.WorkerNotice && w.notice < 0:
		w.notice = e.At
	case e.Kind == policy.WorkerLost && w.phase != running:
		w.phase = gone
	case e.Kind == policy.WorkerLost && !w.ended && w.notice >= 0 && now >= w.notice-early:
		// Its notice is over, and nobody here has told it to terminate: it was taken away.
		f.stop(w, max(min(now, w.notice), w.runs), (*Bill).Reclaimed)
	case e.Kind == policy.WorkerLost:
		f.stop(w, now, (*Bill).Worker)
	}
}

// stop ends the bill of a worker.
// Of a worker of an unknown pool nothing is billed.
func (f *Follower) stop(w *worker, now time.Duration, bill func(*Bill, policy.PoolID, uint8, time.Duration)) {
	w.phase = gone
	if int(w.pool) >= len(f.prices.Pools) {
		return
	}
	ran := now - w.runs
	f.BusyCore += w.busy + f.answered(w, now)
	bill(&f.Bill, w.pool, w.zone, ran)
	f.Core += ran.Seconds() * float64(f.prices.Pools[w.pool].Cores)
}

// Close ends all bills at the end of the run.
// end is not before the last step. Nothing may be added afterwards.
func (f *Follower) Close(end time.Duration) {
	for i := range f.workers {
		if w := &f.workers[i]; w.phase == running {
			f.stop(w, end, (*Bill).Worker)
		}
	}
	for k, n := range f.keep {
		f.Kept(k, n, end-f.since[k])
	}
	f.Snapshotted(end)
	f.Stood(end)
}

// arrive notes which function a request goes to, if to any. It is never forgotten: a cancelled
// call ends after its request, and only simulated runs have several functions.
func (f *Follower) arrive(e *policy.Event) {
	if f.of == nil || int(e.Class) >= len(f.prices.Functions.ByClass) {
		return
	}
	if k := f.prices.Functions.ByClass[e.Class]; k > 0 {
		f.of[e.Request] = k
	}
}

// Calls is how many calls of functions are in flight.
func (f *Follower) Calls() int { return f.calls }

// Running calls each for every worker that runs, in order of their IDs, with its pool
// (at the price of its zone) and how long it has run by now.
func (f *Follower) Running(now time.Duration, each func(p *Pool, ran time.Duration)) {
	for i := range f.workers {
		if w := &f.workers[i]; w.phase == running && int(w.pool) < len(f.prices.Pools) {
			p := f.prices.Pools[w.pool]
			p.USDPerHour *= p.factor(w.zone)
			each(&p, now-w.runs)
		}
	}
}
