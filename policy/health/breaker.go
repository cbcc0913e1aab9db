package health

import (
	"errors"
	"fmt"
	"math/bits"
	"time"

	"cnv/policy"
)

// Breaker is a circuit breaker before each worker. It is open, and the worker gets no requests,
// for Base from when the share Share of its last Window attempts has failed, if there were Least
// of them; then half-open: the worker gets one request at a time, the next when that has ended.
// Trials of them that end well close it, and what was before is forgotten; one that fails opens
// it again. O(1), but O(workers out of service) to eject.
//
// Sources: Nygard, Release It!, 2007, section 5.2; the terms and the counting window are those of
// Resilience4j (which looks at 100 calls, waits for 60 s and tests with 10).
type Breaker struct {
	Share  float64       `toml:"share" doc:"share of failed attempts from which a worker is ejected, in (0, 1]" range:"0.1:1" set:"yes"`
	Window int           `toml:"window" doc:"attempts that are looked at, in [1, 64]" range:"5:64" set:"yes"`
	Least  int           `toml:"least" doc:"attempts before any share counts, in [1, window]" range:"1:20" set:"yes"`
	Base   time.Duration `toml:"base" doc:"how long a worker is ejected" range:"5s:2m" set:"yes"`
	Trials int           `toml:"tests" doc:"requests that a worker has to end well before it is in service again, >= 1"`
	Limits

	workers []window
}

// A window is the last attempts at a worker, the last one in the lowest bit: 1 has failed.
type window struct {
	failed uint64
	n      int
}

// NewBreaker returns a Breaker with the defaults.
func NewBreaker() *Breaker {
	return &Breaker{Share: 0.5, Window: 20, Least: 10, Base: 30 * time.Second, Trials: 3, Limits: standard}
}

// Validate checks the parameters.
func (p *Breaker) Validate() error {
	var errs []error
	if !(p.Share > 0 && p.Share <= 1) {
		errs = append(errs, fmt.Errorf("share = %v, must be in (0, 1]", p.Share))
	}
	if p.Window < 1 || p.Window > 64 {
		errs = append(errs, fmt.Errorf("window = %d, must be in [1, 64]", p.Window))
	}
	if p.Least < 1 || p.Least > p.Window {
		errs = append(errs, fmt.Errorf("least = %d, must be in [1, window = %d]", p.Least, p.Window))
	}
	if p.Trials < 1 || p.Trials > 1000 {
		errs = append(errs, fmt.Errorf("tests = %d, must be in [1, 1000]", p.Trials))
	}
	return errors.Join(append(errs, positive("base", p.Base), p.check())...)
}

// Tests implements policy.Tester.
func (p *Breaker) Tests() int { return p.Trials }

// Judge implements policy.Health.
func (p *Breaker) Judge(v *policy.View, o *policy.Outcome) time.Duration {
	w := of(&p.workers, o.Worker)
	if v.Tested(o.Worker) {
		*w = window{}
		if failed(o) { // it is one of those that are out of service already
			return p.Base
		}
		return 0
	}
	w.failed <<= 1
	w.n = min(w.n+1, 64)
	if !failed(o) {
		return 0
	}
	w.failed |= 1
	n := min(w.n, p.Window)
	bad := bits.OnesCount64(w.failed & (1<<n - 1))
	if n < p.Least || float64(bad) < p.Share*float64(n)-rounding || !p.allow(v) {
		return 0
	}
	*w = window{}
	return p.Base
}
