package sim

import (
	"time"

	"cnv/policy"
)

// A deadline is a client's patience.
//
// All clients of a run have the same patience, so deadlines are in the order of arrival and a ring
// does where a heap would be needed otherwise.
type deadline struct {
	at time.Duration
	id policy.RequestID
}

// expect notes how long a client waits.
// Most deadlines are never reached. Those of requests that have ended are swept out when they may
// be half of the ring, so that its length stays in proportion to what waits.
func (w *world) expect(d deadline) {
	w.deadlines.Push(d)
	if n := w.deadlines.Len(); n == 1 {
		w.nextDeadline()
	} else if w.kept.Due(n) {
		for ; n > 0; n-- {
			if d := w.deadlines.Pop(); w.waits(d) {
				w.deadlines.Push(d)
			}
		}
		w.kept.Over(w.deadlines.Len())
	}
}

// waits says whether a client still waits.
func (w *world) waits(d deadline) bool {
	s := w.requests.Find(d.id)
	return s >= 0 && !w.requests.At(s).ended
}

// leave lets the clients go whose patience is over, one after the other. Of those
// that leave at the same instant, those whose requests nothing works on go first, before
// anything else happens: what comes free is not for a request whose client leaves too.
// The others go after it, as an answer that comes at that instant comes in time, and before the
// timers of the gateway.
//
// Both worlds have to agree on this order: an answer at the very instant of a deadline is in time
// live, as its handler sees the answer first.
func (w *world) leave() {
	if len(w.leaving) == 0 {
		w.leaveUnserved()
		if len(w.leaving) > 0 && w.second() == w.now {
			w.setAs(last, w.patience, w.now)
			return
		}
	}
	for _, d := range w.leaving {
		if w.waits(d) {
			w.give(w.requests.Find(d.id))
		}
	}
	w.leaving = w.leaving[:0]
	w.nextDeadline()
}

// leaveUnserved lets the clients go whose requests nothing works on, and notes the others.
func (w *world) leaveUnserved() {
	for w.deadlines.Len() > 0 && w.deadlines.Front().at <= w.now {
		d := w.deadlines.Pop()
		if !w.waits(d) {
			continue
		}
		if s := w.requests.Find(d.id); w.worked(d.id, s) {
			w.leaving = append(w.leaving, d)
		} else {
			w.give(s)
		}
	}
}

// worked says whether something works on a request: not where all its calls are on
// their way or stand in line.
func (w *world) worked(id policy.RequestID, s int32) bool {
	r := w.requests.At(s)
	if r.calls == 0 {
		return false
	}
	for _, c := range r.call {
		switch call := &w.calls[c]; {
		case call.id != id || call.runsOn:
		case call.place != onTheWay && call.place != heldUp && call.place != inLine && call.place != abandoned && call.place != ended:
			return true
		}
	}
	return false
}

// nextDeadline sets the timer for the oldest client that still waits.
func (w *world) nextDeadline() {
	for w.deadlines.Len() > 0 && len(w.leaving) == 0 {
		d := w.deadlines.Front()
		if w.waits(*d) {
			w.setAs(first, w.patience, d.at)
			return
		}
		w.deadlines.Pop()
	}
}
