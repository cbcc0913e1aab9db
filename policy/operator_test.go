package policy

import (
	"slices"
	"testing"
	"time"
)

// TestOperator: pausing stops the scaler; resizing by hand works all the same,
// and whatever the cooldown.
func TestOperator(t *testing.T) {
	want := 4
	l := newLab(t, 2, Config{
		Scaler: pinned{n: &want},
		Pools:  []Pool{{Cores: 1, Speed: 1, Max: 10, Cooldown: time.Hour}},
	})
	l.step(1, Event{Kind: Pause}, "")
	l.step(10, Event{Kind: Wake}, "wake 20s")
	l.step(11, Event{Kind: Resize, N: 1}, "drain w1")
	l.step(12, Event{Kind: Resize, N: 3}, "launch 2")
	l.step(13, Event{Kind: Resize, N: 99}, "launch 7") // the maximum holds
	l.step(14, Event{Kind: Resize, Pool: 7, N: 1}, "")
	l.step(15, Event{Kind: Resize, N: -1}, "")
	l.step(16, Event{Kind: Resume}, "")
	l.step(20, Event{Kind: Wake}, "wake 30s") // the scaler has to wait for the cooldown
	if n := l.c.Counts(); n.Unknown != 2 || n.Adaptations != 3 {
		t.Errorf("%d unknown events and %d adaptations, want 2 and 3", n.Unknown, n.Adaptations)
	}
}

// TestBootingGoFirst: an operator who wants fewer workers loses those that boot,
// the youngest first, before one that serves.
func TestBootingGoFirst(t *testing.T) {
	l := newLab(t, 3, Config{})
	l.step(1, Event{Kind: Resize, N: 6}, "launch 3")
	l.step(2, Event{Kind: WorkerPending, Worker: 3}, "")
	l.step(2, Event{Kind: WorkerPending, Worker: 4}, "")
	l.step(3, Event{Kind: WorkerRunning, Worker: 4}, "")
	l.step(4, Event{Kind: Resize, N: 3}, "drain w4, drain w3, drain w2") // one that is not there yet cannot be called off
	l.step(5, Event{Kind: WorkerDrained, Worker: 4}, "terminate w4")
	l.step(5, Event{Kind: WorkerReady, Worker: 3}, "") // too late
	if p := l.c.View().Pool(0); p.Ready != 2 || p.Booting != 0 || p.Draining != 3 || p.Launching != 1 {
		t.Errorf("%+v", p)
	}
}

// TestBootingGoFirstForScalers: a Scaler that wants fewer workers loses those
// that boot, and none that serves in place of one that does not yet. One that is
// under way unseen is called off when it is seen.
func TestBootingGoFirstForScalers(t *testing.T) {
	want := 5
	l := newLab(t, 2, Config{Scaler: pinned{n: &want}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 10}}})
	l.step(10, Event{Kind: Wake}, "launch 3, wake 20s")
	l.step(11, Event{Kind: WorkerPending, Worker: 2}, "")
	l.step(11, Event{Kind: WorkerPending, Worker: 3}, "")
	want = 4
	l.step(20, Event{Kind: Wake}, "drain w3, wake 30s")
	want = 2
	l.step(30, Event{Kind: Wake}, "drain w2, wake 40s")
	l.step(31, Event{Kind: WorkerPending, Worker: 4}, "")
	l.step(40, Event{Kind: Wake}, "drain w4, wake 50s")
	if p := l.c.View().Pool(0); p.Ready != 2 || p.Booting != 0 || p.Draining != 3 || p.Launching != 0 || l.c.Counts().Adaptations != 4 {
		t.Errorf("%+v, %d adaptations", p, l.c.Counts().Adaptations)
	}
}

// last routes to the ready worker with the highest ID.
type last struct{}

func (last) Route(v *View, _ *Request) (WorkerID, bool) {
	return v.Ready()[len(v.Ready())-1], true
}

// A doubter is a Witness that asks another router.
type doubter struct{ said []WorkerID }

func (d *doubter) Decided(v *View, r *Request, p Placement) {
	_, other := v.WouldChoose(last{}, nil, r)
	d.said = append(d.said, p.Worker, other)
}

// TestWitness: it sees each placement, may ask what others would do, and
// changes nothing.
func TestWitness(t *testing.T) {
	d := &doubter{}
	l := newLab(t, 3, Config{Witness: d, Retry: Retry{Max: 1, Budget: 1}})
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(1, arrival(1), "r1.0 -> w1")
	l.step(2, ended(0, 0, Error), "r0.1 -> w2") // both are told not to go to w0 again
	want := []WorkerID{0, 2, 1, 2, 2, 2}
	if len(d.said) != len(want) {
		t.Fatalf("%v, want %v", d.said, want)
	}
	for i := range want {
		if d.said[i] != want[i] {
			t.Fatalf("%v, want %v", d.said, want)
		}
	}
}

// A clerk is a Witness that notes what it is told.
type clerk struct{ said []Placement }

func (k *clerk) Decided(_ *View, _ *Request, p Placement) { k.said = append(k.said, p) }

// nowhere is a router that never has a host.
type nowhere struct{}

func (nowhere) Route(*View, *Request) (WorkerID, bool) { return NoWorker, false }

// TestNoHostTakesAFreeSlot: a request without a host takes the least loaded worker's free
// slot, and waits only while there is none; the Witness is told that no router chose it.
func TestNoHostTakesAFreeSlot(t *testing.T) {
	k := &clerk{}
	l := newLab(t, 2, Config{Router: nowhere{}, Witness: k, Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 2}}})
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(0, arrival(1), "r1.0 -> w1")
	l.step(0, arrival(2), "")
	l.step(1, ended(1, 0, OK), "deliver r1.0, r2.0 -> w1")
	want := []Placement{{ToWorker, 0, NoWorker, NoWorker}, {ToWorker, 1, NoWorker, NoWorker}, {ToWorker, NoWorker, NoWorker, NoWorker}, {ToWorker, 1, NoWorker, NoWorker}}
	if !slices.Equal(k.said, want) {
		t.Errorf("%v, want %v", k.said, want)
	}
}

// TestPlacementTellsWhatWasRouted: where the Router's worker is full, another takes the
// request, and the Witness is told both.
func TestPlacementTellsWhatWasRouted(t *testing.T) {
	k := &clerk{}
	l := newLab(t, 2, Config{Router: last{}, Witness: k, Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 2}}})
	l.step(0, arrival(0), "r0.0 -> w1")
	l.step(0, arrival(1), "r1.0 -> w0")
	if want := []Placement{{ToWorker, 1, 1, 1}, {ToWorker, 0, 1, 1}}; !slices.Equal(k.said, want) {
		t.Errorf("%v, want %v", k.said, want)
	}
}

// TestPlacementTellsWhomTheSpillWasAskedAbout: where the request has failed at the Router's
// worker, it was about another one.
func TestPlacementTellsWhomTheSpillWasAskedAbout(t *testing.T) {
	k := &clerk{}
	l := newLab(t, 2, Config{Router: last{}, Witness: k, Retry: Retry{Max: 1, Budget: 1}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2}}})
	l.step(0, arrival(0), "r0.0 -> w1")
	l.step(1, ended(0, 0, Error), "r0.1 -> w0")
	if want := []Placement{{ToWorker, 1, 1, 1}, {ToWorker, 0, 1, 0}}; !slices.Equal(k.said, want) {
		t.Errorf("%v, want %v", k.said, want)
	}
}
