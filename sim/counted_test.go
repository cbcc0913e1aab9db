package sim

import (
	"math"
	"testing"
	"time"

	"cnv/workloads"
)

// TestTimelineCounts: each point of the timeline says what arrived since the one before:
// requests per second, and their work in cores; and what is wanted of the pool.
func TestTimelineCounts(t *testing.T) {
	cfg := fleet(3, &roundRobin{})
	cfg.Control.Pools[0].Min = 3
	cfg.Duration, cfg.Span = 40*time.Second, 40*time.Second
	every := cfg.SampleEvery()
	src := &list{}
	for _, in := range []time.Duration{0, 0, 2, 2, 2, 2, 5} { // the interval of each
		src.arrivals = append(src.arrivals, workloads.Arrival{At: in*every + every/4, Work: every / 2})
	}
	m := play(t, cfg, src)
	if len(m.samples) < 4 {
		t.Fatalf("%d samples, want one each %v of %v", len(m.samples), every, cfg.Duration)
	}
	for i, n := range []float64{2, 0, 4, 0} {
		s := m.samples[i]
		if got, want := s.ArrivalsPerS, n/every.Seconds(); math.Abs(got-want) > 1e-9 {
			t.Errorf("at %v: %v arrivals per second, want %v", s.At, got, want)
		}
		if got, want := s.OfferedCores, n/2; math.Abs(got-want) > 1e-9 {
			t.Errorf("at %v: %v cores offered, want %v", s.At, got, want)
		}
		if s.Desired != 3 {
			t.Errorf("at %v: %d workers desired, want 3", s.At, s.Desired)
		}
	}
}

// TestTimelinePrice: what a machine costs is on the timeline from when it runs.
func TestTimelinePrice(t *testing.T) {
	cfg := fleet(2, &roundRobin{})
	cfg.Duration = 20 * time.Second
	for _, s := range play(t, cfg, at(0)).samples {
		if want := 2 * 0.0725; math.Abs(s.USDPerHour-want) > 1e-12 || s.BilledCores != 2 {
			t.Errorf("at %v: $%v per hour for %v cores, want $%v for 2", s.At, s.USDPerHour, s.BilledCores, want)
		}
	}
}

// TestScalingRateHolds: after what may be made at once is used up, new environments come at
// the rate of ScaleStep in 10 s, however often one is asked for: refused calls do not
// make the next ones come sooner.
func TestScalingRateHolds(t *testing.T) {
	const step = 2 // one each 5 s
	var seconds []float64
	for i := range 250 { // five calls a second for 50 s, each of which takes longer than the run
		seconds = append(seconds, 0.01+float64(i)*0.2)
	}
	cfg := onFunctions(Functions{MemoryMB: 1769, Share: 1, KeepAlive: time.Hour, ScaleStep: step})
	src := at(seconds...)
	for i := range src.arrivals {
		src.arrivals[i].Work = 5 * time.Minute
	}
	started := 0
	for _, q := range play(t, cfg, src).byID(t) {
		if q.Status != 429 {
			started++
		}
	}
	if want := step + 9; started != want { // 49.8 s after the first two
		t.Errorf("%d calls started in 49.8 s, want %d: 2 at once and one each 5 s", started, want)
	}
}

// TestEventsAreCounted: arrivals and what fires are both events of a run.
func TestEventsAreCounted(t *testing.T) {
	few, many := play(t, fleet(1, &roundRobin{}), at(0)), play(t, fleet(1, &roundRobin{}), at(0, 2, 4, 6))
	if got := many.counts.Events - few.counts.Events; few.counts.Events < 2 || got < 6 {
		t.Errorf("%d events with one request and %d more with three more, want an arrival and an end of each", few.counts.Events, got)
	}
}
