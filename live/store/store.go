package store

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
)

// A Table is where items are kept. Its calls may take seconds and fail.
type Table interface {
	// Put writes at most BatchSize items of different keys, replacing older
	// ones, and returns those that it did not take for now.
	Put(ctx context.Context, items []Item) (left []Item, err error)
	// Get reads one item; false: there is none, or it has expired.
	Get(ctx context.Context, partition, sort string) (Item, bool, error)
	// Recent gives the n items of a partition whose sort keys are greatest, in
	// descending order.
	Recent(ctx context.Context, partition string, n int) ([]Item, error)
	// Used is what these calls were charged for so far.
	Used() Units
}

// Units are DynamoDB's: a write unit is up to 1 KiB, a read unit up to 4 KiB.
type Units struct{ Writes, Reads float64 }

// An Item is a row.
type Item struct {
	Partition, Sort string // its key
	Expires         time.Time
	Numbers         map[string]float64
	Lists           map[string][]float64
	Texts           map[string]string

	observed *policy.Event // told once it is written; nil: nothing is
}

// BatchSize is the most items of one Put.
const BatchSize = 25

// Options are what a Store is made of. Zero values mean the defaults.
type Options struct {
	Table   Table
	Classes []string                    // by policy.ClassID; records of others are not read
	Pools   []policy.Pool               // by policy.PoolID: counts of machines of other types are not read
	Post    func(policy.Event)          // hands an answer to the brain; must not wait
	Origin  func(t time.Duration) int64 // Unix milliseconds of an instant of the run
	Run     string                      // names the run in its rows
	About   map[string]string           // what the header of the run says of it
	Since   int64                       // Unix milliseconds: what other runs have recorded since then is not found; 0: all is
	Observe bool                        // the brain learns from records: policy.Config.LearnByStore
	Recalls bool                        // it looks up equal requests: policy.Config.Recalls
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
	Units                              Units
}

// A Store is told every step of the brain, as a live.Journal.
type Store struct {
	o      Options
	writer *writer
	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup
	slots  chan struct{}

	// Of the brain's goroutine.
	rows    *account.Rows
	windows map[policy.WorkerID]*window
	second  int64 // of the windows

	mu     sync.Mutex
	asked  map[policy.Key]bool      // under way; false: recorded since
	absent map[policy.Key]time.Time // until when
	failed int                      // lookups, since it was said
	said   time.Time
	counts struct{ lookups, found, shared, overlooked atomic.Uint64 }
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
		rows: account.NewRows(len(o.Classes), o.Observe, o.Recalls), windows: map[policy.WorkerID]*window{},
		asked: map[policy.Key]bool{}, absent: map[policy.Key]time.Time{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.writer = newWriter(&s.o)
	s.writer.add(s.header())
	return s
}

// Add takes one step.
func (s *Store) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	s.turn(now)
	if e.Kind == policy.Telemetry {
		s.reported(e)
	}
	s.rows.Add(now, e, cmds, follower{s})
}

// A follower is a Store as its rows know it.
type follower struct{ s *Store }

func (f follower) Lookup(c policy.ClassID, k policy.Key) { f.s.lookup(c, k) }

func (f follower) Keep(id policy.RequestID, e *policy.Event, byTime, byKey bool) {
	f.s.record(id, e, byTime, byKey)
}

func (f follower) Ended(now time.Duration, r account.Running, e *policy.Event) { f.s.ended(now, r, e) }

func (f follower) Answered(took time.Duration) { f.s.answered(took) }

// Counts are what was done so far.
func (s *Store) Counts() Counts {
	c := s.writer.counts()
	c.Lookups, c.Found = s.counts.lookups.Load(), s.counts.found.Load()
	c.Shared, c.Overlooked = s.counts.shared.Load(), s.counts.overlooked.Load()
	c.Units = s.o.Table.Used()
	return c
}

// Close writes what waits, as far as the context allows; the brain has stopped.
func (s *Store) Close(ctx context.Context) error {
	s.cancel()
	s.group.Wait()
	s.flush()
	return s.writer.close(ctx)
}
