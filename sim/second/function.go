package second

import (
	"time"

	"cnv/policy"
	"cnv/sim"
)

// A service is the function service.
type service struct {
	envs   []*env
	stays  map[int]stay  // of environments that become idle, by group
	idled  time.Duration // how long environments were loaded and idle that are not idle any more
	owns   []*own        // by function
	turn   int           // counts how often an environment became idle
	calls  []*running    // all so far
	billed float64       // US$ of snapshots' restores so far
}

// An own is what each function has of its own.
type own struct {
	*sim.Functions
	number int
	groups []int
	keep   int           // environments kept warm, for each group
	since  time.Duration // so many were
	tokens float64       // environments that may be made now
	filled time.Duration // when these were counted
}

// A stay is how long an environment that becomes idle is unloaded, and then loaded.
type stay struct {
	prewarm, keep time.Duration
	decided       bool // by a policy
}

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
	of     *own
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
	of           *own
	since, until time.Duration
	kept         bool
}

// group is whose environments serve a class: those of its function, or the class's own.
func (w *world) group(class policy.ClassID) int {
	k := w.ctl.Classes[class].Function
	if w.cfg.Funcs.At(k).PerClass {
		return 1000*(k+1) + int(class)
	}
	return k
}

// own is the function of a class.
func (w *world) own(class policy.ClassID) *own {
	return w.service.owns[w.ctl.Classes[class].Function]
}

func (w *world) startService() {
	f := w.cfg.Funcs
	if f == nil {
		return
	}
	s := &w.service
	s.stays = map[int]stay{}
	for k := 0; k <= len(f.Others); k++ {
		o := &own{Functions: f.At(k), number: k, keep: f.At(k).Provisioned, tokens: float64(f.At(k).ScaleStep)}
		if !o.PerClass {
			o.groups = []int{k}
		} else {
			for c := range w.ctl.Classes {
				if w.ctl.Classes[c].Function == k {
					o.groups = append(o.groups, w.group(policy.ClassID(c)))
				}
			}
		}
		s.owns = append(s.owns, o)
	}
	for _, o := range s.owns {
		for _, g := range o.groups {
			s.stays[g] = stay{keep: o.KeepAlive}
			var made []*env
			for range o.keep {
				made = append(made, w.newEnv(o, g, true))
			}
			if o.Ramp != nil {
				w.together(o, made)
			} else {
				for _, e := range made {
					w.rests(e)
				}
			}
			w.warmed(o, g)
		}
	}
}

// together has environments be ready when the last of them is: they are made one after the
// other, at the rate at which a function scales, after a while.
func (w *world) together(o *own, made []*env) {
	if len(made) == 0 {
		return
	}
	r := policy.NewRand(w.cfg.Seed, "cold", 0)
	begin := w.now + rounded(o.Ramp.Draw(r.At(uint64(made[0].number)+1<<40)))
	ready := begin
	for i, e := range made {
		at := begin
		if o.ScaleStep > 0 {
			at += time.Duration(float64(i) / float64(o.ScaleStep) * 10e9)
		}
		if at += w.inits(e); at > ready {
			ready = at
		}
	}
	w.at(ready, func() {
		for _, e := range made {
			w.rests(e)
		}
	})
}

func (w *world) newEnv(of *own, group int, kept bool) *env {
	e := &env{number: len(w.service.envs), of: of, group: group, kept: kept}
	w.service.envs = append(w.service.envs, e)
	w.bound(e)
	return e
}

// rests makes an environment idle; one kept warm that is not wanted any more is as any
// other if it has served, else it goes.
func (w *world) rests(e *env) {
	served := e.stage == busy
	if e.kept && w.kept(e.group) > e.of.keep {
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
	return rounded(e.of.Cold.Draw(r.At(uint64(e.number))))
}

// setService changes how many environments are kept warm, or how long others live.
func (w *world) setService(c policy.Command) {
	s := &w.service
	if c.Kind != policy.SetConcurrency {
		w.setGroup(c)
		return
	}
	for _, o := range s.owns {
		if o.keep == int(c.N) {
			continue
		}
		w.billKept(o)
		o.keep = int(c.N)
		for _, g := range o.groups {
			for e := w.idleEnv(g, true, true); e != nil && w.kept(g) > o.keep; e = w.idleEnv(g, true, true) {
				e.kept, e.stage = false, gone
			}
			var made []*env
			for w.kept(g) < o.keep {
				made = append(made, w.newEnv(o, g, true))
			}
			if o.Ramp != nil {
				w.together(o, made)
				continue
			}
			for _, e := range made {
				w.at(w.now+w.inits(e), func() { w.rests(e) })
			}
		}
	}
}

// setGroup changes how long idle environments live that serve a class.
func (w *world) setGroup(c policy.Command) {
	g := w.group(c.Class)
	st := w.service.stays[g]
	switch c.Kind {
	case policy.SetKeepAlive:
		st.keep, st.decided = c.At, true
	case policy.SetPrewarm:
		st.prewarm, st.decided = c.At, true
	case policy.Unload:
		if e := w.longestIdle(g); e != nil {
			w.endsIdle(e, gone)
		}
	}
	w.service.stays[g] = st
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

// calling is how many environments are at work.
func (w *world) calling() (n int) {
	for _, o := range w.service.owns {
		n += w.serving(o)
	}
	return n
}

// serving is how many environments of a function are at work.
func (w *world) serving(of *own) (n int) {
	for _, e := range w.service.envs {
		if e.stage == busy && e.of == of {
			n++
		}
	}
	return n
}

// allowed says whether a function may have one more call at once. What is reserved is its
// own; what is not is for all others, where environments that are kept warm take as much as
// calls.
func (w *world) allowed(o *own) bool {
	if o.Reserved > 0 {
		return w.serving(o) < o.Reserved
	}
	left := w.cfg.Funcs.Concurrency
	if left == 0 {
		return true
	}
	for _, other := range w.service.owns {
		switch {
		case other.Reserved > 0:
			left -= other.Reserved
		case other != o:
			left -= max(w.serving(other), other.keep*len(other.groups))
		}
	}
	return w.serving(o) < left
}

// grows says whether one more environment of a function may be made, and counts it.
func (w *world) grows(o *own) bool {
	step := float64(o.ScaleStep)
	if step == 0 {
		return true
	}
	o.tokens = min(step, o.tokens+step*(w.now-o.filled).Seconds()/10)
	o.filled = w.now
	if o.tokens < 1 {
		return false
	}
	o.tokens--
	return true
}

// environment is where a call is served; nil: it is refused.
func (w *world) environment(a *attempt) *env {
	o, group := w.own(a.q.Class), w.group(a.q.Class)
	if !w.allowed(o) {
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
	if !w.grows(o) {
		return nil
	}
	a.cold = true
	w.out.Counts.ColdStarts++
	return w.newEnv(o, group, false)
}
