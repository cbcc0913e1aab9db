package second

import (
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/workloads"
)

// way is how long an attempt takes to its worker, or its end back (1): keyed by the
// request, where clients try again by what the user asked for and which try it is.
func (w *world) way(a *attempt, back uint64) time.Duration {
	key := a.q.record.ID
	if w.cfg.Clients != nil {
		key = a.q.User<<8 | uint64(a.q.Try)
	}
	r := policy.NewRand(w.cfg.Seed, "network", 0)
	took := w.cfg.Network.Draw(r.At(key<<9 | uint64(a.n)<<1 | back))
	if w.cfg.ZoneDelay.Mean() > 0 && w.abroad(a) {
		took += w.cfg.ZoneDelay.Draw(r)
	}
	return rounded(took)
}

func rounded(seconds float64) time.Duration { return time.Duration(seconds*1e9 + 0.5) }

// send sends an attempt on its way.
func (w *world) send(c policy.Command) {
	q := w.requests[c.Request]
	a := &attempt{q: q, n: c.Attempt, worker: policy.NoWorker, started: results.Never}
	q.attempts = append(q.attempts, a)
	q.record.Attempts++
	q.record.Predicted, q.record.Known = c.Work, c.Known
	w.out.Counts.Sent++
	reach := func() { w.call(a) }
	if c.Kind == policy.Dispatch {
		v := w.vms[c.Worker]
		a.worker = v.id
		v.has++
		reach = func() { w.join(v, a) }
	}
	if d := w.way(a, 0); d > 0 {
		w.at(w.now+d, reach)
	} else {
		reach()
	}
}

// done tells the gateway, one way later, how an attempt ended.
func (w *world) done(a *attempt, e policy.Event) {
	a.back = true
	w.at(w.now+w.way(a, 1), func() { w.come(a, e) })
}

func (w *world) doneNow(a *attempt, e policy.Event) {
	if a.told {
		return
	}
	a.told = true
	if e.Status == policy.OK {
		w.crossed(a, a.q.BytesOut)
	}
	if a.failed && e.Status == policy.Error {
		e.Code = 503
	}
	e.Kind, e.Request, e.Attempt, e.Cold = policy.Done, policy.RequestID(a.q.record.ID), a.n, a.cold
	w.tell(e)
	if a.worker != policy.NoWorker && !a.goesOn {
		w.leaves(w.vms[a.worker])
	}
}

// deliver passes an answer on to the client.
func (w *world) deliver(q *request, n uint8) {
	a, r := q.attempts[n], &q.record
	r.Worker, r.Kind = int32(a.worker), results.KindVM
	if a.env != nil {
		r.Worker, r.Kind = int32(a.env.number), results.KindFunction
	}
	r.Cold, r.Start = a.cold, a.started
	r.Status, r.Finish, r.Ending = 200, w.now, results.Answered
	if a.failed {
		r.Status, r.Finish, r.Ending, r.Reason = 503, results.Never, results.Failed, policy.ReasonWorker
	}
	w.end(q)
}

// reject answers in the gateway's own name.
func (w *world) reject(q *request, c policy.Command) {
	r := &q.record
	r.Status, r.Reason, r.Ending = c.N, c.Reason, results.Failed
	if c.N == 429 || c.N == 503 {
		r.Ending = results.Rejected
	}
	w.end(q)
}

// leave is the client's, who has waited long enough.
func (w *world) leave(q *request) {
	if q.ended {
		return
	}
	r := &q.record
	r.Status, r.Ending, r.Reason = 499, results.TimedOut, policy.ReasonClient
	w.end(q)
	w.tell(policy.Event{Kind: policy.Gone, Request: policy.RequestID(r.ID)})
}

// end is that of a request.
func (w *world) end(q *request) {
	q.ended, q.awaiting = true, w.boots(q)
	w.finished = max(w.finished, w.now)
	if loop, ok := w.src.(workloads.ClosedSource); ok {
		served := q.record.Ending == results.Answered
		loop.Finished(policy.RequestID(q.record.ID), w.now, served)
		w.peek()
	}
}

// boots says whether machines booted while a request was there: at a sample since it came,
// or at the last one.
func (w *world) boots(q *request) bool {
	for i, s := range w.out.Samples {
		if s.Booting > 0 && (i == len(w.out.Samples)-1 || s.At >= q.At) {
			return true
		}
	}
	return false
}
