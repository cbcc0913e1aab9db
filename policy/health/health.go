package health

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
)

// Specs is the health policies by name.
var Specs = []policy.Spec{
	{Name: "outlier", Stable: true, New: func() any { return NewOutlier() },
		Doc: "ejects a worker after so many failures in a row, longer each time, as Envoy does"},
	{Name: "success-rate", Stable: true, New: func() any { return NewSuccessRate() },
		Doc: "ejects workers that fail more often than most others do, by standard deviations, as Envoy does"},
	{Name: "breaker", Stable: true, New: func() any { return NewBreaker() },
		Doc: "ejects a worker where too large a share of attempts fails, and tests it before it comes back (circuit breaker)"},
}

// Limits bound how many workers are out of service at once.
type Limits struct {
	Most float64 `toml:"most" doc:"share of the workers that may be ejected at once, in [0, 1]; one always may, unless 0" range:"0.1:1" set:"yes"`
	Keep float64 `toml:"panic" doc:"share of the workers that has to be in service: while fewer are, ejected ones get requests too, in [0, 1]" range:"0:0.8" set:"yes"`
}

// standard is the limits of a policy that is given none: Envoy's panic threshold is 50 %,
// its max_ejection_percent 10 %. With more than one in ten sick that would leave sick workers
// in service for good, and the panic threshold would never be met.
var standard = Limits{Most: 1, Keep: 0.5}

// Panic implements policy.Health.
func (l *Limits) Panic() float64 { return l.Keep }

// check says what is wrong with the limits.
func (l *Limits) check() error { return errors.Join(share("most", l.Most), share("panic", l.Keep)) }

// allow says whether one more worker may be ejected.
func (l *Limits) allow(v *policy.View) bool {
	out := len(v.Outliers())
	if out == 0 {
		return l.Most > 0
	}
	return float64(out+1) <= l.Most*float64(out+v.InService())+rounding
}

// rounding is what a product of a share may lack of a whole number.
const rounding = 1e-9

// share refuses what is no share.
func share(key string, v float64) error {
	if !(v >= 0 && v <= 1) {
		return fmt.Errorf("%s = %v, must be in [0, 1]", key, v)
	}
	return nil
}

// positive refuses a time that is not positive.
func positive(key string, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("%s = %v, must be positive", key, d)
	}
	return nil
}

// failed says whether an attempt has told something bad of its worker.
func failed(o *policy.Outcome) bool { return o.Status == policy.Error || o.Status == policy.Timeout }

// of is the entry of a worker in a table by worker, which grows to have it.
func of[T any](table *[]T, w policy.WorkerID) *T {
	for len(*table) <= int(w) {
		*table = append(*table, *new(T))
	}
	return &(*table)[w]
}
