package sim

import (
	"time"

	"cnv/policy"
)

// A deadline is a client's patience.
type deadline struct {
	at time.Duration
	id policy.RequestID
}

// expect notes how long a client waits.
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

// leave lets the clients go whose patience is over.
func (w *world) leave() {
	for w.deadlines.Len() > 0 && w.deadlines.Front().at <= w.now {
		d := w.deadlines.Pop()
		if w.waits(d) {
			w.give(w.requests.Find(d.id))
		}
	}
	w.nextDeadline()
}

// nextDeadline sets the timer for the oldest client that still waits.
func (w *world) nextDeadline() {
	for w.deadlines.Len() > 0 {
		d := w.deadlines.Front()
		if w.waits(*d) {
			w.set(w.patience, d.at)
			return
		}
		w.deadlines.Pop()
	}
}
