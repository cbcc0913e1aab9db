package route

import (
	"strings"
	"testing"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestZoneAware: the shortest queue of the own zone, until one elsewhere is shorter by more than
// the margin.
func TestZoneAware(t *testing.T) {
	for _, c := range []struct {
		margin   int
		inFlight [4]int // of workers in zones 0, 1, 1, 2; the gateway is in 1
		want     []float64
	}{
		{0, [4]int{0, 0, 0, 0}, []float64{0, 0.5, 0.5, 0}},
		{0, [4]int{0, 1, 2, 0}, []float64{0.5, 0, 0, 0.5}},
		{1, [4]int{0, 1, 2, 0}, []float64{0, 1, 0, 0}},
		{1, [4]int{0, 2, 3, 1}, []float64{1, 0, 0, 0}},
		{2, [4]int{0, 3, 2, 1}, []float64{0, 0, 1, 0}},
		{8, [4]int{1, 2, 1, 0}, []float64{0, 0, 1, 0}},
	} {
		l := policytest.NewLab(t, policy.Config{Zone: 1})
		p := policytest.Start(l, &ZoneAware{Margin: c.margin})
		if _, ok := p.Route(l.View(), request); ok {
			t.Error("a worker was named where there is none")
		}
		for id, zone := range []uint8{0, 1, 1, 2} {
			for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
				l.C.Step(0, &policy.Event{Kind: k, Worker: policy.WorkerID(id), Zone: zone}, nil)
			}
		}
		for id, n := range c.inFlight {
			for range n {
				l.Book(policy.WorkerID(id), 1)
			}
		}
		const n = 4000
		expect(t, frequencies(t, l, p, n), n, c.want...)
	}
}

// TestExplainZoneAware: where the worker is that was taken, and why no other one.
func TestExplainZoneAware(t *testing.T) {
	for _, c := range []struct {
		margin int
		want   string
	}{
		{1, "worker 1: 1 in flight, in the gateway's zone: taken, the fewest there, and at most 1 more than anywhere\nworker 0: 0 in flight, in another zone"},
		{0, "worker 0: 0 in flight, in another zone: taken, the fewest: none in the gateway's zone has at most 0 more"},
	} {
		l := policytest.NewLab(t, policy.Config{Zone: 1})
		p := policytest.Start(l, &ZoneAware{Margin: c.margin})
		for id := range policy.WorkerID(2) {
			for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
				l.C.Step(0, &policy.Event{Kind: k, Worker: id, Zone: uint8(id)}, nil)
			}
		}
		l.Book(1, 1)
		p.Route(l.View(), request)
		if got := strings.Join(p.Explain(l.View(), request), "\n"); got != c.want {
			t.Errorf("margin %d: %q, want %q", c.margin, got, c.want)
		}
	}
}
