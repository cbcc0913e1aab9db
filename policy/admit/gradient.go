package admit

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
)

// Gradient bounds the requests in flight, those that wait at the gateway included, by a limit
// that it learns from response times: Netflix's Gradient2. Once a window (1 s, and ten answers)
// it compares the mean response time of the window with that of the long run, an exponential
// average over Long windows. While the window is slower, a line grows, and the limit shrinks with
// the ratio; otherwise it grows by Queue:
//
//	gradient = long run / window, in [0.5, 1]
//	limit    = (1 - Smoothing) × limit + Smoothing × (gradient × limit + Queue), in [Least, Most]
//
// A limit of which less than half was in use stays. Where the long run is more than twice the
// window, as after an overload, it shrinks by a tenth each window. With Relative it compares
// multiples of the predicted service time on a worker of the first pool, as a shift to longer
// requests looks like a line otherwise. Retry-After is 1 s. O(1).
//
// Source: github.com/Netflix/concurrency-limits, Gradient2Limit and WindowedLimit (2018), with
// their constants.
type Gradient struct {
	Least     int     `toml:"least" doc:"requests in flight that are always admitted, >= 1" range:"1:50" set:"yes"`
	Most      int     `toml:"most" doc:"the largest limit" range:"50:1000" set:"yes"`
	Queue     float64 `toml:"queue" doc:"requests by which the limit may grow while nothing slows down" range:"1:20" set:"yes"`
	Smoothing float64 `toml:"smoothing" doc:"weight of the new limit, in (0, 1]" range:"0.05:0.5" set:"yes"`
	Long      int     `toml:"long" doc:"windows of the average of the long run" range:"60:1200" set:"yes"`
	Relative  bool    `toml:"relative" doc:"compare multiples of the predicted service time, not times" set:"yes"`

	limit  float64 // 0: none yet
	count  int     // windows in long, gradientWarm at most
	long   float64 // response time of the long run, s (or services)
	sum    float64 // of the response times in this window
	n      int
	busy   int           // most requests in flight at an arrival in it
	closes time.Duration // the earliest end of the window
}

// The windows of Gradient2.
const (
	gradientWindow = time.Second
	gradientLeast  = 10 // answers in a window
	gradientWarm   = 10 // windows whose plain mean the long run begins with
)

// NewGradient returns a Gradient with the constants of its source.
func NewGradient() *Gradient {
	return &Gradient{Least: 20, Most: 200, Queue: 4, Smoothing: 0.2, Long: 600}
}

// Validate checks the parameters.
func (p *Gradient) Validate() error {
	var errs []error
	if p.Least < 1 || p.Most < p.Least || float64(p.Most) > largest {
		errs = append(errs, fmt.Errorf("least = %d, most = %d, must be 1 <= least <= most <= %v", p.Least, p.Most, largest))
	}
	if !(p.Smoothing > 0 && p.Smoothing <= 1) {
		errs = append(errs, fmt.Errorf("smoothing = %v, must be in (0, 1]", p.Smoothing))
	}
	if p.Long < 1 {
		errs = append(errs, fmt.Errorf("long = %d, must be at least 1", p.Long))
	}
	return errors.Join(append(errs, positive("queue", p.Queue))...)
}

// Changed implements policy.Changer: times and multiples of service times do not mix.
func (p *Gradient) Changed() { p.count, p.long, p.sum, p.n = 0, 0, 0, 0 }

// Admit implements policy.Admission.
func (p *Gradient) Admit(v *policy.View, _ *policy.Request) (ok bool, retryAfter time.Duration) {
	if p.limit == 0 {
		p.limit = float64(p.Least)
	}
	inFlight := v.InFlight() + v.FunctionsBusy() + v.Queued()
	p.busy = max(p.busy, inFlight)
	if inFlight >= int(p.limit) {
		return false, soonest
	}
	return true, 0
}

// Done implements policy.Observer.
func (p *Gradient) Done(v *policy.View, o *policy.Outcome) {
	if o.Status != policy.OK {
		return
	}
	took := (v.Now - o.Request.Arrived).Seconds()
	if p.Relative && len(v.Pools()) > 0 {
		took /= max(v.Service(0, o.Request).Seconds(), 1e-6)
	}
	p.sum += took
	p.n++
	if v.Now < p.closes || p.n < gradientLeast {
		return
	}
	if p.sum > 0 {
		p.update(p.sum/float64(p.n), p.busy)
	}
	p.sum, p.n, p.busy, p.closes = 0, 0, 0, v.Now+gradientWindow
}

// update takes in the mean response time of a window, and how many were in flight at most.
func (p *Gradient) update(short float64, inFlight int) {
	if p.count < gradientWarm {
		p.count++
		p.long += (short - p.long) / float64(p.count)
	} else {
		p.long += (short - p.long) * 2 / float64(p.Long+1)
	}
	gradient := max(0.5, min(1, p.long/short))
	if p.long > 2*short {
		p.long *= 0.9
	}
	if float64(inFlight) < p.limit/2 {
		return
	}
	next := gradient*p.limit + p.Queue
	p.limit = min(max((1-p.Smoothing)*p.limit+p.Smoothing*next, float64(p.Least)), float64(p.Most))
}
