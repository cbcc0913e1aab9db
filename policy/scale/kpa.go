package scale

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// KPA is the autoscaler of Knative on concurrency, a worker of the first pool being a pod;
// the other pools stay as they are. What is in the system (at workers, on functions and
// waiting) is averaged over a stable window and over the last PanicShare of it, the panic
// window. Each wants ceil(average / target) workers, within MaxUp times and one MaxDown-th of
// those that are ready. Where the panic window wants PanicThreshold times those that are
// ready, it takes over until a whole stable window has passed without that, and nothing
// shrinks meanwhile.
//
// The fleet goes to zero once nothing was in the system for a stable window and Grace.
// What arrives then waits, counts, and launches a worker at the next tick.
//
// Note: the rounding up makes a fleet of one panic as soon as the short average exceeds one
// target, not two. Slow boots make requests wait, which count, so that a panic asks for many
// workers: bound it by max. The burst capacity of Knative decides about the path of requests
// and has no meaning here. O(1) per decision.
//
// Source: knative/serving 00a4a55, pkg/autoscaler/scaling/autoscaler.go; defaults of
// config/core/configmaps/autoscaler.yaml 0d68a7b.
type KPA struct {
	Target         float64       `toml:"target" doc:"requests in the system per worker; 0 is utilisation times its slots (its cores, where slots are unlimited)" set:"yes"`
	Utilisation    float64       `toml:"utilisation" doc:"share of a worker's slots that is aimed at, where target is 0" range:"0.3:1" set:"yes"`
	StableWindow   time.Duration `toml:"stable_window" doc:"of the average, and how long a panic lasts at least; at most 15 min" range:"10s:5m" set:"yes"`
	PanicShare     float64       `toml:"panic_share" doc:"of the stable window that is the panic window" range:"0.05:0.3" set:"yes"`
	PanicThreshold float64       `toml:"panic_threshold" doc:"times the ready workers that the panic window has to want for a panic" range:"1.1:5" set:"yes"`
	MaxUp          float64       `toml:"max_up" doc:"most times the ready workers that is asked for at once" range:"2:1000" set:"yes"`
	MaxDown        float64       `toml:"max_down" doc:"the fleet shrinks to this fraction of the ready workers at most, 2 being a half" range:"1.1:10" set:"yes"`
	DownDelay      time.Duration `toml:"down_delay" doc:"shrink to the most wanted within so long" range:"0s:10m" set:"yes"`
	Activation     int           `toml:"activation" doc:"least workers, unless none" range:"1:5" within:":max" set:"yes"`
	ToZero         bool          `toml:"to_zero" doc:"the last worker goes, too" set:"yes"`
	Grace          time.Duration `toml:"grace" doc:"the last worker stays so long after it is not wanted any more" range:"0s:5m" set:"yes"`
	Every          time.Duration `toml:"period" doc:"time between decisions" range:"1s:30s" set:"yes"`

	state   KPAState
	unused  time.Duration // since when no worker is wanted; -1: one is
	begun   bool
	desired []int
}

// NewKPA returns the defaults of Knative.
func NewKPA() *KPA {
	return &KPA{
		Utilisation: 0.7, StableWindow: time.Minute, PanicShare: 0.1, PanicThreshold: 2, MaxUp: 1000, MaxDown: 2,
		Activation: 1, ToZero: true, Grace: 30 * time.Second, Every: 2 * time.Second,
	}
}

// Validate checks the parameters.
func (p *KPA) Validate() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	bad(!(p.Target >= 0) || math.IsInf(p.Target, 0), "target = %v, must not be negative", p.Target)
	bad(!(p.Utilisation > 0 && p.Utilisation <= 1), "utilisation = %v, must be in (0, 1]", p.Utilisation)
	bad(p.StableWindow > 15*time.Minute, "stable_window = %v, must be at most 15m", p.StableWindow)
	bad(!(p.PanicShare >= 0.01 && p.PanicShare <= 1), "panic_share = %v, must be in [0.01, 1]", p.PanicShare)
	bad(!(p.PanicThreshold > 1), "panic_threshold = %v, must be more than 1", p.PanicThreshold)
	bad(!(p.MaxUp > 1), "max_up = %v, must be more than 1", p.MaxUp)
	bad(!(p.MaxDown > 1), "max_down = %v, must be more than 1", p.MaxDown)
	bad(p.Activation < 1, "activation = %d, must be at least 1", p.Activation)
	return errors.Join(append(errs, positive("stable_window", p.StableWindow), notNegative("down_delay", p.DownDelay),
		notNegative("grace", p.Grace), period(p.Every))...)
}

// Period implements policy.Scaler.
func (p *KPA) Period() time.Duration { return p.Every }

// StartsFromNone implements policy.LateStarter.
func (p *KPA) StartsFromNone(pool policy.PoolID) bool { return pool == 0 }

// Size implements policy.Scaler.
func (p *KPA) Size(v *policy.ScaleView) policy.Plan {
	p.desired = p.desired[:0]
	if len(v.Pools()) == 0 {
		return policy.Plan{}
	}
	ready := v.Pool(0).Ready
	if !p.begun {
		p.begun, p.unused = true, -1
		p.state = StartKPA(v.Now, ready)
	}
	stable := v.Concurrency(p.StableWindow)
	short := v.Concurrency(time.Duration(float64(p.StableWindow) * p.PanicShare))
	want := p.state.Decide(v.Now, ready, stable, short, p.perWorker(&v.Pools()[0]), p)
	p.desired = append(p.desired, p.last(v.Now, want, v.Pool(0).Wanted()))
	p.desired = others(v, p.desired)
	return policy.Plan{Desired: p.desired}
}

// perWorker is the requests per worker that are aimed at.
func (p *KPA) perWorker(pool *policy.Pool) float64 {
	if p.Target > 0 {
		return p.Target
	}
	return p.Utilisation * float64(slots(pool))
}

// slots is how many requests a worker of a pool serves at once before it is busy.
func slots(pool *policy.Pool) int {
	if pool.Slots > 0 {
		return pool.Slots
	}
	return pool.Cores
}

// last keeps the last worker for a time after it is not wanted any more.
func (p *KPA) last(now time.Duration, want, current int) int {
	if want > 0 {
		p.unused = -1
		return want
	}
	if p.unused < 0 {
		p.unused = now
	}
	if p.ToZero && (current == 0 || now-p.unused >= p.Grace) {
		return 0
	}
	return 1
}

// A KPAState is what Knative's autoscaler remembers of a fleet. It stands apart from what a
// decision is made of, so that the original can be held against it.
type KPAState struct {
	on     bool
	since  time.Duration // the last time that the short window was beyond the threshold
	most   int           // that was wanted in this panic
	recent policy.Ring[sized]
}

// StartKPA is the state at the first decision: where there are several workers the past is
// not known, and a panic keeps them for a stable window.
func StartKPA(now time.Duration, ready int) KPAState {
	return KPAState{on: ready > 1, since: now, most: ready}
}

// Decide is the number of workers that Knative wants, where so many are ready, by the
// averages over the stable and the panic window and what is aimed at per worker.
func (s *KPAState) Decide(now time.Duration, ready int, stable, short, target float64, p *KPA) int {
	pods := max(1, float64(ready))
	least, most := math.Floor(pods/p.MaxDown), min(math.Ceil(p.MaxUp*pods), math.MaxInt32)
	wantStable, wantShort := math.Ceil(stable/target), math.Ceil(short/target)
	bounded := func(want float64) int {
		n := int(min(max(want, least), most))
		if want > 0 {
			n = max(n, p.Activation)
		}
		return n
	}
	switch over := wantShort/pods >= p.PanicThreshold; {
	case over:
		s.on, s.since = true, now
	case s.on && s.since+p.StableWindow < now:
		s.on, s.most = false, 0
	}
	want := bounded(wantStable)
	if s.on {
		s.most = max(s.most, want, bounded(wantShort))
		want = s.most
	}
	if p.DownDelay == 0 {
		return want
	}
	forget(&s.recent, now-p.DownDelay)
	s.recent.Push(sized{now, want})
	for i := range s.recent.Len() {
		want = max(want, s.recent.At(i).n)
	}
	return want
}
