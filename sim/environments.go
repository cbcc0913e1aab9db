package sim

import (
	"math"
	"slices"
	"time"

	"cnv/policy"
)

// environments is the idle environments that can serve the same calls. Nothing happens when one
// is loaded or unloaded: environments are looked at when a call wants one.
type environments struct {
	fn          *function
	provisioned []int32 // kept warm: they never expire
	kept        int     // those, the busy and those being made
	idle        []idleEnv
	prewarm     time.Duration // how long one that becomes idle is unloaded,
	alive       time.Duration // and then loaded
	serving     int           // calls, in those that are not kept warm
	decided     bool          // a policy has said how long
	mortal      bool          // its function has a Life
}

// An idleEnv is an idle environment, in the order in which they became idle, and when it
// is loaded, both ends included.
type idleEnv struct {
	env         int32
	from, until time.Duration
}

// rest makes an environment idle.
func (p *environments) rest(now time.Duration, env int32) {
	from := later(now, p.prewarm)
	p.idle = append(p.idle, idleEnv{env, from, later(from, p.alive)})
}

// later is so long after an instant, or the last one there is.
func later(at, d time.Duration) time.Duration {
	if d > math.MaxInt64-at {
		return math.MaxInt64
	}
	return at + d
}

// reuse takes the idle environment that was used last of those that are loaded; false: none
// is. The new one then takes the place of one that was to be loaded later.
func (f *functions) reuse(now time.Duration, p *environments) (env int32, ok bool) {
	next := -1
	for i := len(p.idle) - 1; i >= 0; i-- {
		switch e := &p.idle[i]; {
		case now > e.until:
			f.drop(now, p, i)
			if next >= 0 {
				next--
			}
		case e.from <= now:
			env = e.env
			f.drop(now, p, i)
			return env, true
		case next < 0:
			next = i
		}
	}
	if next >= 0 {
		f.drop(now, p, next)
	}
	return -1, false
}

// drop takes an environment out of those that are idle.
func (f *functions) drop(now time.Duration, p *environments, i int) {
	f.idled += p.idle[i].loaded(now)
	p.idle = slices.Delete(p.idle, i, i+1)
}

// loaded is how long it was loaded until an instant.
func (e *idleEnv) loaded(until time.Duration) time.Duration {
	return max(min(until, e.until)-e.from, 0)
}

// unload ends the environment of a class that has been idle for longest.
func (f *functions) unload(now time.Duration, c policy.ClassID) {
	p := f.of(c)
	f.expire(now, p)
	if i := slices.IndexFunc(p.idle, func(e idleEnv) bool { return now <= e.until }); i >= 0 {
		f.drop(now, p, i)
	}
}

// idleTime is how long environments were loaded and idle until the end of the run, added up;
// those that are kept warm are not counted, as they are paid for.
// After the instant at which a run was cut off, who is the last one is not followed.
func (f *functions) idleTime(worked, end time.Duration) time.Duration {
	for i := range f.pools {
		f.expire(worked, &f.pools[i])
	}
	sum := f.idled
	for i := range f.pools {
		for j := range f.pools[i].idle {
			sum += f.pools[i].idle[j].loaded(end)
		}
	}
	return sum
}

// setStay changes for how long environments of a class are loaded that become idle from now on.
func (f *functions) setStay(cmd *policy.Command) {
	p := f.of(cmd.Class)
	p.decided = true
	if cmd.Kind == policy.SetPrewarm {
		p.prewarm = cmd.At
	} else {
		p.alive = cmd.At
	}
}
