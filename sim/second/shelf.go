package second

import (
	"time"

	"cnv/policy"
)

// A shelfKey is what equal requests have in common.
type shelfKey struct {
	class policy.ClassID
	key   policy.Key
}

// A shelf is the table of measurements.
type shelf struct {
	rows    map[shelfKey]policy.Event
	second  map[[2]int64]int // rows by time, by class and second
	recalls bool

	out           time.Duration // until when nothing works
	waiting       []row
	batch         int // of those that wait, tried together
	pause         time.Duration
	tries         uint64
	writes, reads tank
}

// A row is what is to be written.
type row struct {
	units int
	land  func() // what follows when it is there
}

// A tank is capacity that was provisioned.
type tank struct {
	rate, level float64
	at          time.Duration
}

// draw takes units out of a tank, if it has them.
func (k *tank) draw(now time.Duration, units float64) bool {
	if k.rate == 0 {
		return true
	}
	k.level = min(k.level+k.rate*(now-k.at).Seconds(), 300*k.rate)
	k.at = now
	if k.level >= units {
		k.level -= units
		return true
	}
	return false
}

func (w *world) startShelf() {
	w.shelf = shelf{rows: map[shelfKey]policy.Event{}, second: map[[2]int64]int{}, recalls: w.ctl.Recalls()}
	if s := w.cfg.Store; s != nil {
		w.shelf.writes = tank{rate: s.WriteUnits, level: 300 * s.WriteUnits}
		w.shelf.reads = tank{rate: s.ReadUnits, level: 300 * s.ReadUnits}
	}
}

// record keeps what the attempt of a Done has taken.
func (w *world) record(q *request, e *policy.Event) {
	if w.cfg.Store == nil || e.Work <= 0 {
		return
	}
	a := q.attempts[e.Attempt]
	seen := policy.Event{
		Kind: policy.Observed, Class: q.Class, Key: q.Key, Features: q.Features,
		Work: e.Work, Executed: e.Executed, Pool: policy.NoPool, At: w.now,
	}
	if a.worker != policy.NoWorker {
		seen.Pool = w.vms[a.worker].pool
	}
	at := [2]int64{int64(q.Class), int64(w.now / time.Second)}
	w.shelf.second[at]++
	r := row{}
	if w.ctl.LearnByStore || w.shelf.second[at] <= 10 {
		r.units++
	}
	byKey := w.shelf.recalls && q.Key != 0
	if byKey {
		r.units++
	}
	learn := w.ctl.LearnByStore
	r.land = func() {
		if byKey {
			w.shelf.rows[shelfKey{seen.Class, seen.Key}] = seen
		}
		if learn {
			w.tell(seen)
		}
	}
	s := &w.shelf
	if len(s.waiting) == 0 && w.write(r) {
		return
	}
	s.waiting = append(s.waiting, r)
	if len(s.waiting) == 1 {
		s.batch, s.pause = 1, 50*time.Millisecond
		w.tryLater()
	}
}

// write writes a row, if the table takes it.
func (w *world) write(r row) bool {
	if w.now < w.shelf.out || !w.shelf.writes.draw(w.now, float64(r.units)) {
		return false
	}
	w.out.Counts.StoreWrites += float64(r.units)
	w.out.Ledger.Store += w.cfg.Store.USDPerWrite * float64(r.units)
	w.at(w.now+w.cfg.Store.Latency, r.land)
	return true
}

// tryLater tries what waits again after a pause: a batch of up to 25 rows, then the next.
func (w *world) tryLater() {
	s := &w.shelf
	draw := policy.NewRand(w.cfg.Seed, "store", 0).At(s.tries).Float64()
	s.tries++
	w.at(w.now+time.Duration(draw*float64(s.pause)), func() {
		for len(s.waiting) > 0 {
			for s.batch > 0 {
				if !w.write(s.waiting[0]) {
					w.tryLater()
					return
				}
				s.waiting = s.waiting[1:]
				s.batch--
			}
			s.batch, s.pause = min(25, len(s.waiting)), 50*time.Millisecond
		}
	})
	s.pause = min(2*s.pause, 10*time.Second)
}

// lookup answers what an equal request has taken.
func (w *world) lookup(q *request) {
	if w.cfg.Store == nil {
		return
	}
	if w.now < w.shelf.out || !w.shelf.reads.draw(w.now, 0.5) {
		return
	}
	w.out.Counts.StoreReads += 0.5
	w.out.Ledger.Store += w.cfg.Store.USDPerRead / 2
	w.at(w.now+w.cfg.Store.Latency, func() {
		row, ok := w.shelf.rows[shelfKey{q.Class, q.Key}]
		if !ok {
			row = policy.Event{Class: q.Class, Key: q.Key}
		}
		row.Kind = policy.Found
		w.tell(row)
	})
}
