package policy

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// launches are the pools of the launches of the last step, a number for each worker.
func (l *lab) launches() (out []PoolID) {
	for _, c := range l.out {
		if c.Kind == Launch {
			out = append(out, slices.Repeat([]PoolID{c.Pool}, int(c.N))...)
		}
	}
	return out
}

// TestAnotherPoolInstead: by hand. Pool 0 is to have four workers; what it lacks is launched in
// pool 1, then in pool 2, and later it is tried itself again. All count to pool 0, which may
// be made smaller by them; pool 1 and 2 have none of their own.
func TestAnotherPoolInstead(t *testing.T) {
	one := Pool{Cores: 1, Speed: 1, Max: 4}
	cfg := Config{Pools: []Pool{one, {Cores: 2, Speed: 3}, {Cores: 1, Speed: 1}}}
	cfg.Pools[0].Instead = []PoolID{1, 2}
	l := newLab(t, 1, cfg)
	for _, c := range []struct {
		second int
		e      Event
		want   []PoolID
	}{
		{1, Event{Kind: Resize, N: 4}, []PoolID{0, 0, 0}},
		{2, Event{Kind: LaunchFailed, N: 2}, []PoolID{1, 1}},
		{2, Event{Kind: WorkerPending, Worker: 1}, nil}, // the third
		{3, Event{Kind: WorkerPending, Worker: 2, Pool: 1}, nil},
		{3, Event{Kind: LaunchFailed, Pool: 1, N: 1}, []PoolID{2}},
		{4, Event{Kind: LaunchFailed, Pool: 2, N: 1}, nil}, // all wait: pool 0 until 7 s, the others until 8 s and 9 s
		{7, Event{Kind: Wake}, []PoolID{0}},
		{8, Event{Kind: LaunchFailed, N: 1}, []PoolID{1}},
		{9, Event{Kind: WorkerPending, Worker: 3, Pool: 1}, nil},
		{10, Event{Kind: WorkerReady, Worker: 3}, nil},
		{11, Event{Kind: WorkerReady, Worker: 2}, nil},
		{12, Event{Kind: WorkerReady, Worker: 1}, nil},
		{13, Event{Kind: WorkerLost, Worker: 2}, []PoolID{0}}, // it had no capacity at 8 s; that a launch there became ready ends its pause
	} {
		l.out = l.c.Step(time.Duration(c.second)*time.Second, &c.e, l.out[:0])
		if got := l.launches(); !slices.Equal(got, c.want) {
			t.Errorf("at %d s, %v: launches in %v, want %v", c.second, c.e, got, c.want)
		}
		if why := l.c.fleet.broken(); why != "" {
			t.Fatalf("at %d s, %v: %s", c.second, c.e, why)
		}
	}
	if n := l.c.View().Pool(0); n.Ready != 3 || n.Launching != 1 || n.Size() != 4 || l.c.View().Pool(1).Size()+l.c.View().Pool(2).Size() != 0 {
		t.Errorf("pools have %+v, %+v, %+v", n, l.c.View().Pool(1), l.c.View().Pool(2))
	}
	if w := l.c.View().Worker(3); w.Pool != 1 || w.For != 0 || w.Cores != 2 || w.Speed != 3 {
		t.Errorf("%+v, want a worker of pool 1 for pool 0", w)
	}
	if got := l.c.fleet.rate(); got != 1+1+6 { // two of pool 0, one of pool 1
		t.Errorf("ready workers do %v a second, want 8", got)
	}
	l.out = l.c.Step(14*time.Second, &Event{Kind: Resize, N: 1}, l.out[:0])
	if n := l.c.View().Pool(0); n.Ready != 1 || n.Desired != 1 {
		t.Errorf("made smaller, pool 0 has %+v", n)
	}
	if _, err := New(Config{Router: first{}, Pools: []Pool{{Cores: 1, Speed: 1, Instead: []PoolID{0}}}}); err == nil || !strings.Contains(err.Error(), "must be another pool") {
		t.Errorf("a pool instead of itself: %v", err)
	}
}

// TestInsteadIsConserved: whatever fails, is lost or is ready in any order, no worker and no launch
// is counted twice or lost, and pools have no fewer than they are to have once launches succeed.
func TestInsteadIsConserved(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cfg := Config{}
		for range 3 {
			cfg.Pools = append(cfg.Pools, Pool{Cores: 1, Speed: 1, Max: 6})
		}
		cfg.Pools[0].Instead, cfg.Pools[1].Instead = []PoolID{1, 2}, []PoolID{0}
		l := newLab(t, 1, cfg)
		under := make([]int, 3)
		workers, now := 1, time.Duration(0)
		feed := func(e Event) {
			l.out = l.c.Step(now, &e, l.out[:0])
			for _, p := range l.launches() {
				under[p]++
			}
			if why := l.c.fleet.broken(); why != "" {
				rt.Fatalf("%v: %s", e, why)
			}
		}
		answer := func(p PoolID, fails bool) {
			if under[p] == 0 {
				return
			}
			under[p]--
			if fails {
				feed(Event{Kind: LaunchFailed, Pool: p, N: 1})
				return
			}
			feed(Event{Kind: WorkerPending, Worker: WorkerID(workers), Pool: p})
			workers++
		}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			now += time.Duration(rapid.IntRange(0, 9).Draw(rt, "seconds")) * time.Second
			p := PoolID(rapid.IntRange(0, 2).Draw(rt, "pool"))
			w := WorkerID(rapid.IntRange(0, workers-1).Draw(rt, "worker"))
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0:
				feed(Event{Kind: Resize, Pool: p, N: int32(rapid.IntRange(0, 6).Draw(rt, "size"))})
			case 1, 2:
				answer(p, true)
			case 3:
				answer(p, false)
			case 4:
				feed(Event{Kind: WorkerReady, Worker: w})
			case 5:
				feed(Event{Kind: WorkerLost, Worker: w})
			}
		}
		for range 5 {
			now += 3 * time.Minute
			feed(Event{Kind: Wake})
			for p := range under {
				for under[p] > 0 {
					answer(PoolID(p), false)
				}
			}
			for id := range workers {
				feed(Event{Kind: WorkerReady, Worker: WorkerID(id)})
			}
		}
		for p := range under {
			if n := l.c.View().Pool(PoolID(p)); n.Size() < n.Desired || n.Launching != 0 {
				rt.Fatalf("pool %d has %+v", p, n)
			}
		}
	})
}
