package sim

import (
	"testing"
	"time"

	"cnv/policy/spill"
	"cnv/results"
	"cnv/workloads"
)

// TestCancelledCallKeepsItsEnvironment: a call of 3 s is given up after 1 s, by
// the gateway or by its client, wherever it is; the environment is busy until
// 3 s, and the call that waits is made then, once.
func TestCancelledCallKeepsItsEnvironment(t *testing.T) {
	for _, c := range []struct {
		name  string
		trip  float64       // one way, seconds
		begin time.Duration // of the second call; 0: it is given up too
		open  int           // calls that go on when the run ends
		set   func(*Config)
	}{
		{"attempt time-out", 0, 3 * time.Second, 0, func(c *Config) { c.Control.Retry.AttemptTimeout = time.Second }},
		{"client", 0, 3 * time.Second, 0, func(c *Config) { c.Timeout = 2900 * time.Millisecond }},
		{"on the way", 1.5, 0, 1, func(c *Config) { c.Control.Retry.AttemptTimeout = time.Second }},
		{"on the way back", 1, 4*time.Second + 500*time.Millisecond + time.Second, 0, func(c *Config) { c.Control.Retry.AttemptTimeout = 4500 * time.Millisecond }},
	} {
		cfg := mixed(0, 1, &roundRobin{}, &spill.Always{})
		cfg.Control.Pools[0].Max, cfg.Control.Pools[0].Min = 0, 0
		cfg.Network = constant(c.trip)
		c.set(&cfg)
		w, all := ends(t, cfg, []workloads.Arrival{{Work: 3 * time.Second}, {At: 500 * time.Millisecond, Work: 200 * time.Millisecond}})
		q, n := all[1], w.ctrl.Counts()
		if all[0].Ending == results.Answered || n.Throttled != 0 || n.Retries != 0 || n.Unknown != 0 {
			t.Errorf("%s: %+v with %+v, want no answer and no throttles", c.name, all[0], n)
		}
		if c.begin > 0 && (q.Start != c.begin || q.Status != 200) {
			t.Errorf("%s: %+v, want service from %v on", c.name, q, c.begin)
		}
		if busy := w.ctrl.View().FunctionsBusy(); busy != c.open {
			t.Errorf("%s: %d calls believed to be in flight at the end, want %d", c.name, busy, c.open)
		}
	}
}
