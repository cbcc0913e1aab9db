package sim

import (
	"cmp"
	"math"
	"testing"
	"time"

	_ "cnv/internal/seeded"

	"pgregory.net/rapid"
)

// TestKernelTwin: timers fire in the order of (instant, rank, order of setting),
// whatever is set, moved and cleared in between, by handlers too.
func TestKernelTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var k kernel
		type entry struct {
			at   time.Duration
			rank rank
			seq  int
		}
		pending := map[timerID]entry{}
		var ids []timerID
		seq := 0
		set := func(id timerID) {
			at := k.now + time.Duration(rapid.IntRange(0, 5).Draw(rt, "in"))
			r := rapid.SampledFrom([]rank{amid, amid, first, last, control, news}).Draw(rt, "rank")
			k.setAs(r, id, at)
			pending[id] = entry{at, r, seq}
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
				want, least := timerID(-1), entry{}
				for id, e := range pending {
					if want < 0 || cmp.Or(cmp.Compare(e.at, least.at), cmp.Compare(e.rank, least.rank), cmp.Compare(e.seq, least.seq)) < 0 {
						want, least = id, e
					}
				}
				got, s := k.fire()
				if got != want || k.now != least.at {
					rt.Fatalf("fired %d at %d, want %d at %d", got, k.now, want, least.at)
				}
				next := time.Duration(math.MaxInt64)
				for id, e := range pending {
					if id != got {
						next = min(next, e.at)
					}
				}
				if k.second() != next {
					rt.Fatalf("the next timer is due at %d, want %d", k.second(), next)
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
