package sim

import (
	"time"

	"cnv/policy"
)

// What the live store does where a table does not take a write: the rows of a batch that are
// left are tried again after a pause, which is drawn below a bound that doubles, and the
// batches behind them wait (live/store/writer.go). A lookup that fails is not repeated: the
// request goes without.
const (
	storeBatch      = 25
	storeQueue      = 10_000
	firstStorePause = 50 * time.Millisecond
	lastStorePause  = 10 * time.Second
)

// A bucket is provisioned capacity: units that come at a rate and are kept for as long as
// keptFor. It is full at the start, as nothing was used before.
// Source: DynamoDB developer guide, burst capacity: up to 300 s of unused capacity, read
// 2026-11. DynamoDB does not guarantee it, and a partition has limits of its own; neither is modelled.
type bucket struct {
	rate float64 // units per second; 0: no bound
	left float64
	at   time.Duration
}

const keptFor = 300 * time.Second

func newBucket(rate float64) bucket { return bucket{rate: rate, left: rate * keptFor.Seconds()} }

// take takes units, if they are there.
func (b *bucket) take(now time.Duration, units float64) bool {
	if b.rate == 0 {
		return true
	}
	b.left = min(b.left+b.rate*(now-b.at).Seconds(), b.rate*keptFor.Seconds())
	b.at = now
	if b.left < units {
		return false
	}
	b.left -= units
	return true
}

// breaks begins an outage of the store.
func (s *store) breaks(f *Fault) {
	if s == nil {
		return
	}
	s.out = max(s.out, f.Over())
}

// takes says whether the table takes a write now.
func (s *store) takes(x *storing) bool {
	return s.world.now >= s.out && s.writes.take(s.world.now, x.units)
}

// wait has a write wait for the table. If too many do, a tenth of them is dropped, the oldest.
func (s *store) wait(x storing) {
	if s.waiting.Len() == storeQueue {
		for range storeQueue / 10 {
			s.waiting.Drop()
		}
		s.lost = true
	}
	s.waiting.Push(x)
	if s.waiting.Len() == 1 {
		s.tryTimer = s.world.timer(storeTries, 0)
		s.left, s.pause = 1, firstStorePause
		s.again()
	}
}

// again sets when the batch is tried again.
func (s *store) again() {
	w := s.world
	w.set(s.tryTimer, w.now+time.Duration(s.draws.At(s.tries).Float64()*float64(s.pause)))
	s.tries++
	s.pause = min(2*s.pause, lastStorePause)
}

// try writes what waits, a batch after the other, as far as the table takes it.
func (s *store) try() {
	for s.waiting.Len() > 0 {
		if s.left = min(s.left, s.waiting.Len()); s.left == 0 {
			s.left, s.pause = min(storeBatch, s.waiting.Len()), firstStorePause
		}
		for ; s.left > 0; s.left-- {
			if !s.takes(s.waiting.Front()) {
				s.again()
				return
			}
			s.write(s.waiting.Pop())
		}
	}
	s.world.release(s.tryTimer)
}

// tell says what the store has lost, if anything.
func (s *store) tell(w *world) {
	if s == nil {
		return
	}
	if s.lost || s.waiting.Len() > 0 {
		w.spare("the store has not taken all measurements by the end")
	}
	if s.missed {
		w.spare("the store has left lookups without an answer")
	}
}

// storeRand is what pauses are drawn from.
func storeRand(seed uint64) *policy.Rand { return policy.NewRand(seed, "store", 0) }
