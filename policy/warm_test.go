package policy

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestReturnedCallLeavesItsEnvironment: a call whose client has left keeps its environment
// busy until the service says that it has ended; then it is warm, for its own class alone
// where each class has its own. What nobody waits for is counted and changes nothing.
func TestReturnedCallLeavesItsEnvironment(t *testing.T) {
	l := newLab(t, 0, Config{Spill: toFunction{}, Pools: []Pool{{Cores: 1, Speed: 1}}, Functions: &Functions{Share: 1, PerClass: true, KeepAlive: time.Minute}})
	environments := func(busy, a, b int) {
		t.Helper()
		w := &l.c.warm
		if w.busy != busy || w.idle(l.c.now, 0) != a || w.idle(l.c.now, 1) != b {
			t.Errorf("at %v: %d busy, %d and %d idle, want %d, %d and %d", l.c.now, w.busy, w.idle(l.c.now, 0), w.idle(l.c.now, 1), busy, a, b)
		}
	}
	back := func(c ClassID) Event { return Event{Kind: Returned, Class: c, Status: OK} }
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(1, Event{Kind: Gone, Request: 0}, "cancel r0.0")
	l.step(1, ended(0, 0, Cancelled), "")
	environments(1, 0, 0)
	l.step(2, back(2), "") // there are two classes
	environments(1, 0, 0)
	l.step(2, back(1), "")
	environments(0, 0, 1)
	l.step(3, back(1), "") // none is busy
	environments(0, 0, 1)
	if n := l.c.Counts().Unknown; n != 2 {
		t.Errorf("%d events counted as unknown, want 2", n)
	}
	l.step(62, Event{Kind: Shed}, "") // it has been idle for just the keep-alive
	environments(0, 0, 1)
	l.step(62.001, Event{Kind: Shed}, "")
	environments(0, 0, 0)
}

// TestWarmthTwin: which environments are warm is what a list of them says, whatever calls
// and answers come, and however long environments are kept.
func TestWarmthTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		per := rapid.Bool().Draw(rt, "per class")
		keep := time.Duration(rapid.IntRange(1, 30).Draw(rt, "keep")) * time.Second
		w := newWarmth(&Config{Classes: make([]Class, 2), Functions: &Functions{KeepAlive: keep, PerClass: per}})
		var since [2][]time.Duration // when each became idle, oldest first
		now, busy := time.Duration(0), 0
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			now += time.Duration(rapid.IntRange(0, 9).Draw(rt, "s")) * time.Second
			for i := range since {
				since[i] = slices.DeleteFunc(since[i], func(at time.Duration) bool { return now-at > keep })
			}
			class := rapid.IntRange(0, 1).Draw(rt, "class")
			pool := class
			if !per {
				pool = 0
			}
			switch op := rapid.IntRange(0, 4).Draw(rt, "op"); {
			case op == 0:
				keep = time.Duration(rapid.IntRange(1, 30).Draw(rt, "new keep")) * time.Second
				w.keepFor(now, keep)
				for i := range since {
					since[i] = slices.DeleteFunc(since[i], func(at time.Duration) bool { return now-at > keep })
				}
			case op < 3 || busy == 0:
				w.call(now, ClassID(class))
				busy++
				if n := len(since[pool]); n > 0 {
					since[pool] = since[pool][:n-1]
				}
			default:
				s := rapid.SampledFrom([]Status{OK, Error, Throttled, Timeout}).Draw(rt, "status")
				w.answer(now, ClassID(class), s)
				busy--
				if s == OK || s == Error {
					since[pool] = append(since[pool], now)
				}
			}
			for class := range since {
				pool := class
				if !per {
					pool = 0
				}
				if got := w.idle(now, ClassID(class)); got != len(since[pool]) || w.busy != busy {
					rt.Fatalf("at %v class %d: %d idle and %d busy, want %d and %d", now, class, got, w.busy, len(since[pool]), busy)
				}
				limit := rapid.IntRange(0, 3).Draw(rt, "concurrency")
				if got, want := w.roomWarm(now, &Functions{Concurrency: limit}, ClassID(class)), per && len(since[pool]) > 0 && (limit == 0 || busy < limit); got != want {
					rt.Fatalf("at %v class %d, limit %d: room for a warm call %v, want %v", now, class, limit, got, want)
				}
			}
		}
	})
}
