package sim

import (
	"math"
	"testing"
	"time"

	"cnv/workloads"
)

// TestFailedAnswerCostsNoTransfer: the body that crosses to a worker in another zone is billed;
// its answer, an error, is none.
func TestFailedAnswerCostsNoTransfer(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Zones, cfg.Control.Zone, cfg.ZoneUSDPerGB = 2, 1, 0.01
	cfg.Faults = []Fault{{Kind: Sick, Worker: 0, Lasts: time.Hour, On: time.Hour}}
	src := &list{arrivals: []workloads.Arrival{{At: time.Second, Work: time.Second, BytesIn: 3e6, BytesOut: 1e6}}}
	if m := play(t, cfg, src); math.Abs(m.ledger.Transfer-0.02*0.003) > 1e-15 {
		t.Errorf("transfer cost $%v, want that of 3 MB, $%v", m.ledger.Transfer, 0.02*0.003)
	}
}

// TestTimelineEndsWithTheRun: nothing happens any more to a request on a worker that hangs, and
// a minute after its arrival it is cut off: the timeline has no point after that.
func TestTimelineEndsWithTheRun(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.DrainCap, cfg.Duration = time.Minute, 10*time.Minute
	cfg.Faults = []Fault{{At: 0, Kind: Hang, Worker: 0, Detected: time.Hour}}
	m := play(t, cfg, at(1))
	if last := m.samples[len(m.samples)-1].At; last != time.Minute {
		t.Errorf("the last point of the timeline is at %v, want 1m", last)
	}
	cfg.Faults, cfg.Duration = nil, time.Minute
	if m := play(t, cfg, at(1)); len(m.samples) != 6 || m.samples[5].At != time.Minute {
		t.Errorf("%d points, want one each 10 s of the minute", len(m.samples))
	}
}

// TestNoTimerForWhoHasGone: a client that was answered before it lost patience sets no timer.
func TestNoTimerForWhoHasGone(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	w, err := newWorld(&cfg, &list{}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	w.deadlines.Push(deadline{time.Second, 7})
	if w.nextDeadline(); w.deadlines.Len() != 0 || w.pos[w.patience] != -1 {
		t.Errorf("%d clients wait, timer at place %d, want none of both", w.deadlines.Len(), w.pos[w.patience])
	}
}

// TestOrderAfterRounding: two requests whose ends, in half the time, fall on one instant end in
// the order in which they began, though the second was to end first.
func TestOrderAfterRounding(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Control.Pools[0].Cores, cfg.Control.Pools[0].Slots = 2, 2
	w, err := newWorld(&cfg, &list{}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	v := w.vms[0]
	for c, work := range []time.Duration{4, 3} {
		w.calls = append(w.calls, call{work: work})
		w.jobs = append(w.jobs, -1)
		w.begin(v, int32(c))
	}
	w.repace(v, func() { v.speed = 2 })
	if a, b := &v.jobs[0], &v.jobs[1]; a.Key != 2 || b.Key != 2 || jobOf(a) != 0 || w.jobs[0] != 0 || w.jobs[1] != 1 {
		t.Errorf("calls %d and %d end at %v and %v ns, places %v; want 0 and 1, both at 2 ns", jobOf(a), jobOf(b), a.Key, b.Key, w.jobs)
	}
}
