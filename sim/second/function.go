package second

import (
	"time"

	"cnv/policy"
)

// A service is the function service.
type service struct {
	envs    []*env
	stays   []stay        // of environments that become idle, by group
	decided []bool        // by a policy, how long these stay, by group
	idled   time.Duration // how long environments were loaded and idle that are not idle any more
	keep    int           // environments kept warm, for each class where these have their own
	since   time.Duration // so many were
	tokens  float64       // environments that may be made now
	filled  time.Duration // when these were counted
	turn    int           // counts how often an environment became idle
	calls   []*running    // all so far
}

// A stay is how long an environment that becomes idle is unloaded, and then loaded.
type stay struct{ prewarm, keep time.Duration }

// A stage is where an environment is in its life.
type stage int

const (
	making stage = iota
	idle
	busy
	gone
)

// An env is one environment.
type env struct {
	number int
	group  int // whose calls it serves
	stage  stage
	kept   bool          // warm
	turn   int           // in which order it became idle
	from   time.Duration // loaded from here on while it is idle
	until  time.Duration // and no longer than this
	old    bool          // it ends as soon as it serves nobody
}

// A running is a call with its bill.
type running struct {
	since, until time.Duration
	kept         bool
}

// groups is how many kinds of environments there are.
func (w *world) groups() int {
	if w.cfg.Funcs.PerClass {
		return len(w.ctl.Classes)
	}
	return 1
}

func (w *world) startService() {
	f := w.cfg.Funcs
	if f == nil {
		return
	}
	s := &w.service
	s.keep, s.tokens = f.Provisioned, float64(f.ScaleStep)
	for g := range w.groups() {
		s.stays, s.decided = append(s.stays, stay{0, f.KeepAlive}), append(s.decided, false)
		for range f.Provisioned {
			w.rests(w.newEnv(g, true))
		}
		w.warmed(g)
	}
}

func (w *world) newEnv(group int, kept bool) *env {
	e := &env{number: len(w.service.envs), group: group, kept: kept}
	w.service.envs = append(w.service.envs, e)
	w.bound(e)
	return e
}

// rests makes an environment idle; one kept warm that is not wanted any more is as any
// other if it has served, else it goes.
func (w *world) rests(e *env) {
	served := e.stage == busy
	if e.kept && w.kept(e.group) > w.service.keep {
		e.kept = false
		if !served {
			e.stage = gone
			return
		}
	}
	if e.old && !e.kept {
		e.stage = gone
		return
	}
	w.service.turn++
	e.stage, e.turn = idle, w.service.turn
	s := w.service.stays[e.group]
	e.from = plus(w.now, s.prewarm)
	if e.until = plus(e.from, s.keep); !e.kept {
		w.ages(e)
	}
}

// plus is a sum that may be too long for any run.
func plus(a, b time.Duration) time.Duration {
	if sum := a + b; sum >= a {
		return sum
	}
	return policy.Forever
}

// idles is how long one that is idle and not kept warm was loaded until an instant.
func (e *env) idles(until time.Duration) time.Duration {
	if e.stage != idle || e.kept || until < e.from {
		return 0
	}
	return min(until, e.until) - e.from
}

// endsIdle ends the idle time of an environment.
func (w *world) endsIdle(e *env, to stage) {
	w.service.idled += e.idles(w.now)
	e.stage = to
}

// idleTime is how long environments were loaded and idle until the end, added up.
func (w *world) idleTime(end time.Duration) time.Duration {
	sum := w.service.idled
	for _, e := range w.service.envs {
		sum += e.idles(end)
	}
	return sum
}

// kept is how many of a group are kept warm.
func (w *world) kept(group int) (n int) {
	for _, e := range w.service.envs {
		if e.kept && e.group == group {
			n++
		}
	}
	return n
}

// inits is how long INIT of an environment takes.
func (w *world) inits(e *env) time.Duration {
	r := policy.NewRand(w.cfg.Seed, "cold", 0)
	return rounded(w.cfg.Funcs.Cold.Draw(r.At(uint64(e.number))))
}

// setService changes how many environments are kept warm, or how long others live.
func (w *world) setService(c policy.Command) {
	s := &w.service
	switch c.Kind {
	case policy.SetKeepAlive:
		s.stays[c.Class].keep, s.decided[c.Class] = c.At, true
		return
	case policy.SetPrewarm:
		s.stays[c.Class].prewarm, s.decided[c.Class] = c.At, true
		return
	case policy.Unload:
		if e := w.longestIdle(int(c.Class)); e != nil {
			w.endsIdle(e, gone)
		}
		return
	}
	if s.keep == int(c.N) {
		return
	}
	w.billKept()
	s.keep = int(c.N)
	for g := range w.groups() {
		for e := w.idleEnv(g, true, true); e != nil && w.kept(g) > s.keep; e = w.idleEnv(g, true, true) {
			e.kept, e.stage = false, gone
		}
		for w.kept(g) < s.keep {
			e := w.newEnv(g, true)
			w.at(w.now+w.inits(e), func() { w.rests(e) })
		}
	}
}

func (w *world) expired(e *env) bool {
	return e.stage == idle && !e.kept && w.now > e.until
}

// longestIdle is the environment of a group that became idle first; nil: none is.
func (w *world) longestIdle(group int) (first *env) {
	for _, e := range w.service.envs {
		if e.stage == idle && e.group == group && !e.kept && !w.expired(e) && (first == nil || e.turn < first.turn) {
			first = e
		}
	}
	return first
}

// idleEnv is the environment of a group that became idle last, of those that are loaded or
// of those that are to be; nil: none is.
func (w *world) idleEnv(group int, kept, loaded bool) (last *env) {
	for _, e := range w.service.envs {
		if e.stage == idle && e.group == group && e.kept == kept && !w.expired(e) && (kept || loaded == (e.from <= w.now)) && (last == nil || e.turn > last.turn) {
			last = e
		}
	}
	return last
}

// serving is how many environments are at work.
func (w *world) serving() (n int) {
	for _, e := range w.service.envs {
		if e.stage == busy {
			n++
		}
	}
	return n
}

// grows says whether one more environment may be made, and counts it.
func (w *world) grows() bool {
	s, step := &w.service, float64(w.cfg.Funcs.ScaleStep)
	if step == 0 {
		return true
	}
	s.tokens = min(step, s.tokens+step*(w.now-s.filled).Seconds()/10)
	s.filled = w.now
	if s.tokens < 1 {
		return false
	}
	s.tokens--
	return true
}

// environment is where a call is served; nil: it is refused.
func (w *world) environment(a *attempt) *env {
	group := 0
	if w.cfg.Funcs.PerClass {
		group = int(a.q.Class)
	}
	if most := w.cfg.Funcs.Concurrency; most > 0 && w.serving() >= most {
		return nil
	}
	for _, kept := range []bool{true, false} {
		if e := w.idleEnv(group, kept, true); e != nil {
			return e
		}
	}
	if e := w.idleEnv(group, false, false); e != nil {
		w.endsIdle(e, gone) // the new one, if it is made, takes its place
	}
	if !w.grows() {
		return nil
	}
	a.cold = true
	w.out.Counts.ColdStarts++
	return w.newEnv(group, false)
}

// longestInit is how long INIT may take before it is broken off and done again in the call.
const longestInit = 10 * time.Second

// call is the arrival of an attempt at the service.
func (w *world) call(a *attempt) {
	f := w.cfg.Funcs
	to := w.environment(a)
	if to == nil {
		a.refused = true
		w.ended(a, policy.Event{Status: policy.Throttled, Unstarted: true})
		return
	}
	w.out.Counts.Invocations++
	init, again := time.Duration(0), time.Duration(0)
	if a.cold {
		if init = w.inits(to); init > longestInit {
			init, again = longestInit, init
		}
	}
	takes := again + f.Floor + time.Duration(float64(a.q.Work)/f.Share+0.5)
	e := policy.Event{Work: a.q.Work.Seconds(), Executed: a.q.Executed}
	if f.Timeout > 0 && takes > f.Timeout {
		takes = f.Timeout
		e = policy.Event{Status: policy.Timeout, Work: max(0, (f.Timeout-f.Floor-again).Seconds()*f.Share)}
	}
	w.endsIdle(to, busy)
	a.env, a.started = to, w.now+init+min(again, takes)
	e.Instance = uint64(to.number) + 1
	w.service.calls = append(w.service.calls, &running{w.now, w.now + init + takes, to.kept})
	w.at(w.now+init+takes, func() {
		if e.Status == policy.Timeout {
			w.breaks(to)
		} else {
			w.rests(to)
		}
		w.ended(a, e)
	})
}

// breaks is what a time-out does to an environment: it ends, and one that is kept warm
// begins again.
func (w *world) breaks(e *env) {
	if e.kept && w.kept(e.group) > w.service.keep {
		e.kept = false
	}
	e.stage = gone
	if e.kept {
		e.stage = making
		w.at(w.now+w.inits(e), func() { w.rests(e) })
	}
}

// ended tells the gateway of the end of a call. Of one that was cancelled it hears at
// once that its environment is free.
func (w *world) ended(a *attempt, e policy.Event) {
	if a.cancelled {
		w.at(w.now, func() { w.returned(a, e.Status) })
		return
	}
	a.answer = e.Status
	w.done(a, e)
}

func (w *world) returned(a *attempt, s policy.Status) {
	w.tell(policy.Event{Kind: policy.Returned, Request: policy.RequestID(a.q.record.ID), Attempt: a.n, Class: a.q.Class, Status: s})
}
