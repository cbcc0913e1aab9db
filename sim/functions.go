package sim

import (
	"math"
	"time"

	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/workloads"
)

// functions is the modelled function service: environments that serve one
// call at a time, are reused last in, first out, and are gone when idle for
// longer than the keep-alive.
//
// Last in, first out leaves as many environments unused for as long as can be: those expire, and
// what is kept is what the load needs.
//
// Invariant: busy is the sum of those of all functions.
type functions struct {
	fns    []function
	pools  []environments  // of a function, or of each of its classes
	pool   []int32         // of a class, in pools
	shared int             // calls at once of all functions that reserve none; negative: no limit
	busy   int             // calls being served
	made   int32           // environments made so far
	kept   map[int32]int32 // those that are kept warm, or are being made for that, and their pools
	idled  time.Duration   // environments that are idle no more, added up while they were
	born   []time.Duration // environments, by number, where a Life bounds the age of some
	aging  bool            // one does
}

// A function is one of the service.
//
// Invariant: 0 <= busy; 0 <= tokens <= ScaleStep.
type function struct {
	*Functions
	number int
	pools  int           // of environments
	busy   int           // calls being served
	tokens float64       // new environments allowed now
	at     time.Duration // instant of tokens
	keep   int           // environments to be kept warm, in each pool
	since  time.Duration // so many were
}

// scaleWindow is the time over which ScaleStep new environments are allowed.
// AWS Lambda Developer Guide, "Lambda scaling behavior": 1,000 environments every 10 s for each
// function. The bucket is full at the start.
const scaleWindow = 10 * time.Second

func newFunctions(cfg *Functions, classes []policy.Class) *functions {
	if cfg == nil {
		return nil
	}
	f := &functions{fns: make([]function, 1+len(cfg.Others)), pool: make([]int32, len(classes)), kept: map[int32]int32{}, shared: cfg.Shared()}
	for k := range f.fns {
		own, first := cfg.At(k), len(f.pools)
		f.aging = f.aging || own.Life.Bound > 0
		f.fns[k] = function{Functions: own, number: k, tokens: float64(own.ScaleStep), keep: own.Provisioned}
		if !own.PerClass {
			f.pools = append(f.pools, environments{fn: &f.fns[k], alive: own.KeepAlive})
		}
		for i := range classes {
			switch {
			case classes[i].Function != k:
				continue
			case own.PerClass:
				f.pools = append(f.pools, environments{fn: &f.fns[k], alive: own.KeepAlive})
				fallthrough
			default:
				f.pool[i] = int32(len(f.pools) - 1)
			}
		}
		f.fns[k].pools = len(f.pools) - first
	}
	return f
}

// startFunctions makes the environments that are kept warm from the start, or begins to.
func (w *world) startFunctions() {
	if w.fns == nil {
		return
	}
	for i := range w.fns.pools {
		var made []int32
		p := &w.fns.pools[i]
		for range p.fn.keep {
			made = append(made, w.fns.prepare(0, int32(i)))
		}
		if p.fn.Ramp != nil && len(made) > 0 {
			w.makeTogether(p.fn, made)
		} else {
			for _, env := range made {
				w.fns.prepared(env)
			}
		}
		w.fns.begin(p)
	}
}

// prepare begins to make an environment that is kept warm.
func (f *functions) prepare(now time.Duration, pool int32) (env int32) {
	env = f.create(now)
	f.kept[env] = pool
	f.pools[pool].kept++
	return env
}

// prepared has a new environment wait for calls, unless it is wanted no more.
// SetConcurrency may have lowered the number while the environment was being made.
func (f *functions) prepared(env int32) {
	p := &f.pools[f.kept[env]]
	if !f.spare(env, p) {
		p.provisioned = append(p.provisioned, env)
	}
}

// spare makes one environment too many of those kept warm one like others.
func (f *functions) spare(env int32, p *environments) bool {
	if p.kept <= p.fn.keep {
		return false
	}
	delete(f.kept, env)
	p.kept--
	return true
}

// keepWarm has n environments of each function kept warm from now on: new ones are ready after
// a cold start, and those that are too many go once they are idle.
// The bill of those kept so far is closed at this instant, if the number changes: see catalog.KeptStep.
// Those being made are billed already, as AWS bills what was asked for.
func (w *world) keepWarm(n int) {
	if w.fns == nil {
		return
	}
	for k := range w.fns.fns {
		fn := &w.fns.fns[k]
		if fn.keep == n {
			continue
		}
		w.money.Kept(k, fn.environments(), w.now-fn.since)
		fn.keep, fn.since = n, w.now
		for i := range w.fns.pools {
			if w.fns.pools[i].fn == fn {
				w.keepIn(int32(i))
			}
		}
	}
}

// keepIn has as many environments of a pool kept warm as its function wants.
func (w *world) keepIn(pool int32) {
	f, p := w.fns, &w.fns.pools[pool]
	n := p.fn.keep
	for k := len(p.provisioned); k > 0 && f.spare(p.provisioned[k-1], p); k-- {
		p.provisioned = p.provisioned[:k-1]
	}
	var made []int32
	for p.kept < n {
		made = append(made, f.prepare(w.now, pool))
	}
	if len(made) == 0 {
		return
	}
	if p.fn.Ramp == nil {
		for _, env := range made {
			w.set(w.timer(envPrepared, env), w.now+w.coldStart(p.fn, env))
		}
		return
	}
	w.makeTogether(p.fn, made)
}

// makeTogether has new environments that are to be kept warm serve from when the last of them
// is ready: after some preparation they are made at the rate of scaling.
// Source: AWS Lambda Developer Guide, "Configuring provisioned concurrency" (2026): a minute
// or two of preparation, up to 6,000 a minute, and none may be used until all are allocated.
func (w *world) makeTogether(fn *function, made []int32) {
	begun := w.now + duration(fn.Ramp.Draw(w.draws.cold.At(uint64(made[0])|1<<40)))
	last := begun
	for i, env := range made {
		at := begun
		if fn.ScaleStep > 0 {
			at += time.Duration(float64(i) / float64(fn.ScaleStep) * float64(scaleWindow))
		}
		last = max(last, at+w.coldStart(fn, env))
	}
	for _, env := range made {
		w.set(w.timer(envPrepared, env), last)
	}
}

// coldStart is how long an environment takes to be made.
func (w *world) coldStart(fn *function, env int32) time.Duration {
	return duration(fn.Cold.Draw(w.draws.cold.At(uint64(env))))
}

// environments is how many are to be kept warm, in all pools.
func (f *function) environments() int { return f.keep * f.pools }

// of is the environments that serve calls of a class.
func (f *functions) of(c policy.ClassID) *environments { return &f.pools[f.pool[c]] }

// within says whether one more call of a function is within the concurrency: what it has
// reserved, or what it shares with others that have not, of which environments that are kept
// warm count as calls.
// Source: AWS Lambda Developer Guide, "Understanding Lambda function scaling" (2026): reserved
// and provisioned concurrency both take from the concurrency of the account.
func (f *functions) within(fn *function) bool {
	if fn.Reserved > 0 {
		return fn.busy < fn.Reserved
	}
	if f.shared < 0 {
		return true
	}
	taken := fn.busy
	for k := range f.fns {
		if other := &f.fns[k]; other != fn && other.Reserved == 0 {
			taken += max(other.busy, other.environments())
		}
	}
	return taken < f.shared
}

// take returns an environment for a call and whether it is new; false if
// there is none and none may be made now.
// Environments that are kept warm go first: they are paid for in any case. A call that finds the
// limit of concurrency reached is throttled even if an environment is idle, as the limit is of
// calls.
func (f *functions) take(now time.Duration, c policy.ClassID) (env int32, cold, ok bool) {
	p := f.of(c)
	if !f.within(p.fn) {
		return -1, false, false
	}
	if n := len(p.provisioned); n > 0 {
		env = p.provisioned[n-1]
		p.provisioned = p.provisioned[:n-1]
	} else {
		f.expire(now, p)
		if env, ok = f.reuse(now, p); !ok {
			if !p.fn.grow(now) {
				return -1, false, false
			}
			env, cold = f.create(now), true
		}
		p.serves()
	}
	f.busy++
	p.fn.busy++
	return env, cold, true
}

// grow takes one of the new environments allowed per scaleWindow.
// A token bucket of ScaleStep tokens that is refilled in scaleWindow; nothing is banked beyond.
func (f *function) grow(now time.Duration) bool {
	if f.ScaleStep <= 0 {
		return true
	}
	step := float64(f.ScaleStep)
	f.tokens = min(step, f.tokens+step*float64(now-f.at)/float64(scaleWindow))
	f.at = now
	if f.tokens < 1 {
		return false
	}
	f.tokens--
	return true
}

// leave makes an environment idle.
// Its keep-alive begins at the end of the call, not at its start.
func (f *functions) leave(now time.Duration, env int32, c policy.ClassID) {
	p := f.of(c)
	f.busy--
	p.fn.busy--
	_, kept := f.kept[env]
	switch {
	case !kept:
		f.served(now, p)
	case !f.spare(env, p):
		p.provisioned = append(p.provisioned, env)
		return
	}
	if now <= f.ends(p, env) {
		p.rest(now, env)
	}
}

// call starts a call that reached the function service.
// The bill is fixed now, for the whole call: a function is not stopped by anything but its time-out,
// whatever becomes of the request. What a run that is cut off would not have seen, cutCalls
// takes off again. A call whose answer is too large runs to its end, and fails.
func (w *world) call(c int32) {
	call, fn := &w.calls[c], w.function(&w.calls[c])
	env, cold, ok := w.fns.take(w.now, call.class)
	if !ok {
		call.unstarted = true
		w.answer(c, policy.Throttled, 0)
		return
	}
	call.env, call.cold, call.place = env, cold, onFunction
	init, again := w.init(call)
	run := again + fn.Floor + time.Duration(math.Round(float64(call.work)/fn.Share))
	if call.late = fn.Timeout > 0 && run > fn.Timeout; call.late {
		run = fn.Timeout
	}
	call.status = call.byItself()
	if call.status == policy.OK && w.requests.At(call.slot).large {
		call.status = policy.Error
	}
	call.begun, call.billed = w.now+init+min(again, run), init+run
	if fn.Snapshot {
		call.billed = run
	}
	if cold {
		w.money.Restored(fn.number)
	}
	_, kept := w.fns.kept[env]
	w.money.Call(fn.number, call.billed, kept)
	w.tally.invoked(cold)
	w.later(c, w.now+init+run)
}

// function is the function that a call goes to.
func (w *world) function(c *call) *function { return w.fns.of(c.class).fn }

// init is how long INIT of a call's environment takes before the call and, where that was
// broken off, again in the call, whose time-out then holds for it, too.
// Source: AWS Lambda Developer Guide, "Understanding the Lambda execution environment
// lifecycle", Init phase.
func (w *world) init(call *call) (before, again time.Duration) {
	if !call.cold {
		return 0, 0
	}
	d := w.coldStart(w.function(call), call.env)
	if d > catalog.FunctionInitTimeout {
		return catalog.FunctionInitTimeout, d
	}
	return d, 0
}

// returned ends a call on a function.
// A call that its time-out has ended has done the work that fits between the floor and the end.
func (w *world) returned(c int32) {
	call := &w.calls[c]
	used := call.work
	if call.late {
		_, again := w.init(call)
		fn := w.function(call)
		used = time.Duration(float64(fn.Timeout-fn.Floor-again) * fn.Share)
	}
	w.vacate(call)
	w.answer(c, call.status, max(used, 0))
}

// tooLarge says whether the answer to a request is too large for its function. One of
// unknown size is not.
func (f *functions) tooLarge(a *workloads.Arrival) bool {
	most := f.of(a.Class).fn.MaxBytes
	return most > 0 && a.BytesOut > most
}

// byItself is how a function's call ends, whether it was cancelled or not.
func (c *call) byItself() policy.Status {
	if c.late {
		return policy.Timeout
	}
	return policy.OK
}

// vacate gives back the environment of a call that has ended, or ends it too.
func (w *world) vacate(c *call) {
	if c.late {
		w.reset(c.env, c.class)
	} else {
		w.fns.leave(w.now, c.env, c.class)
	}
}

// reset ends the environment of a call that took too long. One that is kept warm begins
// again.
// Source: AWS Lambda Developer Guide, "Understanding the Lambda execution environment
// lifecycle", failures during the invoke phase.
func (w *world) reset(env int32, c policy.ClassID) {
	f, p := w.fns, w.fns.of(c)
	f.busy--
	p.fn.busy--
	_, kept := f.kept[env]
	if !kept {
		f.served(w.now, p)
	} else if !f.spare(env, p) {
		w.set(w.timer(envPrepared, env), w.now+w.coldStart(p.fn, env))
	}
}
