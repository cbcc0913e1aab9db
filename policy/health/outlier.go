package health

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
)

// Outlier is passive outlier detection as Envoy's with consecutive_5xx (which counts gateway
// failures and time-outs too): a worker at which Failures attempts in a row have failed is
// ejected for Base × its multiple, at most for Longest. The multiple grows by one with each
// ejection, until it is above Longest / Base, and falls by one for each Interval in which
// the worker is in service. What ends at an ejected worker counts for nothing, and it comes
// back with no failures. O(1), but O(workers out of service) to eject.
//
// Envoy looks only every Interval for who may come back, so that workers there come back up to
// an Interval later. It ejects 10 % of the workers at most (max_ejection_percent; see [Limits]).
//
// Source: Envoy, source/common/upstream/outlier_detection_impl.cc, and "Outlier detection" and
// "Panic threshold" in its documentation.
type Outlier struct {
	Failures int           `toml:"failures" doc:"failed attempts in a row, after which a worker is ejected" range:"1:20" set:"yes"`
	Base     time.Duration `toml:"base" doc:"how long the first time" range:"5s:2m" set:"yes"`
	Longest  time.Duration `toml:"longest" doc:"how long at most" set:"yes"`
	Interval time.Duration `toml:"interval" doc:"time in service, after which a worker is ejected for one base less" set:"yes"`
	Limits

	workers []record
}

// A record is what an Outlier knows of a worker.
type record struct {
	failures int
	backoff
}

// A backoff is how a worker was ejected before.
type backoff struct {
	multiple int           // of the base, at the last ejection
	back     time.Duration // when that ended
}

// rest is for how long it is ejected now: base × its multiple, at most longest. The multiple
// has fallen by one for each interval since it came back.
func (b *backoff) rest(now, base, longest, interval time.Duration) time.Duration {
	b.multiple = max(b.multiple-int((now-b.back)/interval), 0)
	if time.Duration(b.multiple)*base < longest+base {
		b.multiple++
	}
	rest := min(time.Duration(b.multiple)*base, longest)
	b.back = now + rest
	return rest
}

// NewOutlier returns an Outlier with Envoy's defaults, but for the limits.
func NewOutlier() *Outlier {
	return &Outlier{Failures: 5, Base: 30 * time.Second, Longest: 5 * time.Minute, Interval: 10 * time.Second, Limits: standard}
}

// Validate checks the parameters.
func (p *Outlier) Validate() error {
	var err error
	if p.Failures < 1 {
		err = fmt.Errorf("failures = %d, must be at least 1", p.Failures)
	}
	return errors.Join(err, within(p.Longest, p.Base), positive("base", p.Base), positive("interval", p.Interval), p.check())
}

// most bounds an ejection.
const most = 365 * 24 * time.Hour

// within refuses a longest ejection that is shorter than the first, or too long.
func within(longest, base time.Duration) error {
	if longest < base || longest > most {
		return fmt.Errorf("longest = %v, must be in [base = %v, %v]", longest, base, most)
	}
	return nil
}

// Judge implements policy.Health.
func (p *Outlier) Judge(v *policy.View, o *policy.Outcome) time.Duration {
	w := of(&p.workers, o.Worker)
	if !failed(o) {
		w.failures = 0
		return 0
	}
	if w.failures++; w.failures < p.Failures {
		return 0
	}
	w.failures = 0
	if !p.allow(v) {
		return 0
	}
	return w.rest(v.Now, p.Base, p.Longest, p.Interval)
}
