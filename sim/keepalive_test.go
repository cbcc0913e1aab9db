package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/keepalive"
	"cnv/workloads"
)

// called is a function of no work that nothing but calls of one class meet.
func called(k policy.KeepAlive) Config {
	cfg := onFunctions(Functions{MemoryMB: 1769, Share: 1, KeepAlive: time.Second})
	cfg.Control.KeepAlive = k
	return cfg
}

// TestFixedIsTheory: of calls that take no time and come at random, a second apart on average,
// the share exp(-K) finds no environment that is kept for K seconds, and each keeps one for
// 1 - exp(-K) seconds on average.
func TestFixedIsTheory(t *testing.T) {
	const n = 200_000
	for _, k := range []float64{0.5, 1, 2} {
		m := play(t, called(&keepalive.Fixed{Keep: policy.Seconds(k)}), newStream(1, n, expo(1), always(0)))
		cold, want := float64(m.counts.ColdStarts)/n, math.Exp(-k)
		if half := 4 * math.Sqrt(want*(1-want)/n); math.Abs(cold-want) > half {
			t.Errorf("kept for %v s: %.4f are cold, want %.4f ± %.4f", k, cold, want, half)
		}
		if got := m.counts.IdleSeconds / n; math.Abs(got-(1-want)) > 4/math.Sqrt(n) {
			t.Errorf("kept for %v s: idle for %.4f s a call, want %.4f", k, got, 1-want)
		}
	}
}

// TestHistogramLearnsAPeriod: a call every 20 minutes. Kept for 10 minutes, each is cold, for 10
// minutes of memory. The histogram keeps the environment while it learns ten idle times, so that
// the first call alone is cold, and then has it loaded from 18 minutes on: 20 is the lower end of
// its bin, less 10 %. The last one is loaded to the end of the run, which is at once.
func TestHistogramLearnsAPeriod(t *testing.T) {
	const n = 500
	period := func() *stream { return newStream(1, n, always(20*60), always(0)) }
	fixed := play(t, called(&keepalive.Fixed{Keep: 10 * time.Minute}), period())
	if got := fixed.counts.IdleSeconds / n; fixed.counts.ColdStarts != n || math.Abs(got-600) > 3 {
		t.Errorf("kept for 10 min: %d cold starts and idle for %.0f s a call, want %d and 600", fixed.counts.ColdStarts, got, n)
	}
	learns := play(t, called(keepalive.NewHistogram()), period())
	want := (10*20.0*60 + (n-11)*2*60) / n
	if got := learns.counts.IdleSeconds / n; learns.counts.ColdStarts != 1 || math.Abs(got-want) > 3 {
		t.Errorf("the histogram: %d cold starts and idle for %.1f s a call, want 1 and %.1f", learns.counts.ColdStarts, got, want)
	}
}

// TestGreedyDualIsAnEarlierUnload: with room for all that are called, nothing is unloaded and
// each class has one cold start; with room for one of two that are called in turn, all are cold.
func TestGreedyDualIsAnEarlierUnload(t *testing.T) {
	for most, want := range map[int]uint64{2: 2, 1: 100} {
		cfg := called(&keepalive.GreedyDual{Most: most})
		cfg.Funcs.PerClass, cfg.Control.Functions.PerClass = true, true
		cfg.Control.Classes = []policy.Class{{Name: "a"}, {Name: "b"}}
		l := at()
		for i := range 100 {
			l.arrivals = append(l.arrivals, workloads.Arrival{At: time.Duration(i) * time.Hour, Class: policy.ClassID(i % 2)})
		}
		if m := play(t, cfg, l); m.counts.ColdStarts != want {
			t.Errorf("room for %d: %d cold starts, want %d", most, m.counts.ColdStarts, want)
		}
	}
}
