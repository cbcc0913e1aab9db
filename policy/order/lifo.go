package order

import (
	"fmt"
	"time"

	"cnv/policy"
)

// LIFO serves in order of arrival until requests have waited at the gateway without a break
// for Interval; those that come from then on are served before the others, the latest first,
// until nothing waits. Under overload most clients of a long line have given up: those that
// have just come can still be answered in time. O(log of the requests that wait).
//
// It is the adaptive LIFO of Facebook (Maurer, "Fail at Scale", ACM Queue 13(8), 2015). With
// Interval 0 it is last come, first served, not preemptive: the mean waiting time of an M/G/1
// line is that of first come, first served, the mean of its square 1/(1-ρ) times as large
// (Takács 1963).
type LIFO struct {
	Interval time.Duration `toml:"interval" doc:"how long a line lasts before the latest request is served first" range:"100ms:30s" set:"yes"`

	since time.Duration // from when on something has waited
}

// NewLIFO returns a LIFO with the defaults.
func NewLIFO() *LIFO { return &LIFO{Interval: time.Second} }

// Validate checks the parameters.
func (p *LIFO) Validate() error {
	if p.Interval < 0 {
		return fmt.Errorf("interval = %v, must not be negative", p.Interval)
	}
	return nil
}

// Key implements policy.Order.
func (p *LIFO) Key(v *policy.View, r *policy.Request) float64 {
	if v.Queued() <= 1 { // it is the only one
		p.since = v.Now
	}
	if v.Now-p.since < p.Interval {
		return 0 // ties are in order of arrival
	}
	return -1 - r.Arrived.Seconds()
}
