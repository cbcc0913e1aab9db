package hedge

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
)

// Quantile sends a second copy of a request whose answer takes longer than that of the share
// Of of the requests of its class, within the [Budget]. With Relative it compares multiples of
// the service time that is predicted of each request, on a worker of the first pool, so that a
// long request counts as late only where it takes long for its work: where sizes differ much,
// it is the long requests that have the copies otherwise, to no use. No copy is sent until Least
// requests of the class were answered. O(1), but O(Least) for each of these.
//
// The threshold follows the quantile of the first attempts at workers (see [tracker]); an
// attempt that was cancelled after the threshold counts as one that took longer. The rule is that of Dean and
// Barroso ("The Tail at Scale", CACM 56(2), 2013).
type Quantile struct {
	Of       float64 `toml:"of" doc:"share of requests that are answered before a copy is sent, in (0, 1)" range:"0.8:0.995" set:"yes"`
	Relative bool    `toml:"relative" doc:"compare multiples of the predicted service time, not times" set:"yes"`
	Least    int     `toml:"least" doc:"answers of the class before the first copy, in [1, 10000]"`
	Budget

	classes []tracker
}

// NewQuantile returns a Quantile with the defaults.
func NewQuantile() *Quantile { return &Quantile{Of: 0.95, Least: 100, Budget: standard} }

// Validate checks the parameters.
func (p *Quantile) Validate() error {
	var errs []error
	if !(p.Of > 0 && p.Of < 1) {
		errs = append(errs, fmt.Errorf("of = %v, must be in (0, 1)", p.Of))
	}
	if p.Least < 1 || p.Least > 10_000 {
		errs = append(errs, fmt.Errorf("least = %d, must be in [1, 10000]", p.Least))
	}
	return errors.Join(append(errs, p.check())...)
}

// Start implements policy.Starter.
func (p *Quantile) Start(e policy.Env) error {
	p.classes = make([]tracker, len(e.Classes))
	for i := range p.classes {
		p.classes[i] = tracker{first: make([]float64, 0, p.Least), relative: p.Relative}
	}
	return nil
}

// Changed implements policy.Changer: times and multiples of service times do not mix.
func (p *Quantile) Changed() {
	for i := range p.classes {
		if c := &p.classes[i]; c.relative != p.Relative {
			*c = tracker{first: c.first[:0], relative: p.Relative}
		}
	}
}

// After implements policy.Hedge.
func (p *Quantile) After(v *policy.View, r *policy.Request) (time.Duration, bool) {
	p.earn()
	at, ok := p.classes[r.Class].quantile()
	if !ok {
		return 0, false
	}
	return policy.Seconds(min(at*p.unit(v, 0, r), longest)), true
}

// longest is a hundred years, in seconds.
const longest = 3e9

// unit is what times are compared in, seconds.
func (p *Quantile) unit(v *policy.View, pool policy.PoolID, r *policy.Request) float64 {
	if !p.Relative {
		return 1
	}
	return max(v.Service(pool, r).Seconds(), 1e-6)
}

// Done implements policy.Observer.
func (p *Quantile) Done(v *policy.View, o *policy.Outcome) {
	if o.Attempt != 0 || o.Worker == policy.NoWorker {
		return
	}
	t := &p.classes[o.Request.Class]
	took := o.Took.Seconds() / p.unit(v, v.Worker(o.Worker).Pool, o.Request)
	switch o.Status {
	case policy.OK:
		t.add(took, p.Of)
	case policy.Cancelled:
		if at, ok := t.quantile(); ok && took >= at {
			t.add(took, p.Of)
		}
	}
}
