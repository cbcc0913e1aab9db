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

// TestTimelineStates: each point of the timeline says what is ready, for what price, and what
// is served: of two machines with two cores at half speed one serves a request.
func TestTimelineStates(t *testing.T) {
	cfg := fleet(2, &roundRobin{})
	cfg.Control.Pools[0].Cores, cfg.Control.Pools[0].Speed = 2, 0.5
	cfg.Span = 40 * time.Second
	m := play(t, cfg, at(0.1)) // one second of work: until 2.1 s
	n := 0
	for _, s := range m.samples {
		if s.At < 200*time.Millisecond || s.At > 2*time.Second {
			continue
		}
		n++
		if s.InFlight != 1 || s.Ready != 2 || s.Booting != 0 || s.Draining != 0 || s.Functions != 0 {
			t.Errorf("%+v, want one request in flight and two machines ready", s)
		}
		if s.CapacityCores != 2 || s.BilledCores != 2 || math.Abs(s.USDPerHour-2*0.0725) > 1e-12 {
			t.Errorf("%+v, want two cores of the reference's speed for $%v per hour", s, 2*0.0725)
		}
	}
	if n < 5 {
		t.Errorf("%d samples while the request is served, want one each %v", n, cfg.SampleEvery())
	}
}

// TestTimelineFunctions: environments at work are on the timeline, and requests that have
// ended are in flight no more.
func TestTimelineFunctions(t *testing.T) {
	cfg := onFunctions(Functions{MemoryMB: 1769, Share: 1, KeepAlive: time.Hour})
	cfg.Span = 40 * time.Second
	seen := map[int]bool{}
	for _, s := range play(t, cfg, at(0.1, 0.5, 3.1)).samples {
		want := 0
		for _, from := range []float64{0.1, 0.5, 3.1} {
			if s.At.Seconds() > from && s.At.Seconds() < from+1 {
				want++
			}
		}
		seen[want] = true
		if edge := s.At%(100*time.Millisecond) != 0; edge || s.Functions != want || s.InFlight != want {
			t.Errorf("at %v: %d environments at work and %d requests in flight, want %d of both", s.At, s.Functions, s.InFlight, want)
		}
	}
	if !seen[0] || !seen[1] || !seen[2] {
		t.Errorf("samples with %v requests in flight, want some with 0, 1 and 2", seen)
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

// TestNothingHappensWhileClientsWait: of the hour before a client tries again no point of the
// timeline is an event, and all points are there.
func TestNothingHappensWhileClientsWait(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Duration, cfg.Span, cfg.Timeout = 5*time.Second, 5*time.Second, 100*time.Millisecond
	cfg.Clients = &workloads.Patience{Retry: 2, Backoff: time.Hour, Budget: math.Inf(1)}
	m := play(t, cfg, at(0, 2, 4)) // works of one second: nobody is ever served
	if len(m.requests) != 9 || m.counts.Events > 200 {
		t.Errorf("%d events for %d tries, want some ten for each of 9", m.counts.Events, len(m.requests))
	}
	every := cfg.SampleEvery()
	for i, s := range m.samples {
		if want := time.Duration(i+1) * every; s.At != want {
			t.Fatalf("point %d of the timeline at %v, want %v", i, s.At, want)
		}
		arrived := 0.0
		for _, q := range m.requests {
			if q.Arrival >= s.At-every && q.Arrival < s.At {
				arrived++
			}
		}
		if got := s.ArrivalsPerS * every.Seconds(); math.Abs(got-arrived) > 1e-9 {
			t.Fatalf("%v arrivals in the time before %v, want %v", got, s.At, arrived)
		}
	}
	if n := len(m.samples); n < int(2*time.Hour/every) {
		t.Errorf("%d points of the timeline, want one each %v of two hours", n, every)
	}
}
