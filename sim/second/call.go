package second

import (
	"time"

	"cnv/policy"
)

// longestInit is how long INIT may take before it is broken off and done again in the call.
const longestInit = 10 * time.Second

// call is the arrival of an attempt at the service.
func (w *world) call(a *attempt) {
	f := w.own(a.q.Class)
	to := w.environment(a)
	if to == nil {
		a.refused = true
		w.ended(a, policy.Event{Status: policy.Throttled, Unstarted: true})
		return
	}
	w.out.Counts.Invocations++
	init, again := time.Duration(0), time.Duration(0)
	if a.cold {
		if init = w.inits(to); init > longestInit {
			init, again = longestInit, init
		}
	}
	takes := again + f.Floor + time.Duration(float64(a.q.Work)/f.Share+0.5)
	e := policy.Event{Work: a.q.Work.Seconds(), Executed: a.q.Executed}
	if f.Timeout > 0 && takes > f.Timeout {
		takes = f.Timeout
		e = policy.Event{Status: policy.Timeout, Work: max(0, (f.Timeout-f.Floor-again).Seconds()*f.Share)}
	}
	if f.MaxBytes > 0 && a.q.BytesOut > f.MaxBytes && e.Status == policy.OK {
		e.Status = policy.Error
	}
	w.endsIdle(to, busy)
	a.env, a.started = to, w.now+init+min(again, takes)
	e.Instance = uint64(to.number) + 1
	w.service.calls = append(w.service.calls, w.bills(f, to, a.cold, w.now, init, takes))
	w.at(w.now+init+takes, func() {
		if e.Status == policy.Timeout {
			w.breaks(to)
		} else {
			w.rests(to)
		}
		w.ended(a, e)
	})
}

// bills begins the bill of a call. What is made from a snapshot is billed by how often, and not
// for how long that takes.
func (w *world) bills(f *own, to *env, cold bool, from, init, takes time.Duration) *running {
	r := &running{f, from, from + init + takes, to.kept}
	if f.Snapshot {
		r.since += init
		if cold {
			w.service.billed += float64(f.MemoryMB) / 1024 * f.RestoreUSDPerGB
		}
	}
	return r
}

// breaks is what a time-out does to an environment: it ends, and one that is kept warm
// begins again.
func (w *world) breaks(e *env) {
	if e.kept && w.kept(e.group) > e.of.keep {
		e.kept = false
	}
	e.stage = gone
	if e.kept {
		e.stage = making
		w.at(w.now+w.inits(e), func() { w.rests(e) })
	}
}

// ended tells the gateway of the end of a call. Of one that was cancelled it hears at
// once that its environment is free.
func (w *world) ended(a *attempt, e policy.Event) {
	if a.cancelled {
		w.at(w.now, func() { w.returned(a, e.Status) })
		return
	}
	a.answer = e.Status
	w.done(a, e)
}

func (w *world) returned(a *attempt, s policy.Status) {
	w.tell(policy.Event{Kind: policy.Returned, Request: policy.RequestID(a.q.record.ID), Attempt: a.n, Class: a.q.Class, Status: s})
}
