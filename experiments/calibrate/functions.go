package calibrate

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/sim"
)

// fitFunctions fits what calls of functions take beside their work, cold starts, and how
// long an idle environment lives, after how fast workers are and how long the way is.
func (s *Seen) fitFunctions(f *Fits) {
	ways, off := s.fitWorkers(f)
	fn := s.Config.Functions
	if fn == nil {
		return
	}
	var works, tooks []float64
	calls, cold := 0, 0
	for _, a := range s.Attempts {
		if a.Worker != policy.NoWorker || a.Status != policy.OK {
			continue
		}
		calls++
		if a.Cold {
			cold++
		} else if a.Work > 0 {
			works, tooks = append(works, a.Work), append(tooks, a.took())
		}
	}
	if calls == 0 {
		f.lacks("functions", "no function was called")
		return
	}
	share, beside := fn.Share, fn.Floor.Seconds()
	if !math.IsNaN(ways) {
		beside += ways
	}
	if l, low, high, ok := fitLine(works, tooks); ok {
		slow, fast := 1/high, 1/low
		share = 1 / l.slope
		note := "which agrees with its memory"
		if slow > fn.Share*(1+tiny) || fast < fn.Share*(1-tiny) {
			note = fmt.Sprintf("not the %.4g of its memory: no key says so but memory_mb", fn.Share)
		}
		f.knows("functions", "memory_mb", "", len(works), "an environment does %.4g of work per second (%.4g to %.4g), %s", share, slow, fast, note)
		error := (fast - slow) / 2 / 1.96
		f.draw("functions", "memory_mb", func(r *policy.Rand, c *sim.Config) {
			c.Funcs.Share = max(share+error*r.NormFloat64(), share/10)
			c.Control.Functions.Share = c.Funcs.Share
		})
		beside = l.at
		s.fitFloor(f, works, tooks, share, ways, math.Hypot(off, quantile(works, 0.5)*(high-low)/2))
	} else {
		f.lacks("functions.floor", "too few warm calls tell the CPU time they took, or all were of one size")
	}
	s.fitCold(f, share, beside, cold)
	s.fitKeepAlive(f)
}

// fitFloor fits the part of a warm call that is neither work nor the way. off is how far the way,
// and what work takes, may be off in the middle.
func (s *Seen) fitFloor(f *Fits, works, tooks []float64, share, ways, off float64) {
	if math.IsNaN(ways) {
		f.lacks("functions.floor", "the way to a function and back is not known apart from it")
		return
	}
	rest := make([]float64, len(works))
	for i := range works {
		rest[i] = tooks[i] - works[i]/share - ways
	}
	floor := quantile(rest, 0.5)
	low, high := medianEnds(rest)
	low, high = floor-math.Hypot(floor-low, off), floor+math.Hypot(high-floor, off)
	if is := s.Config.Functions.Floor.Seconds(); low <= is+1e-4 && high >= is-1e-4 {
		f.knows("functions", "floor", "", len(rest), "%s to %s, and %s is what it is taken for", seconds(max(low, 0)), seconds(max(high, 0)), s.Config.Functions.Floor)
		f.between(low, high)
		return
	}
	f.knows("functions", "floor", fmt.Sprintf("%q", seconds(max(floor, 0))), len(rest), "what warm calls take beside work and way: median %s (%s to %s)", seconds(max(floor, 0)), seconds(max(low, 0)), seconds(max(high, 0)))
	f.between(low, high)
}

// fitCold fits the INIT of new environments: what cold calls take longer.
func (s *Seen) fitCold(f *Fits, share, beside float64, cold int) {
	var inits []float64
	for _, a := range s.Attempts {
		if a.Worker == policy.NoWorker && a.Status == policy.OK && a.Cold && a.Work > 0 {
			inits = append(inits, max(a.took()-beside-a.Work/share, 0))
		}
	}
	switch {
	case cold == 0:
		f.lacks("functions.cold", "no call waited for a cold start")
	case len(inits) == 0:
		f.lacks("functions.cold", "none of the %d calls that were cold tells the CPU time it took", cold)
	case len(inits) < fewest:
		f.knows("functions", "cold", fmt.Sprintf("%q", seconds(quantile(inits, 0.5))), len(inits), "median of %d only, so the spread is the one that is assumed", len(inits))
		f.draw("functions", "cold", func(r *policy.Rand, c *sim.Config) { c.Funcs.Cold = c.Funcs.Cold.Times(unsure(r, len(inits))) })
	default:
		f.knows("functions", "cold", f.law("cold.csv", some(inits)), len(inits), "what cold calls took longer than warm ones of their work: %s", middle(inits))
		f.between(medianEnds(inits))
		f.draw("functions", "cold", func(r *policy.Rand, c *sim.Config) { c.Funcs.Cold = empirical(drawn(r, some(inits))) })
	}
}

// fitKeepAlive bounds how long an idle environment lives: longer than the longest time
// after which one was used again; shorter than an environment had been idle when a call
// was cold that could have had it.
func (s *Seen) fitKeepAlive(f *Fits) {
	type use struct {
		last  time.Duration // end of the last call so far
		final time.Duration // end of the last call of all
		class policy.ClassID
	}
	seen := map[uint64]*use{}
	for _, a := range s.Attempts { // in the order of their ends
		if a.Worker == policy.NoWorker && a.Instance != 0 {
			u := seen[a.Instance]
			if u == nil {
				u = &use{class: a.Class}
				seen[a.Instance] = u
			}
			u.final = a.End
		}
	}
	if len(seen) == 0 {
		f.fitLife(s.functionCalls(), s.Config.Functions.KeepAlive, s.File.hasSpares())
		return
	}
	var warm time.Duration
	dead := time.Duration(math.MaxInt64)
	n := 0
	for _, a := range s.Attempts {
		u := seen[a.Instance]
		if a.Worker != policy.NoWorker || u == nil {
			continue
		}
		if !a.Cold && u.last > 0 {
			warm = max(warm, a.Begin-u.last)
			n++
		}
		u.last = max(u.last, a.End)
		if !a.Cold {
			continue
		}
		for _, other := range seen {
			if other.final < a.Begin && (!s.Config.Functions.PerClass || other.class == a.Class) {
				dead = min(dead, a.Begin-other.final)
			}
		}
	}
	is := s.Config.Functions.KeepAlive
	switch {
	case warm >= dead && len(s.functionCalls()) >= fewestCalls: // no constant
		f.fitLife(s.functionCalls(), is, s.File.hasSpares())
		return
	case warm < dead && dead < math.MaxInt64:
		if is > warm && is <= dead {
			f.knows("functions", "keep_alive", "", n, "between %s, after which one was warm, and %s, after which none was: %s is what it is taken for", seconds(warm.Seconds()), seconds(dead.Seconds()), is)
			return
		}
		f.knows("functions", "keep_alive", fmt.Sprintf("%q", seconds((warm+dead).Seconds()/2)), n, "between %s, after which one was warm, and %s, after which none was", seconds(warm.Seconds()), seconds(dead.Seconds()))
		f.draw("functions", "keep_alive", func(r *policy.Rand, c *sim.Config) {
			c.Funcs.KeepAlive = warm + time.Duration(r.Float64()*float64(dead-warm))
			c.Control.Functions.KeepAlive = c.Funcs.KeepAlive
		})
	case warm >= dead:
		f.lacks("functions.keep_alive", "environments were warm after %s and gone after %s: it is no constant", seconds(warm.Seconds()), seconds(dead.Seconds()))
	case is < warm:
		f.knows("functions", "keep_alive", fmt.Sprintf("%q", seconds(warm.Seconds())), n, "at least that: one was warm after it, and none was seen to be gone")
	default:
		f.lacks("functions.keep_alive", "no environment was seen to be gone; one was warm after %s", seconds(warm.Seconds()))
	}
}
