package sim

import (
	"math"
	"slices"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// heard keeps when the control plane was told something, in order.
type heard struct {
	kind policy.EventKind
	at   []time.Duration
	as   []time.Duration // instants that the events describe
}

func (h *heard) Add(now time.Duration, e *policy.Event, _ []policy.Command) {
	if e.Kind == h.kind {
		h.at, h.as = append(h.at, now), append(h.as, e.At)
	}
}

// TestFailedRequestsTellOfAFault: a machine that crashes with a request in flight, or that
// takes one later, is looked at as soon as that has failed, if this is sooner than the next
// health check; without a request, or where nobody looks, it is found by the check.
func TestFailedRequestsTellOfAFault(t *testing.T) {
	const fault, detected = 5 * time.Second, 10 * time.Second
	for _, c := range []struct {
		about  string
		sent   time.Duration // when a request of 20 s is sent
		failed time.Duration // Fault.Failed
		want   time.Duration
	}{
		{"in flight", time.Second, 500 * time.Millisecond, fault + 500*time.Millisecond},
		{"in flight, nobody looks", time.Second, 0, fault + detected},
		{"in flight, the check is sooner", time.Second, 30 * time.Second, fault + detected},
		{"sent later", 8 * time.Second, 500 * time.Millisecond, 8*time.Second + 500*time.Millisecond},
		{"sent later, the check is sooner", 14 * time.Second, 3 * time.Second, fault + detected},
	} {
		told := &heard{kind: policy.WorkerLost}
		cfg := fleet(1, &roundRobin{})
		cfg.Duration, cfg.Journal = time.Minute, told
		cfg.Control.Pools[0].Replace = policy.ReplaceNever
		cfg.Faults = []Fault{{At: fault, Kind: Crash, Worker: 0, Detected: detected, Failed: c.failed}}
		play(t, cfg, &list{arrivals: []workloads.Arrival{{At: c.sent, Work: 20 * time.Second}}})
		if want := []time.Duration{c.want}; !slices.Equal(told.at, want) {
			t.Errorf("%s: told at %v, want %v", c.about, told.at, want)
		}
	}
}

// TestEveryLateReportComes: reports that take several periods to arrive come one by one,
// each as late as the others.
func TestEveryLateReportComes(t *testing.T) {
	told := &heard{kind: policy.Telemetry}
	cfg := fleet(1, &roundRobin{})
	cfg.Duration, cfg.Journal = 100*time.Second, told
	cfg.TelemetryPeriod, cfg.TelemetryDelay = 10*time.Second, 25*time.Second
	play(t, cfg, at(0))
	var as, arrived []time.Duration
	for i := time.Duration(1); 10*i+25 <= 100; i++ {
		as, arrived = append(as, 10*i*time.Second), append(arrived, (10*i+25)*time.Second)
	}
	if len(told.at) > len(arrived) { // one may come at the very end
		told.as, told.at = told.as[:len(arrived)], told.at[:len(arrived)]
	}
	if !slices.Equal(told.as, as) || !slices.Equal(told.at, arrived) {
		t.Errorf("reports of %v came at %v, want those of %v at %v", told.as, told.at, as, arrived)
	}
}

// TestTheFirstRequestIsCancelledToo: whichever of three requests is the long one, it has
// the core until its time-out, 4 s after it was sent, and the next until it is done or its
// own: 6 core-seconds with the last request.
func TestTheFirstRequestIsCancelledToo(t *testing.T) {
	for long := range 3 {
		cfg := fleet(1, &roundRobin{})
		cfg.Control.Pools[0].Slots = 1
		cfg.Control.Retry.AttemptTimeout = 4 * time.Second
		cfg.Duration = 30 * time.Second
		all := [][2]float64{{0, 1}, {0.5, 1}, {1, 1}, {9, 1}}
		all[long][1] = 20
		if m := play(t, cfg, jobs(all...)); math.Abs(m.counts.BusyCoreSeconds-6) > 1e-6 {
			t.Errorf("request %d is long: %v core-seconds, want 6", long, m.counts.BusyCoreSeconds)
		}
	}
}
