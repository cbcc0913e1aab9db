package policy

import (
	"math"
	"testing"
	"time"

	_ "cnv/internal/seeded"

	"pgregory.net/rapid"
)

// TestDemandRemembersItsBins: the count of each of the last demandBins bins is the one of
// what arrived in it, and those before are gone, however long nothing comes.
func TestDemandRemembersItsBins(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := demand{speed: 1}
		arrived := map[int64]float64{}
		now := time.Duration(0)
		for range rapid.IntRange(1, 60).Draw(rt, "arrivals") {
			bins := rapid.SampledFrom([]int{0, 0, 1, 1, 2, 5, demandBins - 1, demandBins, demandBins + 1, 3 * demandBins}).Draw(rt, "bins")
			now += time.Duration(bins)*demandBin + time.Duration(rapid.SampledFrom([]int{0, 1, 4_000, 9_999}).Draw(rt, "ms"))*time.Millisecond
			d.arrive(now, 0.01, false)
			arrived[int64(now/demandBin)]++
			last := int64(now / demandBin)
			for i := max(last-2*demandBins, 0); i <= last+1; i++ {
				for _, at := range []time.Duration{time.Duration(i) * demandBin, time.Duration(i+1)*demandBin - 1} {
					b := d.binOf(at)
					if kept := i <= last && i > last-demandBins; kept != (b != nil) {
						rt.Fatalf("at %v, of %v: kept %v, want %v", now, at, b != nil, kept)
					}
					if b != nil && b.arrivals != arrived[i] {
						rt.Fatalf("at %v, of %v: %v arrivals, want %v", now, at, b.arrivals, arrived[i])
					}
				}
			}
		}
	})
}

// TestDemandOfWhatWasNeverMeasured: requests that ended before anything was known count as
// much work as the first measurement of all, in every bin that is kept, and no longer as
// unknown.
func TestDemandOfWhatWasNeverMeasured(t *testing.T) {
	for _, work := range []float64{0.25, 1, 4, 40} { // the last is longer than a bin
		l := newLab(t, 1, Config{Classes: []Class{{Name: "a"}}})
		for id := range RequestID(6) { // two in each of three bins
			at := time.Duration(id/2) * demandBin
			e := arrival(id)
			l.out = l.c.Step(at, &e, l.out[:0])
			l.out = l.c.Step(at, &Event{Kind: Gone, Request: id}, l.out[:0])
			e = ended(id, 0, Cancelled)
			l.out = l.c.Step(at, &e, l.out[:0])
		}
		at := 2*demandBin + 5*time.Second
		if d := l.c.demand.over(at, 3*demandBin); math.Abs(d.Unknown-6/25.0) > 1e-9 || d.Work != 0 {
			t.Errorf("before: %+v, want 6 unknown requests in 25 s", d)
		}
		l.c.demand.foresee(work)
		d := l.c.demand.over(at, 3*demandBin)
		if want := 6 * work / 25; work < demandBin.Seconds() && math.Abs(d.Work-want) > 1e-9 || d.Unknown != 0 {
			t.Errorf("work %v: %+v, want %v cores and nothing unknown", work, d, want)
		}
		if work > demandBin.Seconds() && (len(l.c.demand.long) == 0 || d.Work <= 0) {
			t.Errorf("work %v: %+v with %d long ones", work, d, len(l.c.demand.long))
		}
	}
}
