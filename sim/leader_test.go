package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/keepalive"
)

// TestOnlyTheLeaderEndsWorkers: the leader drains worker 1 at 7 s, which has a request of the
// leader's until 21 s. The other gateway hears of it at 12 s, and has nothing there; the worker
// runs on all the same.
func TestOnlyTheLeaderEndsWorkers(t *testing.T) {
	cfg := twoGateways(2, policy.SeesOwn)
	cfg.Control.Scaler, cfg.Gateways.FleetDelay, cfg.Duration = &sizes{1}, 5*time.Second, 40*time.Second
	keys, src := keysOf(t, cfg), at(5, 6)
	for i := range src.arrivals {
		src.arrivals[i].Key, src.arrivals[i].Work = keys[0], 15*time.Second
	}
	m := play(t, cfg, src)
	for i, want := range []float64{20, 21} {
		if q := m.byID(t)[i]; q.Finish != duration(want) || q.Attempts != 1 {
			t.Errorf("request %d: %+v, want its end at %v s", i, q, want)
		}
	}
	if m.counts.Terminations != 1 {
		t.Errorf("%d workers were ended, want 1", m.counts.Terminations)
	}
}

// TestOnlyTheLeaderSetsWhatFunctionsKeep: an environment is kept for a second, whatever the
// other gateway would have it: both of its calls, 100 s apart, are cold. Those of the leader,
// which would have it too, find it loaded.
func TestOnlyTheLeaderSetsWhatFunctionsKeep(t *testing.T) {
	for leads, want := range map[bool]uint64{false: 2, true: 1} {
		cfg := called(nil)
		cfg.Gateways.Assign, cfg.Gateways.Others = AssignKey, []policy.Config{cfg.Control}
		keys, src := keysOf(t, cfg), at(0, 100)
		keeps, key := &cfg.Gateways.Others[0], keys[1]
		if leads {
			keeps, key = &cfg.Control, keys[0]
		}
		keeps.KeepAlive = &keepalive.Fixed{Keep: time.Hour}
		for i := range src.arrivals {
			src.arrivals[i].Key = key
		}
		if m := play(t, cfg, src); m.counts.ColdStarts != want {
			t.Errorf("leader %v: %d cold starts, want %d", leads, m.counts.ColdStarts, want)
		}
	}
}
