package sim

import (
	"time"

	"cnv/policy"
)

// Limit is the longest response time on an idle worker, as in
// [results.Request].Ideal, with which a request can be answered under any policy;
// 0: there is none. It is the smallest of the patience of clients, the time-out
// of attempts, and that of functions where no machine can exist. A router with
// time-outs of its own has no limit by them: they are its policy.
// A request above it is a miss that no policy can avoid; results tell them from avoidable ones.
func (c *Config) Limit() time.Duration {
	limit := c.Timeout
	atMost := func(d time.Duration) {
		if d > 0 && (limit == 0 || d < limit) {
			limit = d
		}
	}
	if _, own := c.Control.Router.(policy.AttemptTimer); !own {
		atMost(c.Control.Retry.AttemptTimeout)
	}
	if c.Funcs != nil && !c.machines() {
		atMost(c.callLimit())
	}
	return limit
}

// callLimit is the longest response time on an idle function, of all the longest; 0: one
// has no time-out.
func (c *Config) callLimit() (most time.Duration) {
	for k := range 1 + len(c.Funcs.Others) {
		f := c.Funcs.At(k)
		if f.Timeout == 0 {
			return 0
		}
		work := time.Duration(max(f.Timeout-f.Floor, 0).Seconds() * f.Share * float64(time.Second))
		service := f.service(work)
		if len(c.Pools) > 0 {
			service = c.service(work, 0)
		}
		most = max(most, service+c.idleNetwork())
	}
	return most
}

// service is how long a warm call takes.
func (f *Functions) service(work time.Duration) time.Duration {
	return f.Floor + time.Duration(float64(work)/f.Share)
}

// machines says whether there can be any.
func (c *Config) machines() bool {
	for i := range c.Pools {
		if c.Pools[i].Initial > 0 || c.Control.Pools[i].Max > 0 {
			return true
		}
	}
	return false
}

// service is the time work of a class takes on an idle worker of the first pool, or on
// a warm function where there are no pools: without noise, warm, and on no slow machine.
// The first pool is the reference of every bound that is a multiple of the service time, also
// where other pools are faster: a bound must not move with the policy's choice.
func (c *Config) service(work time.Duration, class policy.ClassID) time.Duration {
	if len(c.Pools) > 0 {
		p := &c.Control.Pools[0]
		return time.Duration(float64(work) / (p.Speed * float64(p.Threads(&c.Control.Classes[class]))))
	}
	return c.Funcs.At(c.Control.Classes[class].Function).service(work)
}

// idleNetwork is the mean delay of both ways.
func (c *Config) idleNetwork() time.Duration { return 2 * duration(c.Network.Mean()) }
