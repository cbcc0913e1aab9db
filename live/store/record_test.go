package store

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/policy/route"
	"cnv/results"
	"cnv/sim"
	"cnv/workloads"
)

// TestBeginsWithTheNewest: of more records than a run begins with, those that
// are the newest count, the oldest of them first.
func TestBeginsWithTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const all, n = 250, 100
		b := newBench(nil)
		for i := range all {
			key := policy.Key(i+1) * 0x9e3779b97f4a7c15 // their order says nothing of time
			b.request(time.Duration(i)*time.Second, policy.RequestID(i), key, float64(i+1))
		}
		b.Close(t.Context())
		second := newBench(func(o *Options) { o.Table = b.shelf })
		defer second.Close(t.Context())
		known, err := second.Recall(t.Context(), n)
		if told := second.Warm(known); told != n || err != nil {
			t.Fatalf("begins with %d, %v", told, err)
		}
		for i, e := range second.told {
			if e.Work != float64(all-n+i+1) {
				t.Fatalf("record %d is of %g s of work, want the newest in their order", i, e.Work)
			}
		}
	})
}

// TestLongAnswersAreStored: one that is passed on as it comes is recorded when
// it has ended, with the work that is known then.
func TestLongAnswersAreStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(nil)
		step := func(e policy.Event, cmds ...policy.Command) { b.Add(0, &e, cmds) }
		step(policy.Event{Kind: policy.Arrival, Request: 1, Class: 1, Key: 7}, policy.Command{Kind: policy.Dispatch, Request: 1})
		step(policy.Event{Kind: policy.Arrival, Request: 2, Class: 1, Key: 8}, policy.Command{Kind: policy.Dispatch, Request: 2})
		step(policy.Event{Kind: policy.Head, Request: 1}, policy.Command{Kind: policy.Deliver, Request: 1})
		step(policy.Event{Kind: policy.Head, Request: 2}, policy.Command{Kind: policy.Deliver, Request: 2})
		step(policy.Event{Kind: policy.Done, Request: 1, Work: 0.5}, policy.Command{Kind: policy.Record, Request: 1, Key: 7})
		step(policy.Event{Kind: policy.Done, Request: 2, Status: policy.Error}) // it broke off
		b.Close(t.Context())
		if i := b.shelf.items[[2]string{"work#blur#7", "7"}]; i.Numbers["work_s"] != 0.5 {
			t.Errorf("recorded %+v", i)
		}
		if requests, attempts := b.rows.InFlight(); requests+attempts > 0 {
			t.Errorf("%d requests and %d attempts are remembered after their end", requests, attempts)
		}
	})
}

// TestRecordsAreObserved: where the brain learns from the store it is told of
// every record, once, when it is written.
func TestRecordsAreObserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(func(o *Options) { o.Observe, o.Recalls = true, true })
		b.shelf.partial, b.shelf.down = 5, true
		const n = 30
		for i := range n {
			arrival := policy.Event{Kind: policy.Arrival, Request: policy.RequestID(i), Class: 1, Key: policy.Key(i % 3)} // 0: of no key
			b.Add(0, &arrival, []policy.Command{{Kind: policy.Dispatch, Request: arrival.Request}})
			done := policy.Event{Kind: policy.Done, Request: arrival.Request, Work: float64(i + 1)}
			b.Add(time.Millisecond, &done, []policy.Command{{Kind: policy.Deliver, Request: arrival.Request}, {Kind: policy.Record, Request: arrival.Request}})
		}
		time.Sleep(5 * time.Second)
		b.mu.Lock()
		if len(b.told) > 0 {
			t.Errorf("told of %d records that are not written", len(b.told))
		}
		b.mu.Unlock()
		b.shelf.mu.Lock()
		b.shelf.down = false
		b.shelf.mu.Unlock()
		time.Sleep(time.Minute)
		b.Close(t.Context())
		sum := 0.0
		for _, e := range b.told {
			if e.Kind != policy.Observed || e.At != time.Millisecond || e.Class != 1 {
				t.Errorf("told %+v", e)
			}
			sum += e.Work
		}
		if len(b.told) != n || sum != n*(n+1)/2 {
			t.Errorf("told of %d records with %g s of work, want %d with %d", len(b.told), sum, n, n*(n+1)/2)
		}
	})
}

// TestKnowsAsMuchAsTheFirst: of what other runs have recorded since a command
// began a later run of it finds nothing, but it finds what was there before,
// and what it has recorded itself.
func TestKnowsAsMuchAsTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := func(o *Options) {
			at := time.Now().UnixMilli()
			o.Origin = func(d time.Duration) int64 { return at + d.Milliseconds() }
		}
		before := newBench(run)
		before.request(0, 1, 7, 0.5)
		before.Close(t.Context())
		time.Sleep(time.Minute)
		since := time.Now().UnixMilli()
		first := newBench(func(o *Options) { run(o); o.Table = before.shelf })
		first.request(time.Second, 1, 8, 0.25)
		first.Close(t.Context())
		time.Sleep(time.Minute)
		second := newBench(func(o *Options) { run(o); o.Table, o.Since = before.shelf, since })
		defer second.Close(t.Context())
		second.request(0, 1, 9, 0.125)
		time.Sleep(10 * time.Second)
		for key, want := range map[policy.Key]float64{7: 0.5, 8: 0, 9: 0.125} {
			n := len(second.heard())
			second.lookup(1, key)
			time.Sleep(10 * time.Second)
			if told := second.heard()[n:]; len(told) != 1 || told[0].Kind != policy.Found || told[0].Work != want {
				t.Errorf("key %d: told %+v, want work %g", key, told, want)
			}
		}
	})
}

// TestOnlyWhatMayBeLookedUpIsKeptByKey: where no estimator recalls, a request
// costs no row by its key; a run that recalls begins with those by time all the
// same. Rows by key are spread over partitions, as one takes so many writes only.
func TestOnlyWhatMayBeLookedUpIsKeptByKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 64
		byKey := func(b *bench) (rows int, partitions map[string]bool) {
			partitions = map[string]bool{}
			for k := range b.shelf.items {
				if strings.HasPrefix(k[0], "work#") {
					rows++
					partitions[k[0]] = true
				}
			}
			return rows, partitions
		}
		first := newBench(func(o *Options) { o.Recalls = false })
		for i := range n {
			first.request(time.Duration(i)*time.Second, policy.RequestID(i), policy.Key(i+1), 1)
		}
		first.Close(t.Context())
		if rows, _ := byKey(first); rows != 0 {
			t.Errorf("%d rows by key, which nobody looks up", rows)
		}
		second := newBench(func(o *Options) { o.Table = first.shelf })
		known, err := second.Recall(t.Context(), 2*n)
		if told := second.Warm(known); told != n || err != nil {
			t.Errorf("a run that recalls begins with %d records (%v), want %d", told, err, n)
		}
		for i := range n {
			second.request(time.Duration(n+i)*time.Second, policy.RequestID(i), policy.Key(i+1), 1)
		}
		second.Close(t.Context())
		if rows, partitions := byKey(&bench{shelf: first.shelf}); rows != n || len(partitions) != shards {
			t.Errorf("%d rows by key in %d partitions, want %d in %d", rows, len(partitions), n, shards)
		}
	})
}

// TestTheSimulatorBillsTheSameRows: fed with the steps of a simulated run, it
// writes as many rows as the simulator bills.
func TestTheSimulatorBillsTheSameRows(t *testing.T) {
	for _, recalls := range []bool{false, true} {
		for _, learn := range []bool{false, true} {
			var billed ledger
			cfg := sim.Config{
				Seed: 1, Pools: []sim.Pool{{Initial: 4}}, Store: &sim.Store{USDPerWrite: 1},
				Control: policy.Config{
					Classes: []policy.Class{{Name: "all"}}, Router: &route.RoundRobin{}, Store: true, LearnByStore: learn,
					Estimator: &estimate.Mean{}, Pools: []policy.Pool{{Name: "vm", Cores: 4, Speed: 1, Min: 4, Max: 4}},
				},
			}
			if recalls {
				cfg.Control.Estimator = &estimate.Repeat{Capacity: 1000, Then: estimate.ThenMean}
			}
			b := newBench(func(o *Options) {
				o.Classes, o.Recalls, o.Observe = []string{"all"}, cfg.Control.Recalls(), learn
				o.Origin = func(d time.Duration) int64 { return d.Milliseconds() }
			})
			cfg.Journal = b.Store
			if _, err := sim.Run(t.Context(), cfg, &many{}, &billed); err != nil {
				t.Fatal(err)
			}
			b.Close(t.Context())
			rows := 0
			for k := range b.shelf.items {
				if strings.HasPrefix(k[0], "work#") || strings.HasPrefix(k[0], "recent#") {
					rows++
				}
			}
			if rows < 100 || float64(rows) != billed.Store {
				t.Errorf("recalls %v, learns by store %v: %d rows, the simulator bills %g", recalls, learn, rows, billed.Store)
			}
		}
	}
}

// many is a Source of 200 arrivals within 10 s, most of them with a key of their own.
type many struct{ n int }

func (s *many) Err() error { return nil }
func (s *many) Next(a *workloads.Arrival) bool {
	if s.n == 200 {
		return false
	}
	*a = workloads.Arrival{At: time.Duration(s.n) * 50 * time.Millisecond, Work: 10 * time.Millisecond}
	if s.n++; s.n%10 != 0 {
		a.Key = policy.Key(s.n)
	}
	return true
}

// A ledger is a Recorder that keeps what the simulator billed.
type ledger struct{ results.Ledger }

func (*ledger) Add(*results.Request) {}
func (*ledger) Tick(results.Sample)  {}
func (r *ledger) Finish(_ time.Duration, l results.Ledger, _ results.Counts) results.Row {
	r.Ledger = l
	return results.Row{}
}
