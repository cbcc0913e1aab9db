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
// and answers come, and however long environments are kept and unloaded before.
func TestWarmthTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		per, vary := rapid.Bool().Draw(rt, "per class"), rapid.Bool().Draw(rt, "vary")
		some := func(name string, from int) time.Duration {
			return time.Duration(rapid.IntRange(from, 30).Draw(rt, name)) * time.Second
		}
		c := &Controller{warm: newWarmth(&Config{Classes: make([]Class, 2), Functions: &Functions{KeepAlive: some("keep", 1), PerClass: per}})}
		w, do := &c.warm, &Environments{}
		do.c = c
		stays := [2]stay{w.stays[0], w.stays[0]}
		var idle [2][]idleTime // oldest first
		busy := 0
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			c.now += time.Duration(rapid.IntRange(0, 9).Draw(rt, "s")) * time.Second
			class := rapid.IntRange(0, 1).Draw(rt, "class")
			pool := class
			if !per {
				pool = 0
			}
			for i := range idle {
				idle[i] = slices.DeleteFunc(idle[i], func(e idleTime) bool { return c.now > e.until })
			}
			switch op := rapid.IntRange(0, 5).Draw(rt, "op"); {
			case op == 0 && vary:
				stays[pool] = stay{some("prewarm", 0), some("new keep", 0)}
				do.Keep(ClassID(pool), stays[pool].prewarm, stays[pool].keep)
			case op == 1 && vary:
				if got := do.Unload(ClassID(pool)); got != (len(idle[pool]) > 0) {
					rt.Fatalf("at %v class %d: unloaded %v of %v", c.now, class, got, idle[pool])
				}
				idle[pool] = idle[pool][min(1, len(idle[pool])):]
			case op < 4 || busy == 0:
				w.call(c.now, ClassID(class))
				busy++
				idle[pool] = lastCalled(idle[pool], c.now)
			default:
				s := rapid.SampledFrom([]Status{OK, Error, Throttled, Timeout}).Draw(rt, "status")
				left := w.answer(c.now, ClassID(class), s)
				busy--
				if left != (s == OK || s == Error) {
					rt.Fatalf("%v leaves an environment: %v", s, left)
				}
				if left {
					from := c.now + stays[pool].prewarm
					idle[pool] = append(idle[pool], idleTime{from, from + stays[pool].keep})
				}
			}
			for class := range idle {
				pool, want := class, 0
				if !per {
					pool = 0
				}
				for _, e := range idle[pool] {
					if e.from <= c.now {
						want++
					}
				}
				if got := w.idle(c.now, ClassID(class)); got != want || w.busy != busy {
					rt.Fatalf("at %v class %d: %d idle and %d busy, want %d and %d", c.now, class, got, w.busy, want, busy)
				}
				limit := rapid.IntRange(0, 3).Draw(rt, "concurrency")
				f := &Functions{Concurrency: limit, PerClass: per}
				if got := w.roomFor(c.now, f, ClassID(class)); got != ((per && want > 0 || w.spaces[0].free(c.now)) && (limit == 0 || busy < limit)) {
					rt.Fatalf("at %v class %d, limit %d: room for a call %v", c.now, class, limit, got)
				}
			}
		}
	})
}

// lastCalled takes out what a call takes: the last that is loaded, else the last of all.
func lastCalled(all []idleTime, now time.Duration) []idleTime {
	for _, loaded := range []bool{true, false} {
		for i := len(all) - 1; i >= 0; i-- {
			if (all[i].from <= now) == loaded {
				return slices.Delete(all, i, i+1)
			}
		}
	}
	return all
}

// TestForeverDoesNotOverflow: what is kept for ever is there at any later instant.
func TestForeverDoesNotOverflow(t *testing.T) {
	if got := (stay{time.Hour, Forever}).idle(time.Hour); got != (idleTime{2 * time.Hour, Forever}) {
		t.Errorf("%v", got)
	}
}
