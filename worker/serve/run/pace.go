package run

import (
	"context"
	"time"
)

// A Pace makes a request take as long as it would on a core of its own, of
// another speed or a part of one, on a clock that is slower than this machine's.
// Many workers can then share its cores: what each computes faster it waits out.
// CPU and wall time are told in the slower clock.
type Pace struct {
	Slow  float64 // seconds that pass here while that clock counts one, at least 1
	Speed float64 // of this machine's cores, relative to the core that is meant, > 0
	Share float64 // of that core that a request has, in (0, 1]
}

// hold waits until the request that began at an instant has taken its time, or
// the context ends, and tells its times as the slow clock has them. The wall time
// is more than CPU / Share where the kernel had to wait for a core for too long.
func (p *Pace) hold(ctx context.Context, began time.Time, c *called) {
	if !c.pretends { // whoever asks for a sleep has counted the core's speed in
		c.use.CPU = times(c.use.CPU, p.Speed)
	}
	left := time.Until(began.Add(times(c.use.CPU, p.Slow/p.Share)))
	if left > 0 && ctx.Err() == nil {
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			c.err = ctx.Err()
		}
	}
	c.use.Wall = times(time.Since(began), 1/p.Slow)
}

func times(d time.Duration, by float64) time.Duration { return time.Duration(float64(d) * by) }
