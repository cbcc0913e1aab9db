package admit

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// CoDel admits every request, and refuses some when they leave the gateway's queue: controlled
// delay. A queue that is drained within Interval is a burst, and left alone. When requests have
// waited for Target or longer throughout an Interval, one is refused, the next after
// Interval/√2, then Interval/√3 and so on, until one has waited for less than Target or is the
// last. Where that was not long ago, the next time begins with the rate that was enough then.
// Retry-After is 1 s. O(1).
//
// It needs no rate and no size, but takes time to find the rate at which to refuse: t seconds after
// it began it refuses t/(2 Interval²) a second. Requests that are tried again are not asked about.
// It acts where requests wait at the gateway (gateway_queue = true).
//
// Source: Nichols, Jacobson, McGregor and Iyengar, RFC 8289 (2018), section 5. Its constants, 5 ms
// and 100 ms, are for packets; these are for requests of some 100 ms, with an interval of ten
// targets, which is the least that it names (section 4.3).
type CoDel struct {
	Target   time.Duration `toml:"target" doc:"waiting time that is acceptable for long" range:"5ms:1s" set:"yes"`
	Interval time.Duration `toml:"interval" doc:"how long it may be exceeded" range:"50ms:10s" set:"yes"`

	above    time.Duration // when the last Interval of waits above Target is over; 0: a wait was below
	dropping bool
	next     time.Duration // when one is refused next
	count    int           // refused since dropping
	began    int           // count when dropping began the last time
	refused  bool          // the last one: next is due for another step
}

// NewCoDel returns a CoDel with the defaults.
func NewCoDel() *CoDel {
	return &CoDel{Target: 50 * time.Millisecond, Interval: 500 * time.Millisecond}
}

// Validate checks the parameters.
func (p *CoDel) Validate() error {
	var errs []error
	if p.Target <= 0 {
		errs = append(errs, fmt.Errorf("target = %v, must be positive", p.Target))
	}
	if p.Interval <= 0 {
		errs = append(errs, fmt.Errorf("interval = %v, must be positive", p.Interval))
	}
	return errors.Join(errs...)
}

// Admit implements policy.Admission.
func (p *CoDel) Admit(*policy.View, *policy.Request) (ok bool, retryAfter time.Duration) {
	return true, 0
}

// Leaves implements policy.Dequeuer.
func (p *CoDel) Leaves(v *policy.View, r *policy.Request) (ok bool, retryAfter time.Duration) {
	if p.refuses(v.Now, v.Now-r.Arrived, v.Queued()) {
		return false, soonest
	}
	return true, 0
}

// recent is within how many intervals of the last refusal the rate of then is taken up again.
const recent = 16

// refuses says whether a request is refused that has waited for so long, with so many behind it.
func (p *CoDel) refuses(now, waited time.Duration, behind int) bool {
	long := p.long(now, waited, behind)
	if p.dropping && p.refused && long {
		p.next = p.law(p.next)
	}
	p.refused = false
	switch {
	case !long:
		p.dropping = false
		return false
	case !p.dropping:
		more := p.count - p.began
		p.dropping, p.count = true, 1
		if more > 1 && now-p.next < recent*p.Interval {
			p.count = more
		}
		p.next, p.began = p.law(now), p.count
		return true
	case now < p.next:
		return false
	}
	p.count++
	p.refused = true
	return true
}

// long says whether waits have been above Target for an Interval.
func (p *CoDel) long(now, waited time.Duration, behind int) bool {
	switch {
	case waited < p.Target || behind == 0:
		p.above = 0
	case p.above == 0:
		p.above = now + p.Interval
	default:
		return now >= p.above
	}
	return false
}

// law is when one is refused next after an instant.
func (p *CoDel) law(at time.Duration) time.Duration {
	return at + time.Duration(float64(p.Interval)/math.Sqrt(float64(p.count)))
}
