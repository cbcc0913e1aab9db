package scale

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// Demand sizes the fleet for the offered load, that is for all work that
// arrives, whether workers, functions or nobody served it: a load that spills
// to functions is seen at once, although no worker's utilisation shows it.
//
// With offered load a = work per second / speed, in busy cores, it wants
// ceil(a + Beta·√a) cores: square-root staffing, which keeps the probability
// of waiting about constant as the load grows. Beta for a probability of
// .8, .5, .2, .1, .05, .01 is .173, .506, 1.062, 1.420, 1.740, 2.375.
//
// The load is the mean over Window, moved by Trend times its rise towards the
// instant at which a worker launched now would be ready; a fall is not
// extrapolated. A pool shrinks only to the most that was wanted within Hold,
// so a short lull takes nothing away. Pools are filled in order up to their
// maxima. The size at the first decision counts as wanted: a run that has
// seen ten seconds knows no better. While requests arrive of which nothing is
// known the fleet does not shrink, and has one worker at least: somebody has to
// find out. Those in flight count by what one of them has had already. A request
// that is predicted to take longer than Window counts as a core until it ends.
// O(pools + requests in flight) per decision.
//
// Source: Halfin and Whitt 1981, doi:10.1287/opre.29.3.567; Gandhi et al.
// 2012, doi:10.1145/2382553.2382556 (hold before scaling in).
type Demand struct {
	Beta   float64       `toml:"beta" doc:"safety staffing, cores per root of the offered load" range:"0:4" set:"yes"`
	Window time.Duration `toml:"window" doc:"demand looked at, at most 10 min" range:"20s:10m" set:"yes"`
	Trend  float64       `toml:"trend" doc:"share of the load's rise that is expected to go on until a worker has booted" range:"0:1" set:"yes"`
	Hold   time.Duration `toml:"hold" doc:"shrink to the most wanted within so long" range:"0s:30m" set:"yes"`
	Every  time.Duration `toml:"period" doc:"time between decisions" range:"5s:5m" set:"yes"`

	held    held
	desired []int
}

// NewDemand returns the defaults: probability of waiting about 0.2.
func NewDemand() *Demand {
	return &Demand{Beta: 1.062, Trend: 0.5, Window: time.Minute, Hold: 2 * time.Minute, Every: 10 * time.Second}
}

// Validate checks the parameters.
func (p *Demand) Validate() error {
	var beta, trend, hold error
	if !(p.Beta >= 0) {
		beta = fmt.Errorf("beta = %v, must not be negative", p.Beta)
	}
	if !(p.Trend >= 0 && p.Trend <= 1) {
		trend = fmt.Errorf("trend = %v, must be in [0, 1]", p.Trend)
	}
	if p.Hold < 0 {
		hold = fmt.Errorf("hold = %v, must not be negative", p.Hold)
	}
	return errors.Join(beta, trend, hold, positive("window", p.Window), period(p.Every))
}

// Period implements policy.Scaler.
func (p *Demand) Period() time.Duration { return p.Every }

// Size implements policy.Scaler.
func (p *Demand) Size(v *policy.ScaleView) policy.Plan {
	pools := v.Pools()
	if len(pools) == 0 {
		return policy.Plan{}
	}
	p.held.start(v)
	want := p.held.most(v.Now, max(p.capacity(p.load(v), pools[0].Speed), unknown(v, p.Window)), p.Hold, p.Every)
	p.desired = fill(pools, want, p.desired[:0])
	return policy.Plan{Desired: p.desired}
}

// load is the work per second expected when a worker launched now is ready.
// The mean over Window is the load half a Window ago, the mean over two of
// them the load a whole one ago.
func (p *Demand) load(v *policy.ScaleView) float64 {
	now, before := v.Demand(p.Window).Work, v.Demand(2*p.Window).Work
	half := p.Window / 2
	rise := (now - before) / half.Seconds()
	return now + p.Trend*max(0, rise)*(half+v.Boot(0)).Seconds()
}

// capacity is the work per second that a fleet of a speed is staffed for, a
// whole number of cores.
func (p *Demand) capacity(load, speed float64) float64 {
	a := load / speed
	if !(a > 0) {
		return 0
	}
	return math.Ceil(a+p.Beta*math.Sqrt(a)) * speed
}
