package scale

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// PID moves the size of a pool by a controller on the error e, the mean processor
// utilisation less Target, in its velocity form:
//
//	change of the fleet, as a share = KP·(e - e1) + KI·e·dt + KD·(e - 2·e1 + e2)/dt
//
// where e1 and e2 are the errors of the last two decisions. The size is kept as a real
// number and rounded for the fleet; where the fleet has another size (bounds, operator), the
// controller goes on from that, so that nothing winds up. An error within Dead is none.
// What boots already counts as sharing the load, which makes up for the dead time of a boot
// (Smith 1957, for a load that does not change). At least one worker stays; without any
// there is no utilisation. Workers without reports count as on target.
//
// Note: the utilisation is at most 1, so an error is at most 1 - Target, however large the
// load is. O(workers) per decision.
//
// Source: Åström and Hägglund 1995, PID Controllers, sections 3.5 and 3.6.
type PID struct {
	Target float64       `toml:"target" doc:"utilisation that is aimed at" range:"0.3:0.9" set:"yes"`
	KP     float64       `toml:"kp" doc:"share of the fleet per unit by which the error has changed" range:"0.1:3" set:"yes"`
	KI     float64       `toml:"ki" doc:"share of the fleet per unit of error and minute" range:"0.1:6" set:"yes"`
	KD     float64       `toml:"kd" doc:"share of the fleet per unit a minute by which the error changes" range:"0:1" set:"yes"`
	Dead   float64       `toml:"dead" doc:"error up to which nothing changes" range:"0:0.2" set:"yes"`
	Window time.Duration `toml:"window" doc:"reports looked at, at most 15 min" range:"10s:5m" set:"yes"`
	Every  time.Duration `toml:"period" doc:"time between decisions" range:"10s:5m"`

	loops   []loop
	desired []int
}

// A loop is the state of one controller.
type loop struct {
	begun  bool
	size   float64 // workers
	e1, e2 float64
}

// NewPID returns gains that bring the fleet to its target in about two minutes.
func NewPID() *PID {
	return &PID{Target: 0.6, KP: 0.5, KI: 1.5, KD: 0, Dead: 0.05, Window: 30 * time.Second, Every: 30 * time.Second}
}

// Validate checks the parameters.
func (p *PID) Validate() error {
	var target, gains, dead, window error
	if !(p.Target > 0 && p.Target < 1) {
		target = fmt.Errorf("target = %v, must be in (0, 1)", p.Target)
	}
	for _, k := range []float64{p.KP, p.KI, p.KD} {
		if !(k >= 0 && k <= 1000) {
			gains = fmt.Errorf("kp = %v, ki = %v, kd = %v, must be in [0, 1000]", p.KP, p.KI, p.KD)
		}
	}
	if !(p.Dead >= 0 && p.Dead < 1) {
		dead = fmt.Errorf("dead = %v, must be in [0, 1)", p.Dead)
	}
	if p.Window > policy.SampleSpan {
		window = fmt.Errorf("window = %v, must be at most %v: reports are kept so long", p.Window, policy.SampleSpan)
	}
	return errors.Join(target, gains, dead, positive("window", p.Window), window, period(p.Every))
}

// Period implements policy.Scaler.
func (p *PID) Period() time.Duration { return p.Every }

// StartsFromNone implements policy.LateStarter: without workers there is no
// utilisation.
func (p *PID) StartsFromNone(policy.PoolID) bool { return false }

// Size implements policy.Scaler.
func (p *PID) Size(v *policy.ScaleView) policy.Plan {
	p.desired = p.desired[:0]
	for i := range v.Pools() {
		if i == len(p.loops) {
			p.loops = append(p.loops, loop{})
		}
		id, pool := policy.PoolID(i), &v.Pools()[i]
		n := v.Pool(id)
		want := n.Wanted()
		if mean, ready := v.CPU(id, p.Window, p.Target); ready > 0 {
			ahead := mean * float64(ready) / float64(max(want, ready))
			want = p.move(&p.loops[i], ahead-p.Target, want, max(pool.Min, 1), pool.Max)
		}
		p.desired = append(p.desired, want)
	}
	return policy.Plan{Desired: p.desired}
}

// move is one step of a controller by an error, from the size that the fleet has.
func (p *PID) move(l *loop, e float64, current, low, high int) int {
	if math.Abs(e) <= p.Dead {
		e = 0
	}
	if !l.begun {
		l.begun, l.e1, l.e2 = true, e, e
	}
	if int(math.Round(l.size)) != current {
		l.size = float64(current)
	}
	minutes := p.Every.Minutes()
	change := p.KP*(e-l.e1) + p.KI*e*minutes + p.KD*(e-2*l.e1+l.e2)/minutes
	l.e1, l.e2 = e, l.e1
	l.size = min(max(l.size*(1+change), float64(low)), float64(max(low, high)))
	return int(math.Round(l.size))
}
