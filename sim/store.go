package sim

import (
	"time"

	"cnv/policy"
)

// A Store is the table that measurements are recorded in. It is empty at the
// start.
type Store struct {
	Latency time.Duration // from a write or a lookup to its answer
}

// A store is the modelled table during a run.
type store struct {
	cfg     *Store
	learn   bool                               // the Controller learns from records
	pending map[policy.RequestID]*policy.Event // arrivals of requests in flight
	kept    map[storeKey]policy.Event
	way     policy.Ring[storing]
}

// A storeKey is what equal requests have in common.
type storeKey struct {
	class policy.ClassID
	key   policy.Key
}

// A storing is a write or a lookup under way.
type storing struct {
	due time.Duration
	e   policy.Event // the record, or the question
}

func newStore(cfg *Store, learn bool) *store {
	if cfg == nil {
		return nil
	}
	return &store{cfg: cfg, learn: learn, pending: map[policy.RequestID]*policy.Event{}, kept: map[storeKey]policy.Event{}}
}

// told follows a step of the Controller, as live/store does.
func (w *world) told(e *policy.Event, cmds []policy.Command) {
	s := w.store
	switch e.Kind {
	case policy.Arrival:
		s.pending[e.Request] = &policy.Event{Class: e.Class, Key: e.Key, Features: e.Features}
	case policy.Gone:
		delete(s.pending, e.Request)
	}
	for i := range cmds {
		r := s.pending[cmds[i].Request]
		if r == nil {
			continue
		}
		switch cmds[i].Kind {
		case policy.Lookup:
			w.store.send(w, policy.Event{Kind: policy.Found, Class: r.Class, Key: r.Key})
		case policy.Record:
			if e.Work > 0 {
				r.Kind, r.Work, r.At = policy.Observed, e.Work, w.now
				w.store.send(w, *r)
			}
		}
	}
	for i := range cmds {
		if k := cmds[i].Kind; k == policy.Deliver || k == policy.Reject {
			delete(s.pending, cmds[i].Request)
		}
	}
}

// send has a write or a lookup on its way.
func (s *store) send(w *world, e policy.Event) {
	s.way.Push(storing{w.now + s.cfg.Latency, e})
	if s.way.Len() == 1 {
		w.set(w.storeDue, s.way.Front().due)
	}
}

// answerStored carries out the writes and lookups that are due.
func (w *world) answerStored() {
	s := w.store
	for s.way.Len() > 0 && s.way.Front().due <= w.now {
		e := s.way.Pop().e
		key := storeKey{e.Class, e.Key}
		if e.Kind == policy.Found {
			if r, ok := s.kept[key]; ok {
				e.Work, e.At = r.Work, r.At
			}
			w.pending.Push(e)
			continue
		}
		if e.Key != 0 {
			s.kept[key] = e
		}
		if s.learn {
			w.pending.Push(e)
		}
	}
	if s.way.Len() > 0 {
		w.set(w.storeDue, s.way.Front().due)
	}
}
