package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/spill"
)

// TestInitIsBounded: INIT of more than 10 s is broken off and begins again in the call,
// which has its time-out; a call is billed with both.
func TestInitIsBounded(t *testing.T) {
	for _, c := range []struct {
		cold, finish float64 // s
		reason       policy.Reason
	}{
		{9, 10, policy.ReasonNone},
		{10, 11, policy.ReasonNone},
		{12, 23, policy.ReasonNone}, // 10 s broken off, 12 s once more, 1 s of work
		{59, 70, policy.ReasonNone}, // the call takes its 60 s
		{59.5, 70, policy.ReasonFunctionTimeout},
		{3600, 70, policy.ReasonFunctionTimeout},
	} {
		cfg := mixed(1, 1, &roundRobin{}, &spill.Always{})
		cfg.Funcs.Cold, cfg.Funcs.Timeout, cfg.Funcs.USDPerGBs = constant(c.cold), time.Minute, 1
		cfg.Funcs.MemoryMB = 1024
		m := play(t, cfg, jobs([2]float64{0, 1}))
		q := m.byID(t)[0]
		if q.Reason != c.reason || m.end != duration(c.finish) {
			t.Errorf("INIT of %v s: reason %v, end %v, want %v, %v s", c.cold, q.Reason, m.end, c.reason, c.finish)
		}
		if got := m.ledger.FunctionTime; got != c.finish {
			t.Errorf("INIT of %v s: billed %v GB·s, want %v", c.cold, got, c.finish)
		}
	}
}

// TestTimeoutEndsTheEnvironment: the call after one that took too long is cold, be the
// environment kept warm or not, and a gateway believes so.
func TestTimeoutEndsTheEnvironment(t *testing.T) {
	cfg := mixed(1, 1, &roundRobin{}, &spill.Always{})
	cfg.Funcs.Timeout = time.Second
	if got := play(t, cfg, jobs([2]float64{0, 2}, [2]float64{3, 0.1}, [2]float64{4, 0.1})).counts.ColdStarts; got != 2 {
		t.Errorf("%d cold starts, want 2", got)
	}
	cfg.Timeout = 500 * time.Millisecond // the client has left, and the call runs on
	if got := play(t, cfg, jobs([2]float64{0, 2}, [2]float64{3, 0.1}, [2]float64{4, 0.1})).counts.ColdStarts; got != 2 {
		t.Errorf("%d cold starts after a client that left, want 2", got)
	}
	cfg = mixed(1, 1, &roundRobin{}, &spill.Always{})
	cfg.Funcs.Timeout, cfg.Funcs.Provisioned, cfg.Funcs.Cold = time.Second, 1, constant(0.5)
	cfg.Control.Functions.Concurrency, cfg.Funcs.Concurrency = 2, 2
	got := play(t, cfg, jobs([2]float64{0, 2}, [2]float64{1.25, 0.1}, [2]float64{3, 0.1})).byID(t)
	if !got[1].Cold || got[2].Cold {
		t.Errorf("cold %v, %v; want the second, while the environment begins again", got[1].Cold, got[2].Cold)
	}
}
