package policy

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestSights: what a gateway counts at a worker, by hand: it has sent two requests there, a report
// says that the worker had 5 in flight (of SeesAll: of other gateways), it sends one more, and one of
// the three ends.
func TestSights(t *testing.T) {
	for sight, want := range map[Sight][4]int32{
		SeesOwn:      {2, 2, 3, 2},
		SeesAll:      {2, 7, 8, 7},
		SeesReported: {0, 5, 5, 5},
		SeesSent:     {2, 5, 6, 6},
	} {
		l := newLab(t, 1, Config{Sight: sight})
		check := func(i int, own int) {
			t.Helper()
			v := l.c.View()
			if w := v.Worker(0); w.InFlight != want[i] || v.Own(0) != own || v.InFlight() != int(want[i]) || len(v.With(int(want[i]))) != 1 {
				t.Errorf("sight %v, step %d: %d in flight, %d its own, want %d and %d", sight, i, w.InFlight, v.Own(0), want[i], own)
			}
		}
		arrive := func(at float64, id RequestID) {
			l.step(at, Event{Kind: Arrival, Request: id}, map[RequestID]string{0: "r0.0 -> w0", 1: "r1.0 -> w0", 2: "r2.0 -> w0"}[id])
		}
		arrive(1, 0)
		arrive(2, 1)
		check(0, 2)
		l.step(4, Event{Kind: Telemetry, Worker: 0, At: 3 * time.Second, N: 5}, "")
		check(1, 2)
		arrive(5, 2)
		check(2, 3)
		l.step(6, Event{Kind: Done, Request: 1, Status: OK}, "deliver r1.0")
		check(3, 2)
		l.step(7, Event{Kind: Telemetry, Worker: 0, At: 2 * time.Second, N: 50}, "") // late news
		check(3, 2)
	}
}

// TestLimitIsOfItsOwn: a gateway that counts by a board of zeros lets no worker have more of its
// requests than its limit.
func TestLimitIsOfItsOwn(t *testing.T) {
	l := newLab(t, 1, Config{Sight: SeesReported, Pools: []Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 10, Slots: 1, Limit: 1}}})
	l.step(1, Event{Kind: Arrival, Request: 0}, "r0.0 -> w0")
	l.step(2, Event{Kind: Arrival, Request: 1}, "")
	l.step(3, Event{Kind: Telemetry, Worker: 0, At: 2500 * time.Millisecond}, "")
	l.step(4, Event{Kind: Done, Request: 0, Status: OK}, "deliver r0.0, r1.0 -> w0")
}

// TestLeaderTakesAllAlike: what a scaler is told of one of four gateways counts four times.
func TestLeaderTakesAllAlike(t *testing.T) {
	var got [2]Demand
	var inFlight [2]int
	for i, n := range []int{1, 4} {
		l := newLab(t, 1, Config{Gateways: n})
		for id := range RequestID(3) {
			l.out = l.c.Step(time.Duration(id+1)*time.Second, &Event{Kind: Arrival, Request: id}, l.out[:0])
		}
		l.c.Step(20*time.Second, &Event{Kind: Wake}, nil)
		got[i], inFlight[i] = l.c.scaleView.Demand(time.Minute), l.c.scaleView.InFlight()
	}
	if one, four := got[0], got[1]; four.Arrivals != 4*one.Arrivals || four.Work != 4*one.Work || one.Work <= 0 || inFlight != [2]int{3, 12} {
		t.Errorf("demand on one of four gateways %+v, of one %+v, in flight %v", four, one, inFlight)
	}
}

// TestSightsKeepTheIndexes: whatever is reported, the indexes of the fleet are what they should be.
func TestSightsKeepTheIndexes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sight := Sight(rapid.IntRange(0, 3).Draw(rt, "sight"))
		limit := rapid.IntRange(0, 2).Draw(rt, "limit")
		l := newLab(t, 3, Config{Sight: sight, Pools: []Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 10, Slots: limit, Limit: limit}}})
		l.c.View().EarliestFree(0)
		l.c.View().Waiting()
		at, next := time.Duration(0), RequestID(0)
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			at += time.Duration(rapid.IntRange(0, 3).Draw(rt, "gap")) * time.Second
			e := Event{Kind: Arrival, Request: next}
			switch rapid.IntRange(0, 3).Draw(rt, "event") {
			case 0:
				next++
			case 1:
				e = Event{Kind: Done, Request: RequestID(rapid.Uint64Range(0, uint64(next)).Draw(rt, "done")), Status: OK}
			case 2:
				e = Event{Kind: Telemetry, Worker: WorkerID(rapid.IntRange(0, 2).Draw(rt, "worker")), At: at - time.Second, N: int32(rapid.IntRange(0, 9).Draw(rt, "n"))}
			case 3:
				e = Event{Kind: WorkerLost, Worker: WorkerID(rapid.IntRange(0, 40).Draw(rt, "lost"))}
			}
			l.out = l.c.Step(at, &e, l.out[:0])
			if what := l.c.broken(); what != "" {
				rt.Fatalf("sight %v, after %v: %s", sight, &e, what)
			}
			if id, found := l.c.Overlooked(); found {
				rt.Fatalf("sight %v, after %v: request %d waits for nothing", sight, &e, id)
			}
		}
	})
}
