package scale

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
)

// Activate switches a scaler on and off: while no more than Above requests are in the
// system, and have not been for Cooldown, the fleet is none; else it is what the scaler
// wants, and one worker of the first pool at least. It looks every Poll. So a scaler that
// cannot start from nothing, as without workers it has no metric, can save the last one.
//
// Source: the activation phase of KEDA, in its documentation "Scaling Deployments".
type Activate struct {
	Of       []Part        `toml:"of" doc:"the scaler, in a list: its name, or a table { scaler = NAME, parameters }"`
	Above    float64       `toml:"above" doc:"requests in the system above which a worker is wanted at all" range:"0:10" set:"yes"`
	Poll     time.Duration `toml:"poll" doc:"between two looks" range:"1s:60s"`
	Cooldown time.Duration `toml:"cooldown" doc:"without activity before the fleet goes" range:"30s:15m" set:"yes"`

	polls   ticker
	on      bool
	active  time.Duration // the last time that it was
	begun   bool
	inner   asked
	desired []int
}

// NewActivate returns target tracking with KEDA's cooldown.
func NewActivate() *Activate {
	return &Activate{
		Of: []Part{{Name: "aws-target", Scaler: NewAWSTarget()}}, Poll: 10 * time.Second, Cooldown: 300 * time.Second,
	}
}

// Validate checks the parameters.
func (p *Activate) Validate() error {
	if len(p.Of) != 1 {
		return fmt.Errorf("of has %d scalers, want one; for several give max", len(p.Of))
	}
	if err := p.Of[0].validate(); err != nil {
		return err
	}
	var above error
	if !(p.Above >= 0) {
		above = fmt.Errorf("above = %v, must not be negative", p.Above)
	}
	return errors.Join(above, positive("poll", p.Poll), notNegative("cooldown", p.Cooldown), period(p.Period()))
}

// Period implements policy.Scaler.
func (p *Activate) Period() time.Duration { return common(p.Of[0].Scaler.Period(), p.Poll) }

// StartsFromNone implements policy.LateStarter: nobody comes for fewer requests.
// With Above of 1 or more a single request brings no worker, and would wait for ever.
func (p *Activate) StartsFromNone(pool policy.PoolID) bool {
	return p.Above < 1 && (pool == 0 || startsFromNone(p.Of, pool))
}

// Start implements policy.Starter.
func (p *Activate) Start(e policy.Env) error { return startAll(p.Of, e) }

// Size implements policy.Scaler.
func (p *Activate) Size(v *policy.ScaleView) policy.Plan {
	if !p.begun { // what is there at the start is not taken away at once
		p.begun, p.on, p.active = true, true, v.Now
		p.inner.next = v.Now - p.Period() + first(p.Of[0].Scaler)
	}
	if p.polls.due(v.Now, p.Poll) {
		switch {
		case float64(v.InFlight()) > p.Above:
			if !p.on {
				p.inner = asked{next: v.Now}
			}
			p.on, p.active = true, v.Now
		case v.Now-p.active >= p.Cooldown:
			p.on = false
		}
	}
	p.desired = p.desired[:0]
	if !p.on {
		for range v.Pools() {
			p.desired = append(p.desired, 0)
		}
		return policy.Plan{Desired: p.desired}
	}
	p.inner.ask(p.Of[0].Scaler, v, p.Period()/10)
	p.desired = append(p.desired, p.inner.desired...)
	p.desired = others(v, p.desired)
	if len(p.desired) > 0 {
		if p.desired[0] < 0 {
			p.desired[0] = v.Pool(0).Wanted()
		}
		p.desired[0] = max(p.desired[0], 1)
	}
	return policy.Plan{Desired: p.desired, Victims: p.inner.victims}
}
