package route

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
)

// NovaOriginal is the "revised Nova scheduler" of the system this project
// descends from, with all its side effects: the baseline to beat, not a
// policy to use.
//
// Work is counted in units of 0.4251803 s (a mean request of that system),
// at most Capacity per request; a request that the Estimator does not know
// counts as Unknown units. A worker's load is the units of the requests sent
// to it and not ended. Every parameter but the unit and the capacity takes one
// of its faults away: see experiments/original.toml.
//
//  1. Filter: workers with Floor <= load + job <= Capacity. The lower bound
//     holds for every worker by itself, so an idle fleet refuses all small
//     requests.
//  2. Lottery: one of them with probability proportional to its headroom,
//     Capacity - load.
//  3. No host: a job below Floor goes to a function; for any other a worker
//     is launched, the whole gateway waits until it is seen to run (the SDK's
//     waiter looks at once and then every 15 s), and the request is sent there
//     although nothing listens yet.
//  4. Load is counted only after the lock around the decision is given up:
//     decisions within BookingDelay of each other do not see one another.
//  5. An attempt ends after 60 s, doubling to 960 s, then after 600 s; the
//     worker goes on with it. Any failure drops the worker from the fleet,
//     running and billed. The next one is chosen at once, and the request is
//     sent there after 1 to 5 s (uniform), without end. Only the end of a call by the
//     function's own time-out is an answer, as Lambda's FunctionError is not looked at.
//  6. Workers that are lost are not replaced.
//
// O(n) per decision. The original adds up all requests in flight at each; so do we where
// something has changed at a worker, in the same order, which gives the same sums.
//
// Source: foxtrot95/loadbalancer_and_autoscaler bf39fdb,
// RevisedNovaSchedulerStrategy.java, LoadBalancer.java.
type NovaOriginal struct {
	Unit         float64       `toml:"unit" doc:"work of one unit, CPU-seconds" range:"0.1:2"`
	Capacity     float64       `toml:"capacity" doc:"most units on a worker, and most that one request counts" range:"2:100"`
	Floor        float64       `toml:"floor" doc:"least units on a worker with the request" range:"0:5"`
	Unknown      float64       `toml:"unknown" doc:"units of a request whose work is not known; 0 by the mean of its class" range:"0:20"`
	BookingDelay time.Duration `toml:"booking_delay" doc:"a decision is invisible to others for so long" range:"0s:100ms"`
	Unready      bool          `toml:"unready" doc:"take workers that run and do not answer yet"`
	Look         time.Duration `toml:"look" doc:"time between two looks whether a launched worker runs, where unready ones are taken; 0 it is known at once" range:"0s:60s"`
	Drop         bool          `toml:"drop" doc:"drop a worker from the fleet, running and billed, when an attempt fails there, and replace none that is lost"`
	Stall        bool          `toml:"stall" doc:"the gateway stands still during a launch for a request; otherwise one worker at a time is launched, and the request goes to another"`

	rand *policy.Rand
	book book
	open []headroom      // scratch: the workers that pass the filter
	sum  float64         // of their headrooms
	took policy.WorkerID // by the last decision; NoWorker: there was no host
}

// The side effects are optional interfaces, which a wrong signature would
// silently leave out.
var _ interface {
	policy.Router
	policy.Starter
	policy.Diverter
	policy.TimelyRouter
	policy.Observer
	policy.Forgetter
	policy.Hasty
	policy.Neglectful
	policy.AttemptTimer
	policy.Leaver
	policy.Retrier
	policy.Preselector
} = (*NovaOriginal)(nil)

// A headroom is what a worker can still take, in units.
type headroom struct {
	id    policy.WorkerID
	units float64
}

// NewNovaOriginal returns the original's constants.
func NewNovaOriginal() *NovaOriginal {
	return &NovaOriginal{
		Unit: 0.4251803, Capacity: 20, Floor: 1.1, Unknown: 1.2,
		BookingDelay: time.Millisecond, Unready: true, Look: 15 * time.Second, Drop: true, Stall: true,
	}
}

// Validate checks the parameters.
func (p *NovaOriginal) Validate() error {
	var unit, room, unknown, delay, look error
	if !(p.Unit > 0) {
		unit = fmt.Errorf("unit = %v, must be positive", p.Unit)
	}
	if !(0 <= p.Floor && p.Floor < p.Capacity) {
		room = fmt.Errorf("floor = %v, capacity = %v, want 0 <= floor < capacity", p.Floor, p.Capacity)
	}
	if !(p.Unknown >= 0) {
		unknown = fmt.Errorf("unknown = %v, must not be negative", p.Unknown)
	}
	if p.BookingDelay < 0 {
		delay = fmt.Errorf("booking_delay = %v, must not be negative", p.BookingDelay)
	}
	if p.Look < 0 {
		look = fmt.Errorf("look = %v, must not be negative", p.Look)
	}
	return errors.Join(unit, room, unknown, delay, look)
}

// Start implements policy.Starter.
func (p *NovaOriginal) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Route implements policy.Router.
func (p *NovaOriginal) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	p.book.settle(v)
	job := p.units(r)
	p.filter(v, job)
	w := policy.NoWorker
	if len(p.open) > 0 {
		w = p.draw()
	}
	p.took = w
	p.book.decide(booking{id: r.ID, units: job, visible: v.Now + p.BookingDelay}, w)
	return w, w != policy.NoWorker
}

// units is what a request counts.
func (p *NovaOriginal) units(r *policy.Request) float64 {
	switch {
	case r.Work > 0 && (r.Known || p.Unknown == 0):
		return min(r.Work/p.Unit, p.Capacity)
	case p.Unknown == 0: // of no class anything is known
		return 1
	}
	return min(p.Unknown, p.Capacity)
}

// filter collects the workers that may take a job of so many units.
func (p *NovaOriginal) filter(v *policy.View, job float64) {
	p.open, p.sum = p.open[:0], 0
	ready := v.Ready()
	if len(ready) == 0 {
		return
	}
	p.book.cover(ready[len(ready)-1])
	p.book.reveal(v.Now)
	for _, id := range ready {
		load := p.book.upTo(p.Capacity, id, v.Now)
		if load+job > p.Capacity || load+job < p.Floor {
			continue
		}
		h := headroom{id, p.Capacity - load}
		p.open = append(p.open, h)
		p.sum += h.units
	}
}

// draw is the lottery.
func (p *NovaOriginal) draw() policy.WorkerID {
	x := p.rand.Float64() * p.sum
	for _, h := range p.open {
		if x -= h.units; x < 0 {
			return h.id
		}
	}
	return p.open[len(p.open)-1].id // x was the sum, but for rounding
}

// NoHost implements policy.Diverter.
func (p *NovaOriginal) NoHost(_ *policy.View, r *policy.Request) policy.Choice {
	if p.units(r) < p.Floor {
		return policy.ToFunction
	}
	if !p.Stall {
		return policy.LaunchBeside
	}
	return policy.LaunchAndWait
}

// RouteAgain implements policy.TimelyRouter: when a decision that is invisible now is seen.
// The open one is about the request that waits, which is no load.
func (p *NovaOriginal) RouteAgain(v *policy.View, _ *policy.Request, _ policy.WorkerID) time.Duration {
	return p.book.changes(v.Now)
}

// Resumed implements policy.Preselector: load counts from when the attempt is made.
func (p *NovaOriginal) Resumed(v *policy.View, r *policy.Request, w policy.WorkerID) {
	p.book.settle(v)
	if w != policy.NoWorker {
		p.book.add(w, booking{id: r.ID, units: p.units(r), visible: v.Now + p.BookingDelay})
	}
}

// Done implements policy.Observer: an ended attempt is load no more.
func (p *NovaOriginal) Done(_ *policy.View, o *policy.Outcome) {
	p.book.end(o.Request.ID, o.Worker)
}

// Forget implements policy.Forgetter: whatever fails is taken for dead.
func (p *NovaOriginal) Forget(o *policy.Outcome) bool {
	return p.Drop && (o.Status == policy.Error || o.Status == policy.Timeout)
}

// TakesUnready implements policy.Hasty.
func (p *NovaOriginal) TakesUnready() (time.Duration, bool) { return p.Look, p.Unready }

// NeverReplaces implements policy.Neglectful.
func (p *NovaOriginal) NeverReplaces() bool { return p.Drop }

// AttemptTimeout implements policy.AttemptTimer: 60 s, doubling to 960 s, then 600 s:
// the original compares before it doubles.
func (p *NovaOriginal) AttemptTimeout(n int) time.Duration {
	if n > 4 {
		return 10 * time.Minute
	}
	return time.Minute << max(n, 0)
}

// LeavesRunning implements policy.Leaver: the original's workers do not notice that
// a connection was closed.
func (p *NovaOriginal) LeavesRunning() bool { return true }

// Retry implements policy.Retrier: without end, after 1 to 5 s. A call that a function's
// time-out has ended is not repeated: Lambda answers it with an error object, which the
// original never looks for and delivers.
func (p *NovaOriginal) Retry(_ *policy.View, o *policy.Outcome) (bool, time.Duration) {
	if o.Worker == policy.NoWorker && o.Status == policy.Timeout && o.Took < p.AttemptTimeout(int(o.Request.Attempts)-1) {
		return false, 0
	}
	return true, time.Second + time.Duration(p.rand.Float64()*float64(4*time.Second))
}
