package sim

import (
	"time"

	"cnv/policy"
)

// Gateways are several gateways with the same workers. The first is Config.Control's, and
// the leader: it alone launches and ends workers, and sets what functions keep. The others
// hear of the fleet later. Nobody hears what another gateway has sent, but from workers that
// report.
//
// A worker that the leader drains is ended once nothing is assigned to it and every gateway
// has heard that it drains.
type Gateways struct {
	Others     []policy.Config // control planes of the others, like Control, with fresh policies of their own
	Assign     Assign
	FleetDelay time.Duration // from a change of the fleet to the others
}

// MostGateways bounds how many there are.
const MostGateways = 100

// Assign says which gateway a request goes to.
type Assign uint8

const (
	// AssignRandom draws one for each request, all alike.
	AssignRandom Assign = iota
	// AssignKey takes the same one for the same class and key: a hash of them. A request
	// without a key is drawn one.
	AssignKey
)

// String is the word of experiment files.
func (a Assign) String() string { return [...]string{"random", "key"}[a] }

// Assigns are all of them by name.
func Assigns() []string { return []string{"random", "key"} }

// A gateway is one Controller and its timer.
type gateway struct {
	ctrl *policy.Controller
	wake timerID
}

// An addressed is an event and whose it is: the number of the gateway.
type addressed struct {
	policy.Event
	to uint8
}

// A delayed is a change of the fleet on its way to the gateways that do not lead.
type delayed struct {
	due time.Duration
	e   policy.Event
}

// newGateways makes the Controllers.
func (w *world) newGateways() error {
	for i := range 1 + len(w.cfg.Gateways.Others) {
		ctrl, err := w.cfg.controller(i)
		if err != nil {
			return err
		}
		w.gateways = append(w.gateways, gateway{ctrl, w.timer(wakeUp, int32(i))})
	}
	w.ctrl = w.gateways[0].ctrl
	if len(w.gateways) > 1 {
		w.newsDue = w.timer(fleetNews, 0)
	}
	return nil
}

// tell has the gateway of a request learn something before anything else happens.
func (w *world) tell(to uint8, e policy.Event) { w.pending.Push(addressed{e, to}) }

// announce tells of a change of the fleet: the leader at once, the others later.
func (w *world) announce(e policy.Event) {
	w.tell(0, e)
	w.spread(e)
}

// spread tells the gateways that do not lead.
func (w *world) spread(e policy.Event) {
	switch delay := w.cfg.Gateways.FleetDelay; {
	case len(w.gateways) == 1:
	case delay == 0:
		w.hear(e)
	default:
		w.news.Push(delayed{w.now + delay, e})
		if w.news.Len() == 1 {
			w.set(w.newsDue, w.now+delay)
		}
	}
}

// hear has the gateways that do not lead learn of a change of the fleet.
func (w *world) hear(e policy.Event) {
	for i := 1; i < len(w.gateways); i++ {
		w.tell(uint8(i), e)
	}
	if e.Kind == policy.WorkerNotice && e.At == drains {
		v := w.vms[e.Worker]
		v.draining = v.state != policy.StateLost
		w.drained(v)
	}
}

// drains is the instant of the notice by which the leader tells the others that a worker is
// drained: nobody takes it away.
const drains time.Duration = -1

// arriveNews hands over the changes that are due.
func (w *world) arriveNews() {
	for w.news.Len() > 0 && w.news.Front().due <= w.now {
		w.hear(w.news.Front().e)
		w.news.Drop()
	}
	if w.news.Len() > 0 {
		w.set(w.newsDue, w.news.Front().due)
	}
}

// gatewayOf is the gateway that an arrival goes to; s is its slot.
// What is drawn is keyed by the request, so that all policies meet the same.
func (w *world) gatewayOf(e *policy.Event, s int32) uint8 {
	n := len(w.gateways)
	if w.cfg.Gateways.Assign == AssignKey && e.Key != 0 {
		return uint8(w.draws.gateway.At(uint64(e.Key)<<8 ^ uint64(e.Class)).IntN(n))
	}
	key := uint64(e.Request)
	if w.tries != nil {
		key = w.tries[s].user<<8 | uint64(w.tries[s].n)
	}
	return uint8(w.draws.gateway.At(key).IntN(n))
}

// here is how many requests a worker has: all, and by the gateway that sent them. What it
// goes on with for nobody is of no gateway.
func (w *world) here(v *vm) (all int32, by []int32) {
	by = append(w.by[:0], make([]int32, len(w.gateways))...)
	count := func(c int32) {
		if call := &w.calls[c]; call.place != abandoned {
			all++
			if !call.runsOn {
				by[call.gateway]++
			}
		}
	}
	for i := range v.jobs {
		count(jobOf(&v.jobs[i]))
	}
	for i := range v.line.Len() {
		count(*v.line.At(i))
	}
	w.by = by
	return all, by
}

// report sends what a worker has read of itself to all gateways.
func (w *world) report(r report) {
	if len(w.gateways) == 1 && w.cfg.Control.Sight == policy.SeesOwn {
		w.reports.Push(r)
		return
	}
	all, by := w.here(w.vms[r.vm])
	for i := range w.gateways {
		r.to, r.n = uint8(i), 0
		switch w.cfg.Control.Sight {
		case policy.SeesAll:
			r.n = all - by[i]
		case policy.SeesReported, policy.SeesSent:
			r.n = all
		}
		w.reports.Push(r)
	}
}

// queued is the requests that wait at all gateways.
func (w *world) queued() (n int) {
	for i := range w.gateways {
		n += w.gateways[i].ctrl.Queued()
	}
	return n
}

// counted is what all gateways have counted.
func (w *world) counted() policy.Counts {
	sum := w.ctrl.Counts()
	for i := 1; i < len(w.gateways); i++ {
		sum.Add(w.gateways[i].ctrl.Counts())
	}
	return sum
}
