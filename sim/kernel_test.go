package sim

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestKernelTwin: timers fire in the order of (instant, order of setting),
// whatever is set, moved and cleared in between, by handlers too.
func TestKernelTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var k kernel
		type entry struct {
			at  time.Duration
			seq int
		}
		pending := map[timerID]entry{}
		var ids []timerID
		seq := 0
		set := func(id timerID) {
			at := k.now + time.Duration(rapid.IntRange(0, 5).Draw(rt, "in"))
			k.set(id, at)
			pending[id] = entry{at, seq}
			seq++
		}
		for range rapid.IntRange(1, 200).Draw(rt, "steps") {
			op := rapid.IntRange(0, 5).Draw(rt, "op")
			if op == 0 || len(ids) == 0 {
				ids = append(ids, k.timer(vmService, int32(len(ids))))
			}
			id := ids[rapid.IntRange(0, len(ids)-1).Draw(rt, "id")]
			switch {
			case op <= 2:
				set(id)
			case op == 3:
				k.clear(id)
				delete(pending, id)
			case len(pending) > 0:
				want, first := timerID(-1), entry{}
				for id, e := range pending {
					if want < 0 || e.at < first.at || e.at == first.at && e.seq < first.seq {
						want, first = id, e
					}
				}
				got, s := k.fire()
				if got != want || k.now != first.at {
					rt.Fatalf("fired %d at %d, want %d at %d", got, k.now, want, first.at)
				}
				delete(pending, got)
				if rapid.Bool().Draw(rt, "again") {
					set(got)
				}
				k.settle(got, s)
			}
			if len(k.heap) != len(pending) {
				rt.Fatalf("%d timers pending, want %d", len(k.heap), len(pending))
			}
		}
	})
}

// BenchmarkKernel is the bare kernel under W1: 100 servers, each with one
// pending departure that moves.
func BenchmarkKernel(b *testing.B) {
	var k kernel
	x := uint64(1)
	next := func() time.Duration {
		x = x*6364136223846793005 + 1442695040888963407
		return time.Duration(x >> 40)
	}
	for i := range int32(100) {
		k.set(k.timer(vmService, i), next())
	}
	b.ReportAllocs()
	for b.Loop() {
		id, seq := k.fire()
		k.set(id, k.now+next())
		k.settle(id, seq)
	}
}
