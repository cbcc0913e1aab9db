package health

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// SuccessRate is Envoy's ejection by success rate: it finds workers that fail more often than
// the others do, though never many times in a row. After each Interval it takes the workers at
// which Volume attempts or more have ended in it. If there are Hosts of them or more, each whose
// share of good ones is below
//
//	mean of the shares - Factor × their standard deviation
//
// is ejected when the next attempt there ends (in Envoy, at once), for as long as by Outlier. One
// of n workers that fails alone is √(n - 1) standard deviations below the mean, so that with a
// Factor of 1.9 it is found among five or more. Where all fail alike none is ejected. O(1) an
// attempt, and O(workers) once an Interval.
//
// Source: Envoy, source/common/upstream/outlier_detection_impl.cc (successRateEjectionThreshold),
// with its defaults but for the limits.
type SuccessRate struct {
	Interval time.Duration `toml:"interval" doc:"over which shares are counted; and time in service, after which a worker is ejected for one base less" range:"5s:1m"`
	Volume   int           `toml:"volume" doc:"attempts that have to end at a worker in it, >= 1" range:"10:200" set:"yes"`
	Hosts    int           `toml:"hosts" doc:"workers with so many, for any to be ejected, >= 2" range:"3:10" set:"yes"`
	Factor   float64       `toml:"factor" doc:"standard deviations below the mean from which a worker is ejected, > 0" range:"1:3" set:"yes"`
	Base     time.Duration `toml:"base" doc:"how long the first time" range:"5s:2m" set:"yes"`
	Longest  time.Duration `toml:"longest" doc:"how long at most" set:"yes"`
	Limits

	closes  time.Duration // the end of the interval
	workers []rated
}

// A rated is what a SuccessRate knows of a worker.
type rated struct {
	n, good int  // attempts that have ended in the interval
	low     bool // its share was too low in the last one
	backoff
}

// share is that of good attempts.
func (w *rated) share() float64 { return float64(w.good) / float64(w.n) }

// NewSuccessRate returns a SuccessRate with Envoy's defaults, but for the limits.
func NewSuccessRate() *SuccessRate {
	return &SuccessRate{Interval: 10 * time.Second, Volume: 100, Hosts: 5, Factor: 1.9, Base: 30 * time.Second, Longest: 5 * time.Minute, Limits: standard}
}

// Validate checks the parameters.
func (p *SuccessRate) Validate() error {
	var errs []error
	if p.Volume < 1 {
		errs = append(errs, fmt.Errorf("volume = %d, must be at least 1", p.Volume))
	}
	if p.Hosts < 2 {
		errs = append(errs, fmt.Errorf("hosts = %d, must be at least 2", p.Hosts))
	}
	if !(p.Factor > 0) || math.IsInf(p.Factor, 0) {
		errs = append(errs, fmt.Errorf("factor = %v, must be positive", p.Factor))
	}
	return errors.Join(append(errs, within(p.Longest, p.Base), positive("base", p.Base), positive("interval", p.Interval), p.check())...)
}

// Judge implements policy.Health.
func (p *SuccessRate) Judge(v *policy.View, o *policy.Outcome) time.Duration {
	if v.Now >= p.closes {
		p.close()
		p.closes = v.Now - v.Now%p.Interval + p.Interval
	}
	w := of(&p.workers, o.Worker)
	w.n++
	if !failed(o) {
		w.good++
	}
	if !w.low {
		return 0
	}
	w.low = false
	if !p.allow(v) {
		return 0
	}
	w.n, w.good = 0, 0
	return w.rest(v.Now, p.Base, p.Longest, p.Interval)
}

// close ends an interval: it notes whose share was too low in it.
func (p *SuccessRate) close() {
	least, found := p.threshold()
	for i := range p.workers {
		w := &p.workers[i]
		w.low = found && w.n >= p.Volume && w.share() < least
		w.n, w.good = 0, 0
	}
}

// threshold is the share below which a worker is ejected; false: there are too few workers.
func (p *SuccessRate) threshold() (least float64, found bool) {
	n, sum := 0.0, 0.0
	for i := range p.workers {
		if w := &p.workers[i]; w.n >= p.Volume {
			n++
			sum += w.share()
		}
	}
	if n < float64(p.Hosts) {
		return 0, false
	}
	mean, squares := sum/n, 0.0
	for i := range p.workers {
		if w := &p.workers[i]; w.n >= p.Volume {
			squares += (w.share() - mean) * (w.share() - mean)
		}
	}
	return mean - p.Factor*math.Sqrt(squares/n), true
}
