package scale

import (
	"errors"
	"time"

	"cnv/policy"
)

// Max gives every pool the largest size that any of several scalers wants, as EC2 Auto
// Scaling does with several policies and Kubernetes with several metrics: it grows if one
// says so and shrinks if all agree. A schedule among them is a floor under the others. Each
// is asked in its own period, and wants what is there until it is asked for the first time;
// one that has no opinion about a pool does not count, and what a part names as victims goes
// first.
//
// Source: EC2 Auto Scaling user guide, "Multiple dynamic scaling policies".
type Max struct {
	Of []Part `toml:"of" doc:"scalers: names, or tables { scaler = NAME, parameters }"`

	asked   []asked
	desired []int
	victims []policy.WorkerID
}

// NewMax returns demand with office hours as its floor.
func NewMax() *Max {
	return &Max{Of: []Part{{Name: "demand", Scaler: NewDemand()}, {Name: "schedule", Scaler: NewSchedule()}}}
}

// Validate checks the parameters.
func (p *Max) Validate() error {
	if len(p.Of) == 0 {
		return errors.New("of = [], want scalers")
	}
	for i := range p.Of {
		if err := p.Of[i].validate(); err != nil {
			return err
		}
	}
	return period(p.Period())
}

// Period implements policy.Scaler: that in which all of them fit.
func (p *Max) Period() (d time.Duration) {
	for i := range p.Of {
		d = common(p.Of[i].Scaler.Period(), d)
	}
	return d
}

// FirstPeriod implements policy.FirstPeriod.
func (p *Max) FirstPeriod() time.Duration {
	d := first(p.Of[0].Scaler)
	for i := range p.Of {
		d = min(d, first(p.Of[i].Scaler))
	}
	return d
}

// StartsFromNone implements policy.LateStarter.
func (p *Max) StartsFromNone(pool policy.PoolID) bool { return startsFromNone(p.Of, pool) }

// Start implements policy.Starter.
func (p *Max) Start(e policy.Env) error { return startAll(p.Of, e) }

// Size implements policy.Scaler.
func (p *Max) Size(v *policy.ScaleView) policy.Plan {
	if p.asked == nil {
		begun := v.Now - p.FirstPeriod()
		for i := range p.Of {
			p.asked = append(p.asked, asked{next: begun + first(p.Of[i].Scaler), desired: others(v, nil)})
		}
	}
	p.desired, p.victims = p.desired[:0], p.victims[:0]
	for range v.Pools() {
		p.desired = append(p.desired, -1)
	}
	for i := range p.asked {
		a := &p.asked[i]
		a.ask(p.Of[i].Scaler, v, p.Period()/10)
		for pool, n := range a.desired {
			p.desired[pool] = max(p.desired[pool], n)
		}
		p.victims = append(p.victims, a.victims...)
	}
	return policy.Plan{Desired: p.desired, Victims: p.victims}
}
