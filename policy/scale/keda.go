package scale

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// KEDA sizes the first pool by the length of a queue per worker; the other pools stay as
// they are. The queue is all requests in the system, waiting or in service, as KEDA's SQS
// scaler counts messages in flight by default. It consists of two parts.
//
// Every Poll it looks whether the queue is longer than Activation. If it is, a fleet of none
// becomes one; if it was not for Cooldown, the fleet becomes none. Beside that an HPA wants
// ceil(queue / QueueLength) workers, and at least one, every period, unless queue per worker
// is within Tolerance of QueueLength, with the windows and rates of Behaviour.
//
// Source: kedacore/keda, pkg/scaling/executor and the defaults of its documentation (poll
// 30 s, cooldown 300 s, no worker at least); kubernetes/kubernetes 0006726,
// GetExternalPerPodMetricReplicas. O(1) per decision.
type KEDA struct {
	QueueLength float64       `toml:"queue_length" doc:"requests in the system per worker" range:"0.5:20" set:"yes"`
	Activation  float64       `toml:"activation" doc:"requests in the system above which a worker is wanted at all" range:"0:10" set:"yes"`
	Poll        time.Duration `toml:"poll" doc:"between two looks whether any worker is wanted" range:"5s:60s" set:"yes"`
	Cooldown    time.Duration `toml:"cooldown" doc:"without activity before the last worker goes" range:"30s:15m" set:"yes"`
	Tolerance   float64       `toml:"tolerance" doc:"how far from 1 queue / (workers * queue_length) may be before anything changes" range:"0:0.3" set:"yes"`
	Every       time.Duration `toml:"period" doc:"time between decisions of the HPA" range:"5s:60s" set:"yes"`
	Behaviour

	polls  ticker
	active time.Duration // the last time it was
	past   behaved

	begun   bool
	desired []int
}

// NewKEDA returns the defaults of KEDA, with its usual five messages a worker.
func NewKEDA() *KEDA {
	return &KEDA{
		QueueLength: 5, Poll: 30 * time.Second, Cooldown: 300 * time.Second,
		Tolerance: 0.1, Every: 15 * time.Second, Behaviour: newBehaviour(),
	}
}

// Validate checks the parameters.
func (p *KEDA) Validate() error {
	var length, activation, tolerance error
	if !(p.QueueLength > 0) || math.IsInf(p.QueueLength, 0) {
		length = fmt.Errorf("queue_length = %v, must be positive", p.QueueLength)
	}
	if !(p.Activation >= 0) {
		activation = fmt.Errorf("activation = %v, must not be negative", p.Activation)
	}
	if !(p.Tolerance >= 0 && p.Tolerance < 1) {
		tolerance = fmt.Errorf("tolerance = %v, must be in [0, 1)", p.Tolerance)
	}
	return errors.Join(length, activation, tolerance, positive("poll", p.Poll), notNegative("cooldown", p.Cooldown),
		period(p.Every), p.Behaviour.validate())
}

// Period implements policy.Scaler.
func (p *KEDA) Period() time.Duration { return p.Every }

// StartsFromNone implements policy.LateStarter: nobody comes for a queue that is not
// longer than Activation.
func (p *KEDA) StartsFromNone(pool policy.PoolID) bool { return pool == 0 && p.Activation < 1 }

// Size implements policy.Scaler.
func (p *KEDA) Size(v *policy.ScaleView) policy.Plan {
	if len(v.Pools()) == 0 {
		return policy.Plan{}
	}
	want := p.decide(v.Now, v.Pool(0).Wanted(), float64(v.InFlight()))
	p.desired = others(v, append(p.desired[:0], want))
	return policy.Plan{Desired: p.desired}
}

// decide is the number of workers for a queue.
func (p *KEDA) decide(now time.Duration, current int, queue float64) int {
	if !p.begun {
		p.begun, p.active = true, now
	}
	if p.polls.due(now, p.Poll) {
		switch {
		case queue > p.Activation:
			p.active = now
			current = max(current, 1)
		case now-p.active >= p.Cooldown:
			return 0
		}
	}
	if current == 0 {
		return 0
	}
	want := current
	if !within(queue/(p.QueueLength*float64(current)), p.Tolerance) {
		want = int(math.Ceil(min(queue/p.QueueLength, math.MaxInt32)))
	}
	return p.past.decide(now, current, max(want, 1), &p.Behaviour)
}
