package sim

import (
	"math"
	"slices"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/workloads"
)

// TestBurst is the worked example of AWS re:Post, "How does DynamoDB handle spiky
// workloads in short intervals?" (read 2026-11): 150 units per second and 45,000 kept serve 200
// per second for 900 s.
func TestBurst(t *testing.T) {
	b := newBucket(150)
	n := 0
	for b.take(time.Duration(n)*time.Second/200, 1) {
		n++
	}
	if got := float64(n) / 200; math.Abs(got-900) > 1 {
		t.Errorf("200 units per second were there for %v s, want 900", got)
	}
}

// remembers is a fleet of one worker whose estimator learns from the store.
func remembers(s Store, faults ...Fault) Config {
	cfg := fleet(1, &roundRobin{})
	cfg.Control.Estimator = &estimate.Repeat{Capacity: 1, Then: estimate.ThenMean}
	cfg.Control.Store, cfg.Control.LearnByStore = true, true
	cfg.Store, cfg.Faults = &s, faults
	return cfg
}

// TestOutage: the record of an answer at 2 s is tried at once, and then after pauses below 50
// ms, 100 ms, ... 10 s, until the outage that ends at 61 s is over. Lookups meanwhile get no
// answer, and neither costs anything.
func TestOutage(t *testing.T) {
	cfg := remembers(Store{Latency: time.Second, USDPerWrite: 1, USDPerRead: 1}, Fault{At: time.Second, Kind: StoreOutage, Lasts: time.Minute})
	cfg.DrainCap, cfg.Duration = 3*time.Minute, 2*time.Minute
	var learnt, found []time.Duration
	cfg.Journal = instants(func(now time.Duration, e *policy.Event) {
		switch e.Kind {
		case policy.Observed:
			learnt = append(learnt, now)
		case policy.Found:
			found = append(found, now)
		}
	})
	m := play(t, cfg, &list{arrivals: []workloads.Arrival{{Key: 1, Work: 2 * time.Second}, {At: 30 * time.Second, Key: 2}}})
	r, at, pause := storeRand(1), 2*time.Second, 50*time.Millisecond
	for k := uint64(0); at < 61*time.Second; k++ {
		at += time.Duration(r.At(k).Float64() * float64(pause))
		pause = min(2*pause, 10*time.Second)
	}
	if want := []time.Duration{at + time.Second}; !slices.Equal(learnt, want) || !slices.Equal(found, []time.Duration{time.Second}) {
		t.Errorf("learnt at %v, want %v; found at %v, want the lookup from before alone", learnt, want, found)
	}
	if m.ledger.Store != 2+0.5 || !slices.Equal(m.counts.Spared, []string{"the store has left lookups without an answer"}) {
		t.Errorf("the store costs $%v, want 2.5; told %q", m.ledger.Store, m.counts.Spared)
	}
}

// TestOutageToTheEnd: what was never written is told.
func TestOutageToTheEnd(t *testing.T) {
	cfg := remembers(Store{USDPerWrite: 1}, Fault{Kind: StoreOutage})
	m := play(t, cfg, &list{arrivals: []workloads.Arrival{{At: 1, Key: 1, Work: time.Second}}})
	want := []string{"the store has not taken all measurements by the end", "the store has left lookups without an answer"}
	if m.ledger.Store != 0 || !slices.Equal(m.counts.Spared, want) {
		t.Errorf("the store costs $%v; told %q, want %q", m.ledger.Store, m.counts.Spared, want)
	}
}

// TestProvisionedStore: 5 write and 10 read units cost 5 x 0.00065 + 10 x 0.00013 = 0.00455
// US$ per hour, 0.0091 in two, however few are used. Of 0.1 write units per second 30 are kept: of
// 20 records that take 2 each the first 15 are written at once, and one more can be every 20 s
// from 20 s on; that is found out at the next try, at most 10 s later.
func TestProvisionedStore(t *testing.T) {
	cfg := remembers(Store{WriteUnits: 0.1, USDPerHour: 5*0.00065 + 10*0.00013})
	cfg.Duration = 2 * time.Hour
	var learnt []time.Duration
	cfg.Journal = instants(func(now time.Duration, e *policy.Event) {
		if e.Kind == policy.Observed {
			learnt = append(learnt, now)
		}
	})
	src := &list{}
	for i := range 20 {
		src.arrivals = append(src.arrivals, workloads.Arrival{At: time.Duration(i) * time.Second, Key: policy.Key(i + 1), Work: time.Second / 2})
	}
	m := play(t, cfg, src)
	if math.Abs(m.ledger.Store-0.0091) > 1e-12 {
		t.Errorf("the store costs $%v, want 0.0091", m.ledger.Store)
	}
	for i, at := range learnt {
		from, to := time.Duration(i)*time.Second+time.Second/2, time.Duration(i)*time.Second+time.Second/2
		if i >= 15 {
			from = time.Duration(i-14) * 20 * time.Second
			to = from + 10*time.Second
		}
		if at < from || at > to {
			t.Errorf("record %d was written at %v, want %v to %v", i, at, from, to)
		}
	}
	if len(learnt) != 20 {
		t.Errorf("%d records were written, want 20", len(learnt))
	}
}
