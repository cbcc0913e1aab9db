package sim

import (
	"math"
	"time"

	"cnv/policy"
)

// functions is the modelled function service: environments that serve one
// call at a time, are reused last in, first out, and are gone when idle for
// longer than the keep-alive.
type functions struct {
	cfg    *Functions
	pools  []environments // by class, or one for all
	busy   int            // calls being served
	made   int32          // environments made so far
	tokens float64        // new environments allowed now
	at     time.Duration  // instant of tokens
}

// environments is the idle environments that can serve the same calls.
type environments struct {
	provisioned []int32 // never expire
	idle        []idleEnv
}

// An idleEnv is an idle environment and since when.
type idleEnv struct {
	env   int32
	since time.Duration
}

// scaleWindow is the time over which ScaleStep new environments are allowed.
const scaleWindow = 10 * time.Second

func newFunctions(cfg *Functions, classes int) *functions {
	if cfg == nil {
		return nil
	}
	n := 1
	if cfg.PerClass {
		n = classes
	}
	f := &functions{cfg: cfg, pools: make([]environments, n), tokens: float64(cfg.ScaleStep)}
	for i := range f.pools {
		for range cfg.Provisioned {
			f.pools[i].provisioned = append(f.pools[i].provisioned, f.made)
			f.made++
		}
	}
	return f
}

func (f *functions) pool(c policy.ClassID) *environments {
	if !f.cfg.PerClass {
		c = 0
	}
	return &f.pools[c]
}

// take returns an environment for a call and whether it is new; false if
// there is none and none may be made now.
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
	if n := len(p.idle); n > 0 {
		if e := p.idle[n-1]; now-e.since <= f.cfg.KeepAlive {
			p.idle = p.idle[:n-1]
			f.busy++
			return e.env, false, true
		}
		p.idle = p.idle[:0] // the one used last is gone, so all are
	}
	if !f.grow(now) {
		return -1, false, false
	}
	f.made++
	f.busy++
	return f.made - 1, true, true
}

// grow takes one of the new environments allowed per scaleWindow.
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
func (f *functions) leave(now time.Duration, env int32, c policy.ClassID) {
	f.busy--
	p := f.pool(c)
	if f.provisioned(env) {
		p.provisioned = append(p.provisioned, env)
		return
	}
	p.idle = append(p.idle, idleEnv{env, now})
}

// provisioned says whether an environment is one of those kept warm.
func (f *functions) provisioned(env int32) bool {
	return int(env) < f.cfg.Provisioned*len(f.pools)
}

// call starts a call that reached the function service.
func (w *world) call(c int32) {
	call, f := &w.calls[c], w.fns
	env, cold, ok := f.take(w.now, call.class)
	if !ok {
		call.unstarted = true
		w.tally.throttled++
		w.answer(c, policy.Throttled, 0)
		return
	}
	call.env, call.cold, call.place = env, cold, onFunction
	init := time.Duration(0)
	if cold {
		init = duration(f.cfg.Cold.Draw(w.draws.cold.At(uint64(env))))
	}
	run := f.cfg.Floor + time.Duration(math.Round(float64(call.work)/f.cfg.Share))
	call.status = policy.OK
	if f.cfg.Timeout > 0 && run > f.cfg.Timeout {
		run, call.status = f.cfg.Timeout, policy.Timeout
	}
	call.begun = w.now + init
	w.money.call(f, init+run, f.provisioned(env))
	w.tally.invoked(cold)
	w.later(c, w.now+init+run)
}

// returned ends a call on a function.
func (w *world) returned(c int32) {
	call := &w.calls[c]
	w.fns.leave(w.now, call.env, call.class)
	used := call.work
	if call.status == policy.Timeout {
		used = time.Duration(float64(w.fns.cfg.Timeout-w.fns.cfg.Floor) * w.fns.cfg.Share)
	}
	w.answer(c, call.status, max(used, 0))
}
