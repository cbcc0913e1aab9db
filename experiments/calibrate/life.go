package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy"
	"cnv/sim"
)

// fewestCalls is how many calls tell a law of environments.
const fewestCalls = 20

// functionCalls are the calls that functions have served, in the order of their begins.
func (s *Seen) functionCalls() []call {
	var out []call
	for _, a := range s.Attempts {
		if a.Worker != policy.NoWorker || a.Status == policy.Throttled {
			continue
		}
		c := call{begin: a.Begin.Seconds(), end: max(a.End, a.Returned).Seconds(), cold: a.Cold}
		if s.Config.Functions.PerClass {
			c.group = int(a.Class)
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b call) int { return cmp.Compare(a.begin, b.begin) })
	return out
}

// fitLife fits when environments end by which calls were cold, where no constant time-out
// says it, or calls do not tell their environments. keep is what the time-out
// is taken for, 0: nothing; spares says whether the experiment has another one for spare environments.
func (f *Fits) fitLife(calls []call, keep time.Duration, spares bool) {
	if len(calls) < fewestCalls {
		f.lacks("functions.keep_alive", "%s of functions: too few to tell when environments end", policy.Count(len(calls), "call"))
		return
	}
	x := search(calls)
	n := min(len(calls), mostCalls)
	fit := fmt.Sprintf("the calls served again by the law, the environment used last first: %d of %d are cold or warm otherwise than measured", x.wrong, n)
	f.fitWarm(x.warm)
	if x.wrong*10 > n {
		f.lacks("functions.keep_alive", "no law of idle times and ages says which calls were cold: of the best one, %s", fit)
		return
	}
	if between := x.keeps; math.IsInf(between[1], 1) {
		f.atLeast(keep, between[0], n)
	} else if is := keep.Seconds(); is >= between[0] && is <= between[1] {
		f.knows("functions", "keep_alive", "", n, "%s; %s to %s say the same, and %s is what it is taken for", fit, seconds(between[0]), seconds(between[1]), keep)
	} else {
		f.knows("functions", "keep_alive", fmt.Sprintf("%q", seconds(middleOf(between))), n, "%s; %s to %s say the same", fit, seconds(between[0]), seconds(between[1]))
		f.draw("functions", "keep_alive", func(r *policy.Rand, c *sim.Config) {
			c.Funcs.KeepAlive = within(r, between)
			c.Funcs.Life.Spare = min(c.Funcs.Life.Spare, c.Funcs.KeepAlive)
			c.Control.Functions.KeepAlive = c.Funcs.KeepAlive
		})
	}
	if between := x.spares; x.spare != x.keep || spares && !math.IsInf(x.keeps[1], 1) {
		f.knows("functions", "spare_keep_alive", fmt.Sprintf("%q", seconds(middleOf(between))), n, "as keep_alive, of one that is not the last; %s to %s say the same", seconds(between[0]), seconds(between[1]))
		f.draw("functions", "spare_keep_alive", func(r *policy.Rand, c *sim.Config) { c.Funcs.Life.Spare = min(within(r, between), c.Funcs.KeepAlive) })
	}
	if between := x.bounds; !math.IsInf(x.bound, 1) {
		f.knows("functions", "lifetime", fmt.Sprintf("%q", seconds(middleOf(between))), n, "as keep_alive, of the age of one that is used; %s to %s say the same", seconds(between[0]), seconds(between[1]))
		f.draw("functions", "lifetime", func(r *policy.Rand, c *sim.Config) { c.Funcs.Life.Bound = within(r, between) })
	}
}

// fitWarm says how many environments were there at the start.
func (f *Fits) fitWarm(n int) {
	if n > 0 {
		f.knows("functions", "warm", fmt.Sprint(n), n, "calls that were warm though none that was seen could have served them")
	}
}

// atLeast says that no environment was seen to end for being idle.
func (f *Fits) atLeast(is time.Duration, least float64, n int) {
	if is.Seconds() >= least {
		f.lacks("functions.keep_alive", "no call of %d was cold because an environment had been idle for too long; it is %s at least", n, seconds(least))
		return
	}
	f.knows("functions", "keep_alive", fmt.Sprintf("%q", seconds(least)), n, "at least that: no call was cold because an environment had been idle for too long")
}

// middleOf is the middle of an interval; its lower end where it has no upper one.
func middleOf(between [2]float64) float64 {
	if math.IsInf(between[1], 1) {
		return between[0]
	}
	return (between[0] + between[1]) / 2
}

// within is a duration that is drawn from an interval of seconds.
func within(r *policy.Rand, between [2]float64) time.Duration {
	if math.IsInf(between[1], 1) {
		return time.Duration(between[0] * 1e9)
	}
	return time.Duration((between[0] + r.Float64()*(between[1]-between[0])) * 1e9)
}
