package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/spill"
	"cnv/workloads"
)

// TestRefusedCallsKeepTheirPlace: under Wait, calls are served in the order in
// which they came, whether the service refuses them while others are in flight
// (one environment is made in 10 s, and is reused) or while none is (its
// environments are gone at once).
func TestRefusedCallsKeepTheirPlace(t *testing.T) {
	for _, keep := range []time.Duration{time.Hour, time.Millisecond} {
		cfg := mixed(0, 0, &roundRobin{}, &spill.Always{})
		cfg.Control.Functions, cfg.Funcs = alike(2)
		cfg.Control.Functions.KeepAlive, cfg.Funcs.KeepAlive = keep, keep
		cfg.Control.Pools[0].Max, cfg.Control.Pools[0].Min, cfg.Funcs.ScaleStep = 0, 0, 1
		var calls []workloads.Arrival
		for i := range 8 {
			calls = append(calls, workloads.Arrival{At: time.Duration(i) * time.Millisecond, Work: time.Second})
		}
		for i := range 4 { // those that come while the line waits
			calls = append(calls, workloads.Arrival{At: time.Duration(1500+700*i) * time.Millisecond, Work: time.Second})
		}
		w, all := ends(t, cfg, calls)
		for i := range all {
			if all[i].Status != 200 || i > 0 && all[i].Start < all[i-1].Start {
				t.Errorf("keep-alive %v: call %d: %+v, want an answer, begun after call %d was", keep, i, all[i], i-1)
			}
		}
		if n := w.ctrl.Counts(); n.Throttled == 0 || n.Retries != 0 {
			t.Errorf("keep-alive %v: %d throttles and %d retries, want some and none", keep, n.Throttled, n.Retries)
		}
	}
}

// TestRefusalsAreNoRetries: a call that was refused and waited has the retries
// that the rule allows left, for when it fails.
func TestRefusalsAreNoRetries(t *testing.T) {
	cfg := mixed(0, 0, &roundRobin{}, &spill.Always{})
	cfg.Control.Functions, cfg.Funcs = alike(10)
	cfg.Control.Pools[0].Max, cfg.Control.Pools[0].Min, cfg.Funcs.ScaleStep = 0, 0, 1
	cfg.Control.Functions.Timeout, cfg.Funcs.Timeout = 2*time.Second, 2*time.Second
	cfg.Control.Retry = policy.Retry{Max: 1, Budget: 1}
	w, all := ends(t, cfg, []workloads.Arrival{{Work: time.Second}, {Work: time.Minute}})
	if n := w.ctrl.Counts(); n.Throttled < 1 || n.Retries != 1 || all[1].Attempts < 3 || all[1].Reason != policy.ReasonFunctionTimeout {
		t.Errorf("%d throttles, %d retries, %+v; want some, one, and three attempts or more until the time-out", n.Throttled, n.Retries, all[1])
	}
}
