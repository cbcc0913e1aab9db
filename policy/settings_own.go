package policy

import (
	"fmt"
	"math"
)

// ownSettings are those of the Controller itself.
// Names and units are those of the experiment file, so that what an operator has tried can be written
// into it as it is.
func (c *Controller) ownSettings() []Setting {
	var out []Setting
	for i := range c.cfg.Pools {
		out = append(out, c.boundsOf(&c.cfg.Pools[i])...)
	}
	if c.hooks.retrier != nil {
		return out // it decides itself
	}
	r := &c.cfg.Retry
	out = append(out, bounded("retry.max", "attempts after the first", SetInteger, 0, 200,
		func() float64 { return float64(r.Max) }, func(v float64) { r.Max = int(v) }),
		bounded("retry.budget", "retries per arrival over time; 0 none", SetNumber, 0, math.MaxFloat64,
			func() float64 { return r.Budget }, c.setBudget),
		bounded("retry.backoff", "before the first retry, doubling", SetDuration, 0, math.MaxFloat64,
			func() float64 { return r.Backoff.Seconds() }, func(v float64) { r.Backoff = Seconds(v) }))
	if c.hooks.timeout == nil {
		out = append(out, bounded("retry.attempt_timeout", "an attempt that takes longer is cancelled and counts as failed; 0s: never; an attempt keeps what it was sent with", SetDuration, 0, math.MaxFloat64,
			func() float64 { return r.AttemptTimeout.Seconds() }, func(v float64) { r.AttemptTimeout = Seconds(v) }))
	}
	return out
}

// setBudget changes what retries each arrival pays for. None takes away what was
// saved; the first one comes with the burst that a run begins with.
func (c *Controller) setBudget(v float64) {
	r := &c.cfg.Retry
	switch {
	case v == 0:
		c.budget = 0
	case r.Budget == 0:
		c.budget = retryBurst
	}
	r.Budget = v
}

// boundsOf are the least and most workers of a pool. Where there are several
// pools, their names come first.
// Neither bound may pass the other, whatever the order in which an operator changes both.
func (c *Controller) boundsOf(p *Pool) []Setting {
	prefix, of := "", ""
	if len(c.cfg.Pools) > 1 {
		prefix, of = p.Name+".", " of pool "+p.Name
	}
	low := Setting{Name: prefix + "min", Doc: "least workers" + of, Kind: SetInteger, Get: func() float64 { return float64(p.Min) }}
	low.Set = func(v float64) { p.Min = int(v) }
	low.Check = func(v float64) error {
		if v < 0 || v > float64(p.Max) {
			return fmt.Errorf("%smin = %v, must be in [0, %d], at most %smax", prefix, v, p.Max, prefix)
		}
		return nil
	}
	high := Setting{Name: prefix + "max", Doc: "most workers" + of, Kind: SetInteger, Get: func() float64 { return float64(p.Max) }}
	high.Set = func(v float64) { p.Max = int(v) }
	high.Check = func(v float64) error {
		if v < float64(p.Min) || v > MaxWorkers {
			return fmt.Errorf("%smax = %v, must be in [%d, %d], at least %smin", prefix, v, p.Min, MaxWorkers, prefix)
		}
		return nil
	}
	return []Setting{low, high}
}

// bounded is a setting within a range.
// Both ends are allowed values. math.MaxFloat64 stands for no upper end.
func bounded(name, doc string, kind SettingKind, low, high float64, get func() float64, set func(float64)) Setting {
	s := Setting{Name: name, Doc: doc, Kind: kind, Get: get, Set: set}
	s.Check = func(v float64) error {
		if v >= low && v <= high {
			return nil
		}
		if high == math.MaxFloat64 {
			return fmt.Errorf("%s = %s, must be at least %s", name, s.Format(v), s.Format(low))
		}
		return fmt.Errorf("%s = %s, must be in [%s, %s]", name, s.Format(v), s.Format(low), s.Format(high))
	}
	return s
}
