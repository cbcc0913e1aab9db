package policy

import (
	"testing"
	"time"
)

// TestReclaimIsAwaited: a worker that will be taken away is drained, and is
// terminated only where it is still there a minute after its time.
func TestReclaimIsAwaited(t *testing.T) {
	notice := Event{Kind: WorkerNotice, Worker: 0, At: 120 * time.Second}
	drained := Event{Kind: WorkerDrained, Worker: 0}
	for _, c := range []struct {
		name string
		play func(*lab)
	}{
		{"taken away", func(l *lab) {
			l.step(1, notice, "drain w0, wake 3m0s")
			l.step(1, drained, "")
			l.step(121, Event{Kind: WorkerLost, Worker: 0}, "")
			l.step(200, Event{Kind: Wake}, "")
		}},
		{"not taken away", func(l *lab) {
			l.step(1, notice, "drain w0, wake 3m0s")
			l.step(1, drained, "")
			l.step(180, Event{Kind: Wake}, "terminate w0")
		}},
		{"not taken away, idle late", func(l *lab) {
			l.step(0, arrival(0), "r0.0 -> w0")
			l.step(1, notice, "drain w0, wake 3m0s")
			l.step(180, Event{Kind: Wake}, "")
			l.step(181, ended(0, 0, OK), "deliver r0.0")
			l.step(181, drained, "terminate w0")
		}},
		{"drained before", func(l *lab) {
			l.step(0, Event{Kind: Resize, N: 0}, "drain w0")
			l.step(1, notice, "wake 3m0s")
			l.step(2, drained, "")
		}},
		{"its time has come", func(l *lab) {
			l.step(120, notice, "drain w0, wake 3m0s")
			l.step(120, drained, "")
			l.step(120, Event{Kind: WorkerLost, Worker: 0}, "")
		}},
		{"its time is past", func(l *lab) {
			l.step(130, notice, "drain w0, wake 3m10s")
			l.step(130, drained, "")
			l.step(190, Event{Kind: Wake}, "terminate w0")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.play(newLab(t, 1, Config{Pools: []Pool{{Cores: 1, Speed: 1, Max: 10, Replace: ReplaceNever}}}))
		})
	}
}

// TestServesOnNotice: a worker on notice takes what waits and is predicted to end in time,
// in order, once nothing else is free; by the default it takes nothing.
func TestServesOnNotice(t *testing.T) {
	pool := Pool{Cores: 1, Speed: 1, Limit: 1, Max: 2, Replace: ReplaceNever, OnNotice: NoticeServes}
	l := newLab(t, 2, Config{Pools: []Pool{pool}}) // class a: 1 s, b: 2 s
	long := func(id RequestID) Event { return Event{Kind: Arrival, Request: id, Class: 1, Idempotent: true} }
	l.step(0, Event{Kind: WorkerNotice, Worker: 1, At: 10 * time.Second}, "drain w1, wake 1m10s")
	l.step(0, Event{Kind: WorkerDrained, Worker: 1}, "")
	l.step(0, arrival(0), "r0.0 -> w0") // it comes last
	l.step(0, arrival(1), "r1.0 -> w1")
	l.step(0, long(2), "")
	l.step(0, arrival(3), "")
	l.step(5, ended(1, 0, OK), "deliver r1.0, r3.0 -> w1") // 5 s are left: three times 1 s, not three times 2 s
	l.step(7.5, ended(3, 0, OK), "deliver r3.0")
	l.step(7.5, arrival(4), "")
	l.step(9.5, ended(0, 0, OK), "deliver r0.0, r2.0 -> w0")
	l.step(10, Event{Kind: WorkerLost, Worker: 1}, "")
	l.step(11, ended(2, 0, OK), "deliver r2.0, r4.0 -> w0")

	pool.OnNotice = NoticeDrains
	l = newLab(t, 2, Config{Pools: []Pool{pool}})
	l.step(0, Event{Kind: WorkerNotice, Worker: 1, At: 10 * time.Second}, "drain w1, wake 1m10s")
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(0, arrival(1), "")
}

// TestLastOneServesOnNotice: where no other worker is ready, a worker on notice serves what
// fits, and what it cannot is refused or waits for another, as without it.
func TestLastOneServesOnNotice(t *testing.T) {
	pool := Pool{Cores: 1, Speed: 1, Max: 1, Replace: ReplaceNever, OnNotice: NoticeServes}
	l := newLab(t, 1, Config{Pools: []Pool{pool}})
	l.step(0, Event{Kind: WorkerNotice, Worker: 0, At: 10 * time.Second}, "drain w0, wake 1m10s")
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(0, arrival(1), "reject r1 503")
	l.step(9.5, ended(0, 0, OK), "deliver r0.0")
	l.step(9.5, arrival(2), "reject r2 503")

	pool.Replace = ReplaceLost
	l = newLab(t, 1, Config{Pools: []Pool{pool}})
	l.step(0, Event{Kind: WorkerNotice, Worker: 0, At: 10 * time.Second}, "drain w0, launch 1, wake 1m10s")
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(0, arrival(1), "")
	l.step(2, ended(0, 0, OK), "deliver r0.0, r1.0 -> w0")
}

// TestEjectedServesNothingOnNotice: a worker that a Health has taken out of service is offered
// nothing on notice either.
func TestEjectedServesNothingOnNotice(t *testing.T) {
	pool := Pool{Cores: 1, Speed: 1, Limit: 1, Max: 2, Replace: ReplaceNever, OnNotice: NoticeServes}
	l := newLab(t, 2, Config{Pools: []Pool{pool}})
	l.c.fleet.setStanding(&l.c.fleet.workers[1], ejected)
	l.step(0, Event{Kind: WorkerNotice, Worker: 1, At: 10 * time.Second}, "drain w1, wake 1m10s")
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(0, arrival(1), "")
}

// TestServedOnNoticeAndNotTaken: a worker that has served since it was drained, and is not
// taken away, is drained again and then terminated.
func TestServedOnNoticeAndNotTaken(t *testing.T) {
	pool := Pool{Cores: 1, Speed: 1, Max: 1, Replace: ReplaceNever, OnNotice: NoticeServes}
	l := newLab(t, 1, Config{Pools: []Pool{pool}})
	l.step(0, Event{Kind: WorkerNotice, Worker: 0, At: 10 * time.Second}, "drain w0, wake 1m10s")
	l.step(0, Event{Kind: WorkerDrained, Worker: 0}, "")
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(70, Event{Kind: Wake}, "drain w0")
	l.step(71, ended(0, 0, OK), "deliver r0.0")
	l.step(71, Event{Kind: WorkerDrained, Worker: 0}, "terminate w0")
}

// TestIdleOnNoticeIsOverlooked: the kit's rule finds a request that waits beside a worker on
// notice that would answer it.
func TestIdleOnNoticeIsOverlooked(t *testing.T) {
	pool := Pool{Cores: 1, Speed: 1, Limit: 1, Max: 2, Replace: ReplaceNever, OnNotice: NoticeServes}
	l := newLab(t, 2, Config{Pools: []Pool{pool}})
	l.step(0, Event{Kind: WorkerNotice, Worker: 1, At: 10 * time.Second}, "drain w1, wake 1m10s")
	l.step(0, arrival(0), "r0.0 -> w0")
	l.c.fleet.leaving = nil // forgotten
	l.out = l.c.Step(0, &Event{Kind: Arrival, Request: 1, Idempotent: true}, l.out[:0])
	if id, found := l.c.Overlooked(); !found || id != 1 {
		t.Errorf("request %d, %v, is overlooked, want request 1", id, found)
	}
	if _, found := l.c.OverlookedAt(9500 * time.Millisecond); found {
		t.Error("it is overlooked half a second before the end, want it to wait")
	}
}

// TestEndlessWorkIsNotServedOnNotice: work of years does not fit, whatever is counted with it.
func TestEndlessWorkIsNotServedOnNotice(t *testing.T) {
	pool := Pool{Cores: 1, Speed: 1, Max: 1, Replace: ReplaceLost, OnNotice: NoticeServes}
	l := newLab(t, 1, Config{Pools: []Pool{pool}, Classes: []Class{{Name: "a", Prior: 4e9}}})
	l.step(0, Event{Kind: WorkerNotice, Worker: 0, At: 10 * time.Second}, "drain w0, launch 1, wake 1m10s")
	l.step(0, arrival(0), "")
}

// TestALaterNoticeIsAwaited: of two whose first notice named the same instant, the one that
// was told of a later one is waited for until then.
func TestALaterNoticeIsAwaited(t *testing.T) {
	l := newLab(t, 2, Config{Pools: []Pool{{Cores: 1, Speed: 1, Max: 10, Replace: ReplaceNever}}})
	l.step(1, Event{Kind: WorkerNotice, Worker: 0, At: 120 * time.Second}, "drain w0, wake 3m0s")
	l.step(1, Event{Kind: WorkerNotice, Worker: 1, At: 120 * time.Second}, "drain w1")
	l.step(2, Event{Kind: WorkerDrained, Worker: 0}, "")
	l.step(2, Event{Kind: WorkerDrained, Worker: 1}, "")
	l.step(3, Event{Kind: WorkerNotice, Worker: 1, At: 300 * time.Second}, "")
	l.step(180, Event{Kind: Wake}, "terminate w0, wake 6m0s")
	l.step(360, Event{Kind: Wake}, "terminate w1")
}
