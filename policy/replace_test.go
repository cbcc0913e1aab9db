package policy

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestLostIsReplaced: without any Scaler a fleet keeps the size it began with.
func TestLostIsReplaced(t *testing.T) {
	l := newLab(t, 3, Config{Pools: []Pool{{Cores: 1, Speed: 1, Max: 10, Cooldown: time.Hour}}})
	l.step(1, Event{Kind: WorkerLost, Worker: 1}, "launch 1")
	l.step(1, Event{Kind: WorkerLost, Worker: 1}, "") // again: late
	l.step(1, Event{Kind: WorkerLost, Worker: 2}, "launch 1")
	l.join(2*time.Second, 3)
	l.step(3, Event{Kind: WorkerNotice, Worker: 3, At: time.Minute}, "drain w3, launch 1, wake 2m0s") // at the notice
	l.step(3, Event{Kind: WorkerDrained, Worker: 3}, "")                                              // its end is left to the provider
	l.step(4, Event{Kind: WorkerLost, Worker: 3}, "")                                                 // and not again at the end
	l.step(5, Event{Kind: Resize, N: 2}, "")                                                          // of one that serves and two under way, none can be ended now
	l.join(6*time.Second, 4)
	l.join(6*time.Second, 5)
	l.step(7, Event{Kind: Resize, N: 2}, "drain w5")
	l.step(7, Event{Kind: WorkerLost, Worker: 5}, "") // drained by us
	l.step(8, Event{Kind: WorkerLost, Worker: 0}, "launch 1")
	if n := l.c.Counts(); n.Launched != 4 || n.Adaptations != 1 {
		t.Errorf("%d launched, %d adaptations, want 4 and 1: a replacement is no change of the size", n.Launched, n.Adaptations)
	}
}

// TestWhoDoesNotReplace: the pool's key comes before the router's way, only the
// leader launches, and an operator's pause holds.
func TestWhoDoesNotReplace(t *testing.T) {
	lost := Event{Kind: WorkerLost, Worker: 0}
	for _, c := range []struct {
		name    string
		router  Router
		replace Replacement
		want    string
	}{
		{"default", first{}, ReplaceByRouter, "launch 1"},
		{"never", first{}, ReplaceNever, ""},
		{"neglectful", neglectful{}, ReplaceByRouter, ""},
		{"neglectful, but told to", neglectful{}, ReplaceLost, "launch 1"},
	} {
		l := newLab(t, 2, Config{Router: c.router, Pools: []Pool{{Cores: 1, Speed: 1, Max: 10, Replace: c.replace}}})
		l.step(1, lost, c.want)
		if got, want := l.c.Desired(0), map[string]int{"": 1, "launch 1": 2}[c.want]; got != want {
			t.Errorf("%s: desired %d, want %d", c.name, got, want)
		}
	}
	l := newLab(t, 2, Config{})
	l.step(1, Event{Kind: Pause}, "")
	l.step(2, lost, "")
	l.step(3, Event{Kind: Resume}, "launch 1")
	l = newLab(t, 2, Config{})
	l.step(1, Event{Kind: Pause}, "")
	l.step(2, lost, "")
	l.step(3, Event{Kind: Resize, N: 2}, "launch 1") // by hand all the same
	l.c.cfg.Leader = false
	l.step(4, Event{Kind: Resume}, "")
	l.step(5, Event{Kind: WorkerLost, Worker: 1}, "")
}

// TestLastOneIsLost: a pool that has lost its only worker for good has none to want,
// so a scaler that goes on wanting one has it launched.
func TestLastOneIsLost(t *testing.T) {
	want := 1
	l := newLab(t, 1, Config{Scaler: pinned{n: &want}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 10, Replace: ReplaceNever}}})
	l.step(1, Event{Kind: WorkerLost, Worker: 0}, "")
	if n := l.c.Desired(0); n != 0 {
		t.Errorf("desired %d, want 0", n)
	}
	l.step(10, Event{Kind: Wake}, "launch 1, wake 20s")
}

type neglectful struct{ first }

func (neglectful) NeverReplaces() bool { return true }

// TestForgottenIsReplaced: what a router forgets is lost, and counts to the maximum.
func TestForgottenIsReplaced(t *testing.T) {
	l := newLab(t, 2, Config{Router: reckless{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 3, Replace: ReplaceLost}}})
	for id := range RequestID(2) {
		l.step(1, Event{Kind: Arrival, Request: id, Class: 1}, tell([]Command{{Kind: Dispatch, Request: id, Worker: WorkerID(id)}}))
	}
	l.step(2, Event{Kind: Done, Request: 0, Status: Error}, "reject r0 502, launch 1")
	l.step(2, Event{Kind: Done, Request: 1, Status: Error}, "reject r1 502") // there are three instances
	l.step(3, Event{Kind: WorkerLost, Worker: 0}, "launch 1")
}

// TestFailedLaunchesAreRepeated: after 5 s, then after twice as long each time,
// 2 min at most; what becomes ready, a larger size and an operator end the waiting.
func TestFailedLaunchesAreRepeated(t *testing.T) {
	want := 2
	l := newLab(t, 1, Config{Scaler: pinned{n: &want}})
	failed := Event{Kind: LaunchFailed, N: 1}
	wake := Event{Kind: Wake}
	l.step(10, wake, "launch 1, wake 20s")
	l.step(11, failed, "wake 16s")
	l.step(16, wake, "launch 1, wake 20s")
	l.step(17, failed, "")
	l.step(20, wake, "wake 27s") // the scaler wants what it has wanted
	l.step(27, wake, "launch 1, wake 30s")
	l.step(28, failed, "")
	want = 3
	l.step(30, wake, "launch 2, wake 40s") // it wants more: at once
	l.step(31, Event{Kind: WorkerPending, Worker: 1}, "")
	l.step(31, failed, "") // it has just failed: still of the same attempt
	l.step(40, wake, "wake 48s")
	l.step(41, Event{Kind: WorkerReady, Worker: 1}, "launch 1")
	l.step(42, failed, "wake 47s")                    // the first again
	l.step(43, Event{Kind: Resize, N: 3}, "launch 1") // by hand: at once
}

// TestRelaunchIsBounded: however often launches fail, also by workers that are
// lost before they are ready, the next attempt is at most 2 min away, and there
// are not more of them.
func TestRelaunchIsBounded(t *testing.T) {
	for _, kind := range []EventKind{LaunchFailed, WorkerLost, WorkerNotice} {
		l := newLab(t, 1, Config{})
		now, wake, launches := time.Duration(0), time.Duration(-1), 0
		next := WorkerID(1)
		l.out = l.c.Step(now, &Event{Kind: Resize, N: 2}, l.out[:0])
		for now < time.Hour {
			var again []Event
			for _, cmd := range l.out {
				switch {
				case cmd.Kind == WakeAt:
					wake = cmd.At
				case cmd.Kind == Launch && kind == LaunchFailed:
					launches++
					again = append(again, Event{Kind: kind, N: cmd.N})
				case cmd.Kind == Launch:
					launches++
					again = append(again, Event{Kind: WorkerPending, Worker: next}, Event{Kind: WorkerRunning, Worker: next}, Event{Kind: kind, Worker: next, At: now})
					next++
				}
			}
			if len(again) == 0 {
				if wake < 0 {
					t.Fatalf("event %v: at %v nothing is tried any more", kind, now)
				}
				now, wake = wake, -1
				again = append(again, Event{Kind: Wake})
			}
			l.out = l.out[:0]
			for i := range again {
				l.out = l.c.Step(now, &again[i], l.out)
			}
		}
		if launches != 34 { // at 0, 5, 15, 35, 75, 155, 275 s and every 120 s from there
			t.Errorf("event %v: %d launches in an hour, want 34", kind, launches)
		}
	}
}

// TestInitialLaunchesThatFail: what the driver launches at the start is under way
// from the first instant on.
func TestInitialLaunchesThatFail(t *testing.T) {
	l := newLab(t, 0, Config{Pools: []Pool{{Cores: 1, Speed: 1, Max: 9, Initial: 3}}})
	l.step(0, Event{Kind: WorkerPending, Worker: 0}, "")
	l.step(0, Event{Kind: WorkerPending, Worker: 1}, "")
	l.step(1, Event{Kind: LaunchFailed, N: 1}, "wake 6s")
	l.step(6, Event{Kind: Wake}, "launch 1")
	l.step(7, Event{Kind: WorkerReady, Worker: 0}, "")
	l.step(8, Event{Kind: WorkerLost, Worker: 0}, "launch 1")
}

// TestSizeReturnsToDesired: whatever is lost, forgotten or refused, in any order,
// a pool is never launched beyond its size, and has it once launches succeed.
func TestSizeReturnsToDesired(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.IntRange(0, 6).Draw(rt, "want")
		cfg := Config{Pools: []Pool{{Cores: 1, Speed: 1, Min: 1, Max: 6, Cooldown: time.Duration(rapid.IntRange(0, 1).Draw(rt, "cooldown")) * time.Minute}}}
		if rapid.Bool().Draw(rt, "scaler") {
			cfg.Scaler = pinned{n: &want}
		}
		l := newLab(t, rapid.IntRange(0, 6).Draw(rt, "initial"), cfg)
		w := &flaky{rt: rt, l: l, wake: l.c.wakeAt, workers: len(l.c.fleet.workers)}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			w.happen(&want)
		}
		w.feed(Event{Kind: Resume})
		for range 60 {
			w.pass(10 * time.Second)
			for id := range w.workers {
				w.feed(Event{Kind: WorkerReady, Worker: WorkerID(id)})
			}
			for w.pending > 0 {
				w.announce()
			}
		}
		if n := l.c.fleet.pools[0]; n.Size() < n.Desired || cfg.Scaler != nil && (n.Size() != n.Desired || n.Desired != max(want, 1)) {
			rt.Fatalf("%+v, wanted %d", n, want)
		}
	})
}

// A flaky is a world in which workers and launches fail.
type flaky struct {
	rt      *rapid.T
	l       *lab
	now     time.Duration
	wake    time.Duration // noWake: none
	workers int
	pending int // launches asked for and not seen
}

// happen has one thing happen.
func (w *flaky) happen(want *int) {
	worker := func() WorkerID { return WorkerID(rapid.IntRange(0, max(w.workers-1, 0)).Draw(w.rt, "worker")) }
	switch rapid.IntRange(0, 9).Draw(w.rt, "event") {
	case 0, 1:
		w.feed(Event{Kind: WorkerLost, Worker: worker()})
	case 2:
		w.feed(Event{Kind: WorkerNotice, Worker: worker(), At: w.now + 2*time.Minute})
	case 3:
		w.feed(Event{Kind: WorkerReady, Worker: worker()})
	case 4:
		w.announce()
	case 5:
		if n := rapid.IntRange(0, w.pending).Draw(w.rt, "failed"); n > 0 {
			w.pending -= n
			w.feed(Event{Kind: LaunchFailed, N: int32(n)})
		}
	case 6:
		w.feed(Event{Kind: rapid.SampledFrom([]EventKind{Pause, Resume}).Draw(w.rt, "operator")})
	case 7:
		w.feed(Event{Kind: Resize, N: int32(rapid.IntRange(0, 8).Draw(w.rt, "size"))})
	case 8:
		*want = rapid.IntRange(0, 6).Draw(w.rt, "want")
	case 9:
		w.pass(time.Duration(rapid.IntRange(1, 60).Draw(w.rt, "seconds")) * time.Second)
	}
}

// announce makes a launch known.
func (w *flaky) announce() {
	if w.pending > 0 {
		w.pending--
		w.workers++
		w.feed(Event{Kind: WorkerPending, Worker: WorkerID(w.workers - 1)})
	}
}

// pass lets time pass.
func (w *flaky) pass(d time.Duration) {
	for end := w.now + d; ; {
		if w.wake > end {
			w.now = end
			return
		}
		w.now, w.wake = max(w.now, w.wake), noWake
		w.feed(Event{Kind: Wake})
	}
}

func (w *flaky) feed(e Event) {
	w.l.out = w.l.c.Step(w.now, &e, w.l.out[:0])
	for _, cmd := range w.l.out {
		switch cmd.Kind {
		case WakeAt:
			w.wake = cmd.At
		case Launch:
			w.pending += int(cmd.N)
			if n := w.l.c.fleet.pools[0]; n.Size() > n.Desired {
				w.rt.Fatalf("launched beyond the size: %+v after %+v", n, e)
			}
		}
	}
}
