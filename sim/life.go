package sim

import (
	"math"
	"time"
)

// A Life is what ends environments of functions beside Functions.KeepAlive, and which there
// are at the start. Nothing of it holds for those that are kept warm: they are replaced in
// time. The zero Life is none of it.
//
// Invariant: all are at least 0; Spare is at most KeepAlive.
type Life struct {
	// Spare is for how long one may be idle that is not the last of its pool; 0: KeepAlive. Wang
	// et al. (USENIX ATC 2018) saw AWS end half of several idle ones every 300 s, and the last
	// after 27 minutes. It does not hold where a policy decides how long they stay loaded.
	Spare time.Duration
	// Bound is the age at which one ends: at once if it is idle, else after its call; 0: never. AWS
	// ends them every few hours even if they are called all the time (Lambda Developer Guide,
	// "Understanding the Lambda execution environment lifecycle", 2026-11); Xebia saw 2 hours
	// in 2021, Wang et al. 6.2 in the median in 2018.
	Bound time.Duration
	Warm  int // idle at the start, in each pool, and new then
}

// begin makes what is idle at the start.
func (f *functions) begin(p *environments) {
	p.mortal = p.fn.Life != (Life{})
	for range p.fn.Life.Warm {
		p.rest(0, f.create(0))
	}
}

// create makes an environment.
func (f *functions) create(now time.Duration) (env int32) {
	if f.aging {
		f.born = append(f.born, now)
	}
	f.made++
	return f.made - 1
}

// ends is when an environment of a pool is too old.
func (f *functions) ends(p *environments, env int32) time.Duration {
	if p.fn.Life.Bound == 0 {
		return math.MaxInt64
	}
	return later(f.born[env], p.fn.Life.Bound)
}

// expire ends environments of a pool that were idle for too long, or too old, before now. It
// is called before anything changes. Few worlds have such: the question alone is inlined.
func (f *functions) expire(now time.Duration, p *environments) {
	if p.mortal && len(p.idle) > 0 {
		f.endIdle(now, p)
	}
}

// endIdle ends them one after the other, as who is left alone may stay longer.
func (f *functions) endIdle(now time.Duration, p *environments) {
	for len(p.idle) > 0 {
		first, at := 0, time.Duration(math.MaxInt64)
		for i := range p.idle {
			e := &p.idle[i]
			until := min(e.until, f.ends(p, e.env))
			if alone := len(p.idle) == 1 && p.serving == 0; p.fn.Life.Spare > 0 && !p.decided && !alone {
				until = min(until, later(e.from, p.fn.Life.Spare))
			}
			if until < at {
				first, at = i, until
			}
		}
		if now <= at {
			return
		}
		p.idle[first].until = at
		f.drop(now, p, first)
	}
}

// serves notes that a call begins in an environment that is not kept warm.
func (p *environments) serves() { p.serving++ }

// served notes that one ends there.
func (f *functions) served(now time.Duration, p *environments) {
	f.expire(now, p)
	p.serving--
}
