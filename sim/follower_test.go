package sim

import (
	"context"
	"slices"
	"testing"
	"time"

	"cnv/policy"
)

// grows is a scaler that asks for one worker at 7 s and for two at 14 s.
type grows struct{}

func (grows) Period() time.Duration { return 7 * time.Second }
func (grows) Size(v *policy.ScaleView) policy.Plan {
	return policy.Plan{Desired: []int{min(int(v.Now/(7*time.Second)), 2)}}
}

// TestEachChangeOfTheFleetIsOnItsWay: workers are ready at 10 s and 17 s. The other gateway hears
// of each so much later, also of the first while the news of the second is on its way; the leader
// hears of each once.
func TestEachChangeOfTheFleetIsOnItsWay(t *testing.T) {
	for _, delay := range []time.Duration{0, 10 * time.Second} {
		cfg := twoGateways(0, policy.SeesOwn)
		cfg.Control.Pools[0].Max, cfg.Gateways.Others[0].Pools[0].Max = 2, 2
		cfg.Control.Scaler, cfg.Gateways.FleetDelay, cfg.Duration = grows{}, delay, time.Minute
		cfg.Pools[0].Launch = Launch{API: constant(1), Boot: constant(2)}
		var ready []policy.WorkerID
		cfg.Journal = instants(func(_ time.Duration, e *policy.Event) {
			if e.Kind == policy.WorkerReady {
				ready = append(ready, e.Worker)
			}
		})
		cfg.Gateways.Others[0].Pools[0].Limit = 1
		keys, src := keysOf(t, cfg), at(0, 0, 0)
		for i := range src.arrivals {
			src.arrivals[i].Key, src.arrivals[i].Work = keys[1], 30*time.Second
		}
		src.arrivals[2].Key, src.arrivals[2].Work = keys[0], 0 // without an event the leader does nothing
		for i, q := range play(t, cfg, src).byID(t)[:2] {
			if want := delay + time.Duration(10+7*i)*time.Second; q.Start != want {
				t.Errorf("delay %v: request %d begins at %v, want %v", delay, i, q.Start, want)
			}
		}
		if !slices.Equal(ready, []policy.WorkerID{0, 1}) {
			t.Errorf("delay %v: the leader heard that workers %v are ready, want 0 and 1, once each", delay, ready)
		}
	}
}

// TestGatewaysAreCountedTogether: of two requests through the first gateway and three through the
// second, one of each is at the worker; three wait, and all are counted.
func TestGatewaysAreCountedTogether(t *testing.T) {
	cfg := twoGateways(1, policy.SeesOwn)
	cfg.Control.Pools[0].Limit, cfg.Gateways.Others[0].Pools[0].Limit = 1, 1
	keys, src := keysOf(t, cfg), at(0, 0, 0, 0, 0)
	for i := range src.arrivals {
		src.arrivals[i].Key, src.arrivals[i].Work = keys[[]int{0, 1, 1, 0, 1}[i]], 11*time.Second
	}
	m := &memory{}
	w, err := newWorld(&cfg, src, m)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := m.samples[0]; got.Queued != 3 || got.InFlight != 5 {
		t.Errorf("%d requests wait at gateways and %d are in flight, want 3 and 5", got.Queued, got.InFlight)
	}
	if c := w.counted(); c.Arrivals != 5 || c.Dispatched != 5 || c.Delivered != 5 {
		t.Errorf("%d arrivals, %d sent, %d delivered, want 5 of each", c.Arrivals, c.Dispatched, c.Delivered)
	}
}

// TestRequestsAtAWorker: of its calls those that somebody waits for are the gateway's that sent
// them; the one that is worked on for nobody is no gateway's, and one that is given up is not there.
func TestRequestsAtAWorker(t *testing.T) {
	cfg := twoGateways(1, policy.SeesOwn)
	w, err := newWorld(&cfg, &list{}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	v := w.vms[0]
	w.calls = []call{{place: inService}, {place: inLine, gateway: 1}, {place: inLine, gateway: 1}, {place: abandoned}, {place: inLine, runsOn: true, gateway: 1}}
	v.jobs = policy.Heap[float64, struct{}]{{Tie: 0}}
	for c := int32(1); c < 5; c++ {
		v.line.Push(c)
	}
	if all, by := w.here(v); all != 4 || !slices.Equal(by, []int32{1, 2}) {
		t.Errorf("%d requests, by gateway %v, want 4 and [1 2]", all, by)
	}
}

// TestATryKeepsItsDraw: the gateway of what a client tries again is drawn by the client and the
// try, so that it is the same whatever else has arrived before.
func TestATryKeepsItsDraw(t *testing.T) {
	cfg := twoGateways(1, policy.SeesOwn)
	w, err := newWorld(&cfg, &list{}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	var drawn [2]int
	for user := range uint64(64) {
		w.tries = []try{{user: user, n: 1}}
		g := w.gatewayOf(&policy.Event{Request: 1}, 0)
		if drawn[g]++; g != w.gatewayOf(&policy.Event{Request: 2 + policy.RequestID(user)}, 0) {
			t.Errorf("a try of client %d is drawn by the request", user)
		}
	}
	if drawn[0] < 16 || drawn[1] < 16 {
		t.Errorf("of 64 clients the gateways have %v", drawn)
	}
}

// utilised notes what the reports of worker 0 say.
type utilised struct {
	shortest
	seen *[]float64
}

func (u utilised) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	*u.seen = append(*u.seen, v.Worker(0).CPU)
	return u.shortest.Route(v, r)
}

// TestReportsGoToAllGateways: worker 0 is busy for the whole of the second period; the other
// gateway, which has sent nothing there, knows.
func TestReportsGoToAllGateways(t *testing.T) {
	cfg := twoGateways(1, policy.SeesOwn)
	cfg.TelemetryPeriod = time.Second
	var seen []float64
	cfg.Gateways.Others[0].Router = utilised{seen: &seen}
	keys, src := keysOf(t, cfg), at(0, 2.5)
	src.arrivals[0].Key, src.arrivals[0].Work = keys[0], 5*time.Second
	src.arrivals[1].Key = keys[1]
	play(t, cfg, src)
	if !slices.Equal(seen, []float64{1}) {
		t.Errorf("the other gateway sees a utilisation of %v, want 1", seen)
	}
}

// TestAnyGatewayMayBeUnusable: a control plane without a router is an error, whichever it is.
func TestAnyGatewayMayBeUnusable(t *testing.T) {
	for which := range 2 {
		cfg := twoGateways(1, policy.SeesOwn)
		if which == 0 {
			cfg.Control.Router = nil
		} else {
			cfg.Gateways.Others[0].Router = nil
		}
		if _, err := Run(context.Background(), cfg, at(0), &memory{}); err == nil {
			t.Errorf("gateway %d has no router, and there is no error", which)
		}
	}
}
