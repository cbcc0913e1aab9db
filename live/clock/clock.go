// Package clock is slow motion: the clock of an experiment that runs a number of
// times slower than that of the machine it is run on. Arrivals, boots, time-outs,
// periods, books and journals speak the experiment's time; only waiting for it is
// done in real time.
package clock

import (
	"math"
	"time"
)

// A Slow is how much real time passes while the experiment's clock counts one
// second, in seconds, 1 or more; 0 is 1.
type Slow float64

// Real is how long a time of the experiment takes in real time, rounded up, so that
// what is waited for has come. What is longer than 292 years is that.
func (s Slow) Real(d time.Duration) time.Duration {
	if s == 0 || s == 1 {
		return d
	}
	long := float64(d) * float64(s)
	if long >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(math.Ceil(long))
}

// Run is how much of the experiment passes in a real time.
func (s Slow) Run(d time.Duration) time.Duration {
	if s == 0 || s == 1 {
		return d
	}
	return time.Duration(math.Round(float64(d) / float64(s)))
}

// At is when something happens that is due so long after the start of a run.
func (s Slow) At(start time.Time, d time.Duration) time.Time { return start.Add(s.Real(d)) }

// Since is how long ago a run has started, in its time.
func (s Slow) Since(start time.Time) time.Duration { return s.Run(time.Since(start)) }
