package sim

import (
	"time"

	"cnv/policy"
	"cnv/results"
)

// A Store is the table that measurements are recorded in. It is empty at the
// start.
type Store struct {
	Latency                 time.Duration // from a write or a lookup to its answer
	USDPerWrite, USDPerRead float64       // of a write unit (1 KiB), and of a read unit (4 KiB)
}

// A store is the modelled table during a run.
type store struct {
	cfg     *Store
	learn   bool                               // the Controller learns from records
	recalls bool                               // it looks up equal requests
	pending map[policy.RequestID]*policy.Event // arrivals of requests in flight
	kept    map[storeKey]policy.Event
	way     policy.Ring[storing]
	second  time.Duration // of the rows by time
	byTime  []int         // in it, by class
}

// perSecond bounds the rows by time of a class, as live/store does, unless the
// Controller learns from records.
const perSecond = 10

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

func newStore(cfg *Store, c *policy.Config) *store {
	if cfg == nil {
		return nil
	}
	return &store{cfg: cfg, learn: c.LearnByStore, recalls: c.Recalls(), byTime: make([]int, len(c.Classes)), pending: map[policy.RequestID]*policy.Event{}, kept: map[storeKey]policy.Event{}}
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
			w.money.read(s.cfg, 0.5) // eventually consistent
			s.send(w, policy.Event{Kind: policy.Found, Class: r.Class, Key: r.Key})
		case policy.Record:
			if e.Work > 0 {
				r.Kind, r.Work, r.Executed, r.Pool, r.At = policy.Observed, e.Work, e.Executed, w.ranOn(e), w.now
				w.money.wrote(s.cfg, float64(s.rows(w.now, r)))
				s.send(w, *r)
			}
		}
	}
	for i := range cmds {
		if k := cmds[i].Kind; k == policy.Deliver || k == policy.Reject {
			delete(s.pending, cmds[i].Request)
		}
	}
}

// ranOn is the pool of the machine where an attempt has ended.
func (w *world) ranOn(e *policy.Event) policy.PoolID {
	if s := w.requests.Find(e.Request); s >= 0 {
		if a := &w.requests.At(s).answers[e.Attempt&1]; a.kind == results.KindVM {
			return w.vms[a.worker].pool
		}
	}
	return policy.NoPool
}

// rows is how many rows, of less than 1 KiB, live/store writes for a record.
func (s *store) rows(now time.Duration, r *policy.Event) (n int) {
	if second := now.Truncate(time.Second); second != s.second {
		s.second = second
		clear(s.byTime)
	}
	if s.byTime[r.Class]++; s.learn || s.byTime[r.Class] <= perSecond {
		n++
	}
	if r.Key != 0 && s.recalls {
		n++
	}
	return n
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
				e.Work, e.Executed, e.Pool, e.At = r.Work, r.Executed, r.Pool, r.At
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
