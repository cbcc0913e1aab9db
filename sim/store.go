package sim

import (
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
)

// A Store is the table that measurements are recorded in. It is empty at the
// start.
// Latency is the same for each call, as its spread hardly matters: a record is late or early by
// milliseconds, and nobody waits for it.
type Store struct {
	Latency                 time.Duration // from a write or a lookup to its answer
	USDPerWrite, USDPerRead float64       // of a write unit (1 KiB), and of a read unit (4 KiB)

	// WriteUnits and ReadUnits are provisioned capacity, units per second; 0: on demand, without
	// a bound. USDPerHour is what they cost, used or not.
	WriteUnits, ReadUnits, USDPerHour float64
}

// A store is the modelled table during a run.
//
// Invariant: way is in the order of due, as Latency is constant.
type store struct {
	cfg    *Store
	world  *world
	learn  bool // the Controller learns from records
	rows   *account.Rows
	kept   map[storeKey]policy.Event
	way    policy.Ring[storing]
	second time.Duration // of the rows by time
	asker  uint8         // gateway whose step it is

	// What the table does not take: see outage.go.
	out           time.Duration        // until when all calls fail
	writes, reads bucket               // provisioned capacity
	waiting       policy.Ring[storing] // writes that were not taken
	left          int                  // of the batch that is tried. Invariant: at most waiting
	pause         time.Duration        // bound of the next one
	tryTimer      timerID              // made while something waits
	tries         uint64
	draws         *policy.Rand
	lost, missed  bool // a write was dropped, a lookup had no answer
}

// A storeKey is what equal requests have in common.
type storeKey struct {
	class policy.ClassID
	key   policy.Key
}

// A storing is a write or a lookup under way.
type storing struct {
	due   time.Duration
	e     policy.Event // the record, or the question
	units float64      // of a write
	by    uint8        // gateway
}

func newStore(cfg *Store, c *policy.Config, w *world) *store {
	if cfg == nil {
		return nil
	}
	return &store{
		cfg: cfg, world: w, learn: c.LearnByStore, rows: account.NewRows(len(c.Classes), c.LearnByStore, c.Recalls()), kept: map[storeKey]policy.Event{},
		writes: newBucket(cfg.WriteUnits), reads: newBucket(cfg.ReadUnits), draws: storeRand(w.cfg.Seed),
	}
}

// told follows a step of the Controller of a gateway, as live/store does.
// Which rows there are is account.Rows' rule, one for both worlds; here they are only priced, kept
// and answered.
func (s *store) told(g uint8, now time.Duration, e *policy.Event, cmds []policy.Command) {
	if second := now.Truncate(time.Second); second != s.second {
		s.second = second
		s.rows.NextSecond()
	}
	s.asker = g
	s.rows.Add(now, e, cmds, s)
}

// Lookup is of account.Table.
func (s *store) Lookup(c policy.ClassID, k policy.Key) {
	const units = 0.5 // eventually consistent
	if now := s.world.now; now < s.out || !s.reads.take(now, units) {
		s.missed = true
		return
	}
	s.world.money.Table(0, units)
	s.send(storing{e: policy.Event{Kind: policy.Found, Class: c, Key: k}, by: s.asker})
}

// Keep is of account.Table. A row is less than 1 KiB, one unit.
func (s *store) Keep(_ policy.RequestID, e *policy.Event, byTime, byKey bool) {
	units := 0.0
	for _, row := range [...]bool{byTime, byKey} {
		if row {
			units++
		}
	}
	if x := (storing{e: *e, units: units, by: s.asker}); s.waiting.Len() > 0 || !s.takes(&x) {
		s.wait(x)
	} else {
		s.write(x)
	}
}

// write writes rows that the table takes.
func (s *store) write(x storing) {
	s.world.money.Table(x.units, 0)
	s.send(x)
}

// Ended and Answered are of account.Table; only a real table has rows of them.
func (*store) Ended(time.Duration, account.Running, *policy.Event) {}
func (*store) Answered(time.Duration)                              {}

// send has a write or a lookup on its way.
func (s *store) send(x storing) {
	w := s.world
	x.due = w.now + s.cfg.Latency
	s.way.Push(x)
	if s.way.Len() == 1 {
		w.set(w.storeDue, s.way.Front().due)
	}
}

// answerStored carries out the writes and lookups that are due.
// A lookup that finds nothing answers too, with a record without work: the Controller waits for it.
func (w *world) answerStored() {
	s := w.store
	for s.way.Len() > 0 && s.way.Front().due <= w.now {
		from := s.way.Pop()
		e := from.e
		key := storeKey{e.Class, e.Key}
		if e.Kind == policy.Found {
			if r, ok := s.kept[key]; ok {
				e.Work, e.Executed, e.Pool, e.At = r.Work, r.Executed, r.Pool, r.At
			}
			w.tell(from.by, e)
			continue
		}
		if e.Key != 0 {
			s.kept[key] = e
		}
		if s.learn {
			for g := range w.gateways {
				w.tell(uint8(g), e)
			}
		}
	}
	if s.way.Len() > 0 {
		w.set(w.storeDue, s.way.Front().due)
	}
}
