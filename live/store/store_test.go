package store

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
)

// A shelf is a Table in memory that fails as it is told to.
type shelf struct {
	mu      sync.Mutex
	items   map[[2]string]Item
	puts    []int
	gets    int
	down    bool
	partial int // items of each Put that are left
	slow    time.Duration
}

func (s *shelf) Put(ctx context.Context, items []Item) ([]Item, error) {
	if err := s.wait(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, errors.New("unavailable")
	}
	seen := map[[2]string]bool{}
	n := len(items) - min(s.partial, len(items)-1)
	for _, i := range items[:n] {
		k := [2]string{i.Partition, i.Sort}
		if seen[k] {
			return nil, errors.New("the same key twice in a batch")
		}
		seen[k] = true
		s.items[k] = i
	}
	s.puts = append(s.puts, n)
	return items[n:], nil
}

func (s *shelf) Get(ctx context.Context, p, k string) (Item, bool, error) {
	if err := s.wait(ctx); err != nil {
		return Item{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gets++
	if s.down {
		return Item{}, false, errors.New("unavailable")
	}
	i, ok := s.items[[2]string{p, k}]
	return i, ok, nil
}

// Used counts items and calls: they are small.
func (s *shelf) Used() (u Units) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.puts {
		u.Writes += float64(n)
	}
	u.Reads = float64(s.gets) / 2
	return u
}

func (s *shelf) wait(ctx context.Context) error {
	select {
	case <-time.After(s.slow):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *shelf) Recent(_ context.Context, p string, n int) ([]Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Item
	for _, i := range s.items {
		if i.Partition == p {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b Item) int { return strings.Compare(b.Sort, a.Sort) })
	return out[:min(n, len(out))], nil
}

// A bench is a store on a shelf, and what it told the brain.
type bench struct {
	*Store
	shelf *shelf
	mu    sync.Mutex
	told  []policy.Event
}

func newBench(change func(*Options)) *bench {
	b := &bench{shelf: &shelf{items: map[[2]string]Item{}}}
	start := time.Now()
	o := Options{
		Table: b.shelf, Classes: []string{"spin", "blur"}, Run: "r", Recalls: true, Log: slog.New(slog.DiscardHandler),
		Origin: func(t time.Duration) int64 { return start.Add(t).UnixMilli() },
		Post: func(e policy.Event) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.told = append(b.told, e)
		},
	}
	if change != nil {
		change(&o)
	}
	b.Store = New(o)
	return b
}

// heard is what the bench was told so far.
func (b *bench) heard() []policy.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.told)
}

// request goes through a request that takes some work, at an instant.
func (b *bench) request(at time.Duration, id policy.RequestID, key policy.Key, work float64) {
	arrival := policy.Event{Kind: policy.Arrival, Request: id, Class: 1, Key: key}
	arrival.Features[0] = float64(key) + 0.5
	b.Add(at, &arrival, []policy.Command{{Kind: policy.Lookup, Request: id, Key: key}, {Kind: policy.Dispatch, Request: id}})
	done := policy.Event{Kind: policy.Done, Request: id, Work: work}
	b.Add(at, &done, []policy.Command{{Kind: policy.Deliver, Request: id}, {Kind: policy.Record, Request: id, Key: key}})
}

func (b *bench) reads() int {
	b.shelf.mu.Lock()
	defer b.shelf.mu.Unlock()
	return b.shelf.gets
}

func TestStoreRemembersBeyondARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(nil)
		b.request(0, 1, 0xabc, 0.25)
		time.Sleep(2500 * time.Millisecond) // between two writes
		b.request(2500*time.Millisecond, 2, 0xabc, 0.5)
		time.Sleep(2 * time.Second)
		b.mu.Lock()
		if n := len(b.told); n != 2 || b.told[0].Work != 0 || b.told[1].Work != 0.25 || b.told[1].Kind != policy.Found || b.told[1].Class != 1 {
			t.Errorf("told %+v, want nothing found, then 0.25", b.told)
		}
		b.mu.Unlock()
		if err := b.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if requests, attempts := b.rows.InFlight(); requests+attempts > 0 {
			t.Errorf("%d requests and %d attempts are remembered after their end", requests, attempts)
		}

		second := newBench(func(o *Options) { o.Table = b.shelf })
		known, err := second.Recall(t.Context(), 100)
		n := second.Warm(known)
		if n != 2 || err != nil || second.told[0].Work != 0.25 || second.told[1].Work != 0.5 {
			t.Fatalf("a new run begins with %d, %v: %+v", n, err, second.told)
		}
		if e := second.told[0]; e.Kind != policy.Observed || e.Key != 0xabc || e.Features[0] != 0xabc+0.5 || e.At != -4500*time.Millisecond {
			t.Errorf("a new run begins with %+v", e)
		}
		second.Close(t.Context())
	})
}

func TestLookupsAreSharedAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(func(o *Options) { o.Lookups = 3 })
		b.shelf.slow = 100 * time.Millisecond
		for i := range policy.RequestID(50) {
			b.lookup(1, policy.Key(i%5+1))
		}
		time.Sleep(time.Second)
		for range 10 {
			b.lookup(1, 1) // known to be absent
		}
		time.Sleep(time.Second)
		c := b.Counts()
		if b.reads() != 3 || c.Lookups != 60 || c.Shared != 27+10 || c.Overlooked != 20 {
			t.Errorf("%d reads, %+v", b.reads(), c)
		}
		time.Sleep(time.Minute)
		b.lookup(1, 1)
		time.Sleep(time.Second)
		if b.reads() != 4 {
			t.Errorf("%d reads: an absence is forgotten after a minute", b.reads())
		}
		b.Close(t.Context())
	})
}

func TestWritesSurviveAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(nil)
		b.shelf.down, b.shelf.partial = true, 10
		for i := range 100 {
			b.request(0, policy.RequestID(i), policy.Key(i+1), 1)
		}
		time.Sleep(30 * time.Second)
		b.shelf.mu.Lock()
		b.shelf.down = false
		b.shelf.mu.Unlock()
		time.Sleep(30 * time.Second)
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
		c, want := b.Counts(), 100+account.RowsPerSecond+3 // by key and by time, the run's header, a row of the worker and of the fleet
		if len(b.shelf.items) != want || c.Written != uint64(want) || c.Retried == 0 || c.Dropped+c.Failed != 0 {
			t.Errorf("%d items, %+v; want %d", len(b.shelf.items), c, want)
		}
		for _, n := range b.shelf.puts {
			if n > BatchSize {
				t.Errorf("a batch of %d", n)
			}
		}
	})
}

func TestQueueIsBoundedAndClosingToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := newBench(func(o *Options) { o.Queue, o.Log = 400, slog.New(slog.NewTextHandler(&log, nil)) })
		b.shelf.down = true
		for i := range 2000 {
			b.request(0, policy.RequestID(i), policy.Key(i+1), 1)
		}
		time.Sleep(time.Second)
		b.writer.mu.Lock()
		n := len(b.writer.queue)
		b.writer.mu.Unlock()
		if n > 400 {
			t.Errorf("%d items wait, want at most 400", n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()
		err := b.Close(ctx)
		if !errors.Is(err, ErrLost) || time.Since(began) > 4*time.Second {
			t.Errorf("closed after %v: %v; want the loss said", time.Since(began), err)
		}
		if n := strings.Count(log.String(), "\n"); n != 2 {
			t.Errorf("%d lines, want the first failure of a write and of a lookup only, as Close says the sum:\n%s", n, log.String())
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	s := newBench(nil)
	defer s.Close(context.Background())
	e := policy.Event{Kind: policy.Done, Request: 7, Work: 0.1}
	cmds := []policy.Command{{Kind: policy.Deliver, Request: 7}, {Kind: policy.Record, Request: 7, Key: 9}}
	arrival := policy.Event{Kind: policy.Arrival, Request: 7, Key: 9}
	b.ReportAllocs()
	for b.Loop() {
		s.Add(0, &arrival, nil)
		s.Add(0, &e, cmds)
	}
}
