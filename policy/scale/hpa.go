package scale

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
)

// HPA is the Horizontal Pod Autoscaler of Kubernetes on processor utilisation, a worker
// being a pod whose request is the whole machine. Every period it wants
// ceil(ready · utilisation/Target) workers, unless the ratio is within Tolerance of 1.
// A worker that is not ready yet, or reports nothing yet, is no part of the ratio; then, if
// workers were added, those count as idle, and if some were taken away, those without a
// report count as fully busy; where that turns the direction nothing changes. What comes
// of it is held down by the stabilisation windows and the rates of Behaviour.
//
// A worker's reports do not count in its first InitPeriod unless they cover a Window since
// it became ready. Without any report the size stays. O(workers) per decision.
//
// Source: kubernetes/kubernetes 0006726, pkg/controller/podautoscaler/replica_calculator.go
// and horizontal.go; defaults of pkg/apis/autoscaling/v2/defaults.go 1adaa75.
type HPA struct {
	Target     float64       `toml:"target" doc:"utilisation that is aimed at, in whole hundredths" range:"0.3:0.9" set:"yes"`
	Tolerance  float64       `toml:"tolerance" doc:"how far from 1 utilisation / target may be before anything changes" range:"0:0.3" set:"yes"`
	Every      time.Duration `toml:"period" doc:"time between decisions" range:"5s:60s" set:"yes"`
	Window     time.Duration `toml:"window" doc:"reports looked at, at most 15 min" range:"15s:2m" set:"yes"`
	Delay      time.Duration `toml:"delay" doc:"until reports can be read" range:"0s:60s" set:"yes"`
	InitPeriod time.Duration `toml:"init_period" doc:"since its start, a worker's reports count only if they cover a window since it became ready" range:"0s:10m" set:"yes"`
	Behaviour

	pools   []behaved
	desired []int
}

// NewHPA returns the defaults of Kubernetes: 80 %, every 15 s, 5 min before scaling in.
func NewHPA() *HPA {
	return &HPA{
		Target: 0.8, Tolerance: 0.1, Every: 15 * time.Second, Window: 30 * time.Second,
		Delay: 0, InitPeriod: 5 * time.Minute, Behaviour: newBehaviour(),
	}
}

// Validate checks the parameters.
func (p *HPA) Validate() error {
	var target, tolerance, window error
	if !(p.Target >= 0.01 && p.Target <= 1) {
		target = fmt.Errorf("target = %v, must be in [0.01, 1]", p.Target)
	}
	if !(p.Tolerance >= 0 && p.Tolerance < 1) {
		tolerance = fmt.Errorf("tolerance = %v, must be in [0, 1)", p.Tolerance)
	}
	if p.Window > policy.SampleSpan {
		window = fmt.Errorf("window = %v, must be at most %v: reports are kept so long", p.Window, policy.SampleSpan)
	}
	return errors.Join(target, tolerance, period(p.Every), positive("window", p.Window), window,
		notNegative("delay", p.Delay), notNegative("init_period", p.InitPeriod), p.Behaviour.validate())
}

// Period implements policy.Scaler.
func (p *HPA) Period() time.Duration { return p.Every }

// StartsFromNone implements policy.LateStarter: a fleet of none is switched off.
func (p *HPA) StartsFromNone(policy.PoolID) bool { return false }

// Size implements policy.Scaler.
func (p *HPA) Size(v *policy.ScaleView) policy.Plan {
	p.desired = p.desired[:0]
	for i := range v.Pools() {
		if i == len(p.pools) {
			p.pools = append(p.pools, behaved{})
		}
		pool, b := policy.PoolID(i), &p.pools[i]
		current := v.Pool(pool).Wanted()
		want := current
		if current > 0 {
			u := p.look(v, pool)
			want = b.decide(v.Now, current, max(u.Replicas(current, p.Target, p.Tolerance), 1), &p.Behaviour)
		}
		p.desired = append(p.desired, want)
	}
	return policy.Plan{Desired: p.desired}
}

// look counts the workers of a pool as the HPA does pods.
func (p *HPA) look(v *policy.ScaleView, pool policy.PoolID) Usage {
	n := v.Pool(pool)
	u := Usage{Unready: n.Launching + n.Booting}
	to := v.Now - p.Delay
	for _, id := range v.Ready() {
		w := v.Worker(id)
		if w.For != pool || w.State != policy.StateReady {
			continue
		}
		cpu, ok := v.Reported(id, to-p.Window, to)
		switch {
		case !ok:
			u.Missing++
		case v.Now-w.Running < p.InitPeriod && min(w.AsOf, to) < w.Ready+p.Window:
			u.Unready++
		default:
			u.Measured++
			u.Used += cpu
		}
	}
	return u
}
