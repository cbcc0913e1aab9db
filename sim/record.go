package sim

import (
	"time"

	"cnv/policy"
	"cnv/results"
)

// deliver ends a request with the answer of one attempt.
// The client has it at once: the way back was drawn when the worker answered.
func (w *world) deliver(cmd *policy.Command) {
	s := w.requests.Find(cmd.Request)
	if s < 0 {
		return
	}
	a := &w.requests.At(s).answers[cmd.Attempt&1]
	if a.failed {
		w.end(s, results.Failed, policy.ReasonWorker, sickStatus, a, results.Never)
		return
	}
	w.end(s, results.Answered, policy.ReasonNone, 200, a, w.now)
}

// reject ends a request with a status of the gateway's own.
// 502 and 504 stand for failed attempts; all others are refusals of the gateway itself.
func (w *world) reject(cmd *policy.Command) {
	s := w.requests.Find(cmd.Request)
	if s < 0 {
		return
	}
	ending := results.Rejected
	if cmd.N == 502 || cmd.N == 504 {
		ending = results.Failed
	}
	w.end(s, ending, cmd.Reason, cmd.N, &answer{begun: results.Never, worker: -1}, results.Never)
}

// give ends a request whose client left, and has the Controller know it before
// anything else happens: it must not send a request that is over.
func (w *world) give(s int32) {
	w.tell(w.requests.At(s).gateway, policy.Event{Kind: policy.Gone, Request: w.requests.ID(s)})
	w.end(s, results.TimedOut, policy.ReasonClient, 499, &answer{begun: results.Never, worker: -1}, results.Never)
	w.settlePending()
}

// end records a request; its slot is freed once its last call has ended.
// Every request comes here exactly once, whatever ends it first; what comes later is ignored.
func (w *world) end(s int32, how results.Ending, why policy.Reason, status int32, a *answer, finish time.Duration) {
	r := w.requests.At(s)
	if r.ended {
		return
	}
	r.ended = true
	w.record(s, how, why, status, a, finish)
	if w.bodies != nil && how == results.Answered && w.cfg.Beside.TransferUSDPerGB > 0 {
		w.sendOut(s)
	}
	w.lastFinish = max(w.lastFinish, w.now)
	w.tally.ended()
	if w.loop != nil {
		w.loop.Finished(w.requests.ID(s), w.now, how == results.Answered)
	}
	w.forget(s, r)
}

// forget frees the slot of a request that is over.
// Calls that were cancelled may outlive their request and still look at it.
func (w *world) forget(s int32, r *request) {
	if r.ended && r.calls == 0 {
		w.requests.Remove(s)
	}
}

// record tells the results of a request.
func (w *world) record(s int32, how results.Ending, why policy.Reason, status int32, a *answer, finish time.Duration) {
	r := w.requests.At(s)
	q := &w.row // its fields that are not set here stay zero
	q.ID, q.Class, q.Work, q.Arrival = uint64(w.requests.ID(s)), uint16(r.class), r.work, r.arrival
	q.Ending, q.Reason, q.Status, q.Finish = how, why, status, finish
	q.Kind, q.Worker, q.Cold, q.Start = a.kind, a.worker, a.cold, a.begun
	q.Attempts, q.Predicted, q.Known = r.attempts, r.predicted, r.known
	q.User, q.First = q.ID, q.Arrival
	if w.tries != nil {
		t := &w.tries[s]
		q.User, q.Try, q.First = t.user, t.n, t.first
	}
	service := w.cfg.service(r.work)
	// Ideal has the mean of the network, not what was drawn: it is what a request could have hoped for.
	q.Ideal, q.Limit = service+w.idleNetwork, w.limit
	cl := &w.cfg.Control.Classes[r.class]
	q.Bound = cl.Bound
	if q.Bound == 0 {
		q.Bound = time.Duration(min(cl.Factor*float64(service), longest))
	}
	w.rec.Add(q)
}
