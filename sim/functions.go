package sim

import (
	"math"
	"time"

	"cnv/policy"
	"cnv/policy/catalog"
)

// functions is the modelled function service: environments that serve one
// call at a time, are reused last in, first out, and are gone when idle for
// longer than the keep-alive.
//
// Last in, first out leaves as many environments unused for as long as can be: those expire, and
// what is kept is what the load needs.
//
// Invariant: 0 <= busy <= Concurrency, where there is a limit; 0 <= tokens <= ScaleStep.
type functions struct {
	cfg    *Functions
	pools  []environments  // by class, or one for all
	busy   int             // calls being served
	made   int32           // environments made so far
	tokens float64         // new environments allowed now
	at     time.Duration   // instant of tokens
	keep   int             // environments to be kept warm, in each pool
	since  time.Duration   // so many were
	kept   map[int32]int32 // those that are, or are being made, and their pools
	idled  time.Duration   // environments that are idle no more, added up while they were
	born   []time.Duration // environments, by number, where Life bounds their age
}

// scaleWindow is the time over which ScaleStep new environments are allowed.
// AWS Lambda Developer Guide, "Lambda scaling behavior": 1,000 environments every 10 s for each
// function. The bucket is full at the start.
const scaleWindow = 10 * time.Second

func newFunctions(cfg *Functions, classes int) *functions {
	if cfg == nil {
		return nil
	}
	n := 1
	if cfg.PerClass {
		n = classes
	}
	f := &functions{cfg: cfg, pools: make([]environments, n), tokens: float64(cfg.ScaleStep), kept: map[int32]int32{}, keep: cfg.Provisioned}
	for i := range f.pools {
		f.pools[i].alive = cfg.KeepAlive
		for range cfg.Provisioned {
			f.prepared(f.prepare(0, int32(i)))
		}
		f.begin(&f.pools[i])
	}
	return f
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
	if p.kept <= f.keep {
		return false
	}
	delete(f.kept, env)
	p.kept--
	return true
}

// keepWarm has n environments kept warm from now on: new ones are ready after
// a cold start, and those that are too many go once they are idle.
// The bill of those kept so far is closed at this instant, if the number changes: see catalog.KeptStep.
// Those being made are billed already, as AWS bills what was asked for.
func (w *world) keepWarm(n int) {
	f := w.fns
	if f == nil || n == f.keep {
		return
	}
	w.money.Kept(f.environments(), w.now-f.since)
	f.keep, f.since = n, w.now
	for i := range f.pools {
		p := &f.pools[i]
		for k := len(p.provisioned); k > 0 && f.spare(p.provisioned[k-1], p); k-- {
			p.provisioned = p.provisioned[:k-1]
		}
		for p.kept < n {
			env := f.prepare(w.now, int32(i))
			w.set(w.timer(envPrepared, env), w.now+duration(f.cfg.Cold.Draw(w.draws.cold.At(uint64(env)))))
		}
	}
}

// environments is how many are to be kept warm, in all pools.
func (f *functions) environments() int { return f.keep * len(f.pools) }

func (f *functions) pool(c policy.ClassID) *environments {
	if !f.cfg.PerClass {
		c = 0
	}
	return &f.pools[c]
}

// take returns an environment for a call and whether it is new; false if
// there is none and none may be made now.
// Environments that are kept warm go first: they are paid for in any case. A call that finds the
// limit of concurrency reached is throttled even if an environment is idle, as the limit is of
// calls.
func (f *functions) take(now time.Duration, c policy.ClassID) (env int32, cold, ok bool) {
	if f.cfg.Concurrency > 0 && f.busy >= f.cfg.Concurrency {
		return -1, false, false
	}
	p := f.pool(c)
	if n := len(p.provisioned); n > 0 {
		env = p.provisioned[n-1]
		p.provisioned = p.provisioned[:n-1]
		f.busy++
		return env, false, true
	}
	f.expire(now, p)
	if env, ok = f.reuse(now, p); ok {
		f.busy++
		p.serves()
		return env, false, true
	}
	if !f.grow(now) {
		return -1, false, false
	}
	f.busy++
	p.serves()
	return f.create(now), true, true
}

// grow takes one of the new environments allowed per scaleWindow.
// A token bucket of ScaleStep tokens that is refilled in scaleWindow; nothing is banked beyond.
func (f *functions) grow(now time.Duration) bool {
	if f.cfg.ScaleStep <= 0 {
		return true
	}
	step := float64(f.cfg.ScaleStep)
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
	f.busy--
	p := f.pool(c)
	_, kept := f.kept[env]
	switch {
	case !kept:
		f.served(now, p)
	case !f.spare(env, p):
		p.provisioned = append(p.provisioned, env)
		return
	}
	if now <= f.ends(env) {
		p.rest(now, env)
	}
}

// call starts a call that reached the function service.
// The bill is fixed now, for the whole call: a function is not stopped by anything but its time-out,
// whatever becomes of the request. What a run that is cut off would not have seen, cutCalls
// takes off again.
func (w *world) call(c int32) {
	call, f := &w.calls[c], w.fns
	env, cold, ok := f.take(w.now, call.class)
	if !ok {
		call.unstarted = true
		w.answer(c, policy.Throttled, 0)
		return
	}
	call.env, call.cold, call.place = env, cold, onFunction
	init, again := w.init(call)
	run := again + f.cfg.Floor + time.Duration(math.Round(float64(call.work)/f.cfg.Share))
	if call.late = f.cfg.Timeout > 0 && run > f.cfg.Timeout; call.late {
		run = f.cfg.Timeout
	}
	call.status = call.byItself()
	call.begun, call.billed = w.now+init+min(again, run), init+run
	if f.cfg.Snapshot {
		call.billed = run
	}
	if cold {
		w.money.Restored()
	}
	_, kept := f.kept[env]
	w.money.Call(call.billed, kept)
	w.tally.invoked(cold)
	w.later(c, w.now+init+run)
}

// init is how long INIT of a call's environment takes before the call and, where that was
// broken off, again in the call, whose time-out then holds for it, too.
// Source: AWS Lambda Developer Guide, "Understanding the Lambda execution environment
// lifecycle", Init phase.
func (w *world) init(call *call) (before, again time.Duration) {
	if !call.cold {
		return 0, 0
	}
	d := duration(w.fns.cfg.Cold.Draw(w.draws.cold.At(uint64(call.env))))
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
		used = time.Duration(float64(w.fns.cfg.Timeout-w.fns.cfg.Floor-again) * w.fns.cfg.Share)
	}
	w.vacate(call)
	w.answer(c, call.status, max(used, 0))
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
	f := w.fns
	f.busy--
	_, kept := f.kept[env]
	if !kept {
		f.served(w.now, f.pool(c))
	} else if !f.spare(env, f.pool(c)) {
		w.set(w.timer(envPrepared, env), w.now+duration(f.cfg.Cold.Draw(w.draws.cold.At(uint64(env)))))
	}
}
