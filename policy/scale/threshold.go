package scale

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/enum"
)

// Threshold adds Step workers to a pool while its mean processor utilisation
// is above High and takes Step away while it is below Low and more than one
// worker is ready. The mean is over the ready workers, each one's own mean
// over the reports of the last Window; one without reports counts as Assume.
// Without any ready worker there is no mean and the size stays.
//
// The defaults are the original system's, which had neither a maximum nor a
// cooldown (both are the pool's) and always took the first worker of its
// list as the victim (Victim = FirstVictim). With "idle" it is the one with the
// fewest requests in flight, ties to the youngest.
//
// Note: utilisation never exceeds 1, and work that spills to functions does
// not show in it, so the rule reacts too little to a flash crowd; see Demand.
// O(n) per decision.
//
// Source: foxtrot95/loadbalancer_and_autoscaler bf39fdb, Autoscaler.java.
type Threshold struct {
	High   float64       `toml:"high" doc:"utilisation above which workers are added" range:"0.4:0.95" set:"yes"`
	Low    float64       `toml:"low" doc:"utilisation below which workers are taken away" range:"0.05:0.6" set:"yes"`
	Step   int           `toml:"step" doc:"workers added or taken away at once" range:"1:10" within:":max" set:"yes"`
	Window time.Duration `toml:"window" doc:"reports looked at, at most 15 min" range:"10s:15m" set:"yes"`
	Every  time.Duration `toml:"period" doc:"time between decisions" range:"10s:10m"`
	First  time.Duration `toml:"first" doc:"time until the first decision; 0 is the period"`
	Assume float64       `toml:"assume" doc:"utilisation of a worker without reports" set:"yes"`
	Victim Victim        `toml:"victim" doc:"worker taken away: the \"first\" by ID, or the most \"idle\"" set:"first,idle"`

	desired []int
	victims []policy.WorkerID
}

// NewThreshold returns the original system's settings.
func NewThreshold() *Threshold {
	return &Threshold{
		High: 0.70, Low: 0.20, Step: 1, Assume: 0.5,
		Window: 300 * time.Second, Every: 120 * time.Second, First: 60 * time.Second,
	}
}

// Validate checks the parameters.
func (p *Threshold) Validate() error {
	var bounds, step, window, first error
	if !(0 <= p.Low && p.Low < p.High && p.High <= 1) {
		bounds = fmt.Errorf("low = %v, high = %v, want 0 <= low < high <= 1", p.Low, p.High)
	}
	if p.Step < 1 {
		step = fmt.Errorf("step = %d, must be at least 1", p.Step)
	}
	if p.Window > policy.SampleSpan {
		window = fmt.Errorf("window = %v, must be at most %v: reports are kept so long", p.Window, policy.SampleSpan)
	}
	if p.First < 0 {
		first = fmt.Errorf("first = %v, must not be negative", p.First)
	}
	return errors.Join(bounds, step, positive("window", p.Window), window, period(p.Every), first, enum.Check("victim", p.Victim, victims))
}

// Period implements policy.Scaler.
func (p *Threshold) Period() time.Duration { return p.Every }

// FirstPeriod implements policy.FirstPeriod.
func (p *Threshold) FirstPeriod() time.Duration { return p.First }

// StartsFromNone implements policy.LateStarter: without workers there is no
// utilisation.
func (p *Threshold) StartsFromNone(policy.PoolID) bool { return false }

// Size implements policy.Scaler.
func (p *Threshold) Size(v *policy.ScaleView) policy.Plan {
	p.desired, p.victims = p.desired[:0], p.victims[:0]
	for i := range v.Pools() {
		pool := policy.PoolID(i)
		mean, n := v.CPU(pool, p.Window, p.Assume)
		size := v.Pool(pool).Wanted()
		switch {
		case mean > p.High:
			size += p.Step
		case mean < p.Low && n > 1:
			size = max(size-p.Step, 1)
			p.name(v, pool)
		}
		p.desired = append(p.desired, size)
	}
	return policy.Plan{Desired: p.desired, Victims: p.victims}
}

// name adds the victims in a pool.
func (p *Threshold) name(v *policy.ScaleView, pool policy.PoolID) {
	if p.Victim != FirstVictim {
		return
	}
	n := 0
	for _, id := range v.Ready() {
		if v.Worker(id).For == pool && n < p.Step {
			p.victims = append(p.victims, id)
			n++
		}
	}
}

// Victim is the worker that [Threshold] takes away.
type Victim uint8

// The values.
const (
	FirstVictim Victim = iota // the first by ID
	IdleVictim                // the most idle: the control plane chooses it
)

var victims = []string{FirstVictim: "first", IdleVictim: "idle"}

// String is the word in experiment files.
func (v Victim) String() string { return enum.Word(v, victims) }

// UnmarshalText reads the word.
func (v *Victim) UnmarshalText(text []byte) error { return enum.Read(v, text, victims) }
