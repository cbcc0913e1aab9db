package second

import (
	"time"

	"cnv/policy"
)

// A service is the function service.
type service struct {
	envs      []*env
	keepAlive time.Duration
	calls     []running // all so far
}

// An env is one environment.
type env struct {
	number int
	class  policy.ClassID
	busy   bool
	since  time.Duration // idle since
	gone   bool
}

// A bill is of a call that runs.
type running struct{ since, until time.Duration }

func (w *world) startService() {
	if w.cfg.Funcs != nil {
		w.service.keepAlive = w.cfg.Funcs.KeepAlive
	}
}

func (w *world) setService(c policy.Command) {
	if c.Kind == policy.SetKeepAlive {
		w.service.keepAlive = c.At
	}
}

// call is the arrival of an attempt at the service.
func (w *world) call(a *attempt) {
	f := w.cfg.Funcs
	busy, warm := 0, (*env)(nil)
	for _, e := range w.service.envs {
		switch {
		case e.busy:
			busy++
		case e.gone || w.now-e.since > w.service.keepAlive || f.PerClass && e.class != a.q.Class:
		case warm == nil || e.since > warm.since:
			warm = e
		}
	}
	if f.Concurrency > 0 && busy >= f.Concurrency {
		w.out.Counts.Throttles++
		a.refused = true
		w.ended(a, policy.Event{Status: policy.Throttled, Unstarted: true})
		return
	}
	w.out.Counts.Invocations++
	takes := f.Floor + time.Duration(float64(a.q.Work)/f.Share+0.5)
	e := policy.Event{Status: policy.OK, Code: 200, Work: a.q.Work.Seconds(), Executed: a.q.Executed}
	if f.Timeout > 0 && takes > f.Timeout {
		takes = f.Timeout
		e = policy.Event{Status: policy.Timeout, Work: max(0, (f.Timeout-f.Floor).Seconds()*f.Share)}
	}
	init := time.Duration(0)
	if warm == nil {
		init = time.Duration(f.Cold.Mean()*1e9 + 0.5)
		warm = &env{number: len(w.service.envs), class: a.q.Class}
		w.service.envs = append(w.service.envs, warm)
		w.out.Counts.ColdStarts++
		a.cold = true
	}
	warm.busy = true
	a.env, a.started = warm, w.now+init
	e.Instance = uint64(warm.number) + 1
	w.service.calls = append(w.service.calls, running{w.now, w.now + init + takes})
	w.at(w.now+init+takes, func() {
		warm.busy, warm.since = false, w.now
		warm.gone = e.Status == policy.Timeout // a time-out ends it
		w.ended(a, e)
	})
}

// ended tells the gateway of the end of a call. Of one that was cancelled it hears at
// once that its environment is free.
func (w *world) ended(a *attempt, e policy.Event) {
	if a.cancelled {
		w.at(w.now, func() {
			w.tell(policy.Event{Kind: policy.Returned, Request: policy.RequestID(a.q.record.ID), Attempt: a.n, Class: a.q.Class, Status: e.Status})
		})
		return
	}
	w.done(a, e)
}
