package store

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
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
		if i.Partition == p && len(out) < n {
			out = append(out, i)
		}
	}
	return out, nil
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
		Table: b.shelf, Classes: []string{"spin", "blur"}, Run: "r", Log: slog.New(slog.DiscardHandler),
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
		if len(b.pending) != 0 {
			t.Errorf("%d requests are remembered after their end", len(b.pending))
		}

		second := newBench(func(o *Options) { o.Table = b.shelf })
		n, err := second.Warm(t.Context(), 100)
		if n != 1 || err != nil || second.told[0].Work != 0.5 || second.told[0].Key != 0xabc || second.told[0].Features[0] != 0xabc+0.5 {
			t.Errorf("a new run begins with %d, %v: %+v", n, err, second.told)
		}
		second.Close(t.Context())
	})
}

func TestLookupsAreSharedAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(func(o *Options) { o.Lookups = 3 })
		b.shelf.slow = 100 * time.Millisecond
		for i := range policy.RequestID(50) {
			b.lookup(request{1, policy.Key(i%5 + 1), [policy.MaxFeatures]float64{}})
		}
		time.Sleep(time.Second)
		for range 10 {
			b.lookup(request{1, 1, [policy.MaxFeatures]float64{}}) // known to be absent
		}
		time.Sleep(time.Second)
		c := b.Counts()
		if b.reads() != 3 || c.Lookups != 60 || c.Shared != 27+10 || c.Overlooked != 20 {
			t.Errorf("%d reads, %+v", b.reads(), c)
		}
		time.Sleep(time.Minute)
		b.lookup(request{1, 1, [policy.MaxFeatures]float64{}})
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
		c := b.Counts()
		if len(b.shelf.items) != 101 || c.Written != 101 || c.Retried == 0 || c.Dropped+c.Failed != 0 {
			t.Errorf("%d items, %+v; want 100 records and a window", len(b.shelf.items), c)
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
		b := newBench(func(o *Options) { o.Queue = 40 })
		b.shelf.down = true
		for i := range 200 {
			b.request(0, policy.RequestID(i), policy.Key(i+1), 1)
		}
		time.Sleep(time.Second)
		b.writer.mu.Lock()
		n := len(b.writer.queue)
		b.writer.mu.Unlock()
		if n > 40 {
			t.Errorf("%d items wait, want at most 40", n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()
		err := b.Close(ctx)
		if !errors.Is(err, ErrLost) || time.Since(began) > 4*time.Second {
			t.Errorf("closed after %v: %v; want the loss said", time.Since(began), err)
		}
	})
}

func TestWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(nil)
		for i := range 25 {
			at := time.Duration(i) * 100 * time.Millisecond
			b.Add(at, &policy.Event{Kind: policy.Done, Work: 0.1, Cold: i == 0}, nil)
			b.Add(at, &policy.Event{Kind: policy.Telemetry, Worker: policy.WorkerID(i % 2), CPU: 0.5}, nil)
		}
		b.Add(2500*time.Millisecond, &policy.Event{Kind: policy.Done, Status: policy.Error}, nil)
		b.Close(t.Context())
		rows, total, failed := 0, 0.0, 0.0
		for k, i := range b.shelf.items {
			if k[0] == "run#r#fleet" {
				rows++
				total += i.Numbers["done"]
				failed += i.Numbers["failed"]
			} else if i.Numbers["cpu"] != 0.5 {
				t.Errorf("%v: cpu %g", k, i.Numbers["cpu"])
			}
		}
		if rows != 3 || total != 25 || failed != 1 || len(b.shelf.items) != 9 {
			t.Errorf("%d rows of the fleet with %g attempts and %g failures, %d rows in all", rows, total, failed, len(b.shelf.items))
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
