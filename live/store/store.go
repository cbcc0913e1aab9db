// Package store keeps what a live run measures in a table, DynamoDB's usually,
// and reads it back: the work of requests, from which estimators learn also
// after a restart, and one row per worker and second.
//
// The path of requests never waits for the table. Writes go through a bounded
// queue, in batches; what does not fit is dropped and counted. Reads answer
// with an event, some time later.
package store

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"cnv/policy"
)

// A Table is where items are kept. Its calls may take seconds and fail.
type Table interface {
	// Put writes at most BatchSize items of different keys, replacing older
	// ones, and returns those that it did not take for now.
	Put(ctx context.Context, items []Item) (left []Item, err error)
	// Get reads one item; false: there is none, or it has expired.
	Get(ctx context.Context, partition, sort string) (Item, bool, error)
	// Recent gives at most n items of a partition.
	Recent(ctx context.Context, partition string, n int) ([]Item, error)
}

// An Item is a row of numbers.
type Item struct {
	Partition, Sort string // its key
	Expires         time.Time
	Numbers         map[string]float64
	Lists           map[string][]float64
}

// BatchSize is the most items of one Put.
const BatchSize = 25

// Options are what a Store is made of. Zero values mean the defaults.
type Options struct {
	Table   Table
	Classes []string                    // by policy.ClassID
	Post    func(policy.Event)          // hands an answer to the brain; must not wait
	Origin  func(t time.Duration) int64 // Unix milliseconds of an instant of the run
	Run     string                      // names the run in the rows of its workers
	Log     *slog.Logger

	Queue   int           // items that wait to be written: 10,000
	Lookups int           // reads under way: 16
	Absent  time.Duration // a key that was not there is not asked for again for so long: 1 min
	Keep    time.Duration // items expire after so long: 30 days
	Timeout time.Duration // of one call: 5 s
}

// Counts are what a Store has done.
type Counts struct {
	Written, Dropped, Retried, Failed  uint64 // items
	Lookups, Found, Shared, Overlooked uint64 // Shared: answered by another's lookup or a known absence; Overlooked: too many were under way
}

// A Store is told every step of the brain, as a live.Journal.
type Store struct {
	o      Options
	writer *writer
	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup
	slots  chan struct{}

	pending map[policy.RequestID]request // of the brain's goroutine
	windows map[policy.WorkerID]*window  // likewise
	second  int64                        // of the windows

	mu     sync.Mutex
	asked  map[policy.Key]bool      // under way; false: recorded since
	absent map[policy.Key]time.Time // until when
	counts struct{ lookups, found, shared, overlooked atomic.Uint64 }
}

// A request is what its record will say.
type request struct {
	class    policy.ClassID
	key      policy.Key
	features [policy.MaxFeatures]float64
}

// New returns a Store, whose goroutines run until Close.
func New(o Options) *Store {
	for _, d := range []struct {
		v *time.Duration
		d time.Duration
	}{{&o.Absent, time.Minute}, {&o.Keep, 30 * 24 * time.Hour}, {&o.Timeout, 5 * time.Second}} {
		if *d.v == 0 {
			*d.v = d.d
		}
	}
	if o.Queue == 0 {
		o.Queue = 10_000
	}
	if o.Lookups == 0 {
		o.Lookups = 16
	}
	s := &Store{
		o: o, slots: make(chan struct{}, o.Lookups),
		pending: map[policy.RequestID]request{}, windows: map[policy.WorkerID]*window{},
		asked: map[policy.Key]bool{}, absent: map[policy.Key]time.Time{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.writer = newWriter(o.Table, o.Queue, o.Timeout, o.Log)
	return s
}

// Add takes one step.
func (s *Store) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	switch e.Kind {
	case policy.Arrival:
		if e.Key != 0 {
			s.pending[e.Request] = request{e.Class, e.Key, e.Features}
		}
	case policy.Gone:
		delete(s.pending, e.Request)
	}
	s.observe(now, e)
	for i := range cmds {
		switch c := &cmds[i]; c.Kind {
		case policy.Lookup:
			s.lookup(s.pending[c.Request])
		case policy.Record:
			s.record(now, s.pending[c.Request], e.Work)
		}
	}
	for i := range cmds {
		if k := cmds[i].Kind; k == policy.Deliver || k == policy.Reject {
			delete(s.pending, cmds[i].Request)
		}
	}
}

// record queues what a request has taken.
func (s *Store) record(now time.Duration, r request, work float64) {
	if r.key == 0 || work <= 0 {
		return
	}
	s.mu.Lock()
	delete(s.absent, r.key)
	if _, ok := s.asked[r.key]; ok {
		s.asked[r.key] = false
	}
	s.mu.Unlock()
	at := s.o.Origin(now)
	s.writer.add(Item{
		Partition: s.partition(r.class), Sort: sortOf(r.key), Expires: time.UnixMilli(at).Add(s.o.Keep),
		Numbers: map[string]float64{"work_s": work, "at_ms": float64(at)},
		Lists:   map[string][]float64{"features": r.features[:]},
	})
}

// partition is where the records of a class are.
func (s *Store) partition(c policy.ClassID) string { return "work#" + s.o.Classes[c] }

func sortOf(k policy.Key) string { return strconv.FormatUint(uint64(k), 16) }

// lookup asks for the work of a key, unless somebody does already or it is
// known not to be there.
func (s *Store) lookup(r request) {
	if r.key == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.lookups.Add(1)
	if _, ok := s.asked[r.key]; ok || time.Now().Before(s.absent[r.key]) {
		s.counts.shared.Add(1)
		return
	}
	select {
	case s.slots <- struct{}{}:
	default:
		s.counts.overlooked.Add(1)
		return
	}
	s.asked[r.key] = true
	s.group.Go(func() { s.ask(r) })
}

// ask reads one item and tells the brain what it says.
func (s *Store) ask(r request) {
	ctx, cancel := context.WithTimeout(s.ctx, s.o.Timeout)
	defer cancel()
	item, ok, err := s.o.Table.Get(ctx, s.partition(r.class), sortOf(r.key))
	<-s.slots
	s.mu.Lock()
	if err == nil && !ok && s.asked[r.key] {
		s.remember(r.key)
	}
	delete(s.asked, r.key)
	s.mu.Unlock()
	if err != nil {
		if s.ctx.Err() == nil {
			s.o.Log.Warn("lookup failed", "err", err)
		}
		return
	}
	e := policy.Event{Kind: policy.Found, Class: r.class, Key: r.key, Features: r.features}
	if ok {
		s.counts.found.Add(1)
		e.Work = item.Numbers["work_s"]
	}
	s.o.Post(e)
}

// mostAbsent bounds the keys that are remembered as absent.
const mostAbsent = 10_000

// remember notes that a key is not there; s.mu is held.
func (s *Store) remember(k policy.Key) {
	if len(s.absent) >= mostAbsent {
		clear(s.absent)
	}
	s.absent[k] = time.Now().Add(s.o.Absent)
}

// Warm tells the brain of at most n requests per class that earlier runs have
// recorded, so that estimators begin with what they knew. It returns how many.
func (s *Store) Warm(ctx context.Context, n int) (int, error) {
	told := 0
	for c := range s.o.Classes {
		items, err := s.o.Table.Recent(ctx, s.partition(policy.ClassID(c)), n)
		if err != nil {
			return told, err
		}
		for _, i := range items {
			key, err := strconv.ParseUint(i.Sort, 16, 64)
			if err != nil {
				continue
			}
			e := policy.Event{Kind: policy.Found, Class: policy.ClassID(c), Key: policy.Key(key), Work: i.Numbers["work_s"]}
			copy(e.Features[:], i.Lists["features"])
			s.o.Post(e)
			told++
		}
	}
	return told, nil
}

// Counts are what was done so far.
func (s *Store) Counts() Counts {
	c := s.writer.counts()
	c.Lookups, c.Found = s.counts.lookups.Load(), s.counts.found.Load()
	c.Shared, c.Overlooked = s.counts.shared.Load(), s.counts.overlooked.Load()
	return c
}

// Close writes what waits, as far as the context allows; the brain has stopped.
func (s *Store) Close(ctx context.Context) error {
	s.cancel()
	s.group.Wait()
	s.flush()
	return s.writer.close(ctx)
}
