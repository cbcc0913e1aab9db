package scale

import (
	"testing"
	"time"

	"cnv/policy"
)

// A host runs a Controller with a scaler on a clock: launches are ready at
// once, and every worker reports the same utilisation every 10 s.
type host struct {
	c        *policy.Controller
	now      time.Duration
	wake     time.Duration
	workers  policy.WorkerID
	cpu      float64
	launches []time.Duration // of every worker launched
	wakes    int
}

func newHost(t *testing.T, s policy.Scaler, pool policy.Pool, workers int) *host {
	return newHostThatKnows(t, nil, s, pool, workers)
}

// newHostThatKnows has an Estimator.
func newHostThatKnows(t *testing.T, e policy.Estimator, s policy.Scaler, pool policy.Pool, workers int) *host {
	pool.Initial = workers
	c, err := policy.New(policy.Config{
		Leader: true, Router: nowhere{}, Scaler: s, Estimator: e,
		Classes: []policy.Class{{Name: "c"}}, Pools: []policy.Pool{pool},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &host{c: c, wake: -1}
	for range workers {
		h.add()
	}
	return h
}

// nowhere is a router without an answer.
type nowhere struct{}

func (nowhere) Route(*policy.View, *policy.Request) (policy.WorkerID, bool) {
	return policy.NoWorker, false
}

func (h *host) step(e policy.Event) {
	for _, c := range h.c.Step(h.now, &e, nil) {
		switch c.Kind {
		case policy.WakeAt:
			h.wake = c.At
		case policy.Launch:
			for range c.N {
				h.launches = append(h.launches, h.now)
				h.add()
			}
		}
	}
}

// add brings one worker to ready.
func (h *host) add() {
	id := h.workers
	h.workers++
	for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
		h.step(policy.Event{Kind: k, Worker: id})
	}
}

// run lets time pass until an instant, included.
func (h *host) run(until time.Duration) {
	for next := h.now; next <= until; next += time.Second {
		h.now = next
		if h.now%(10*time.Second) == 0 {
			for id := range h.workers {
				h.step(policy.Event{Kind: policy.Telemetry, Worker: id, CPU: h.cpu, At: h.now})
			}
		}
		if h.wake >= 0 && h.wake <= h.now {
			h.wake = -1
			h.wakes++
			h.step(policy.Event{Kind: policy.Wake})
		}
	}
}
