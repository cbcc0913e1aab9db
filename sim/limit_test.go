package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// TestLimitOfService: a request whose service takes longer than the limit can be
// served under no policy. The limit is the smallest of what the client waits
// for, what an attempt may take, and what a call may take where there are only
// functions; a router's own time-outs are its policy, and no limit.
func TestLimitOfService(t *testing.T) {
	s := time.Second
	own := policy.Router(&timed{})
	for name, c := range map[string]struct {
		change func(*Config)
		want   time.Duration
	}{
		"nothing":          {func(*Config) {}, 0},
		"patience":         {func(c *Config) { c.Timeout = 3 * s }, 3 * s},
		"attempt":          {func(c *Config) { c.Control.Retry.AttemptTimeout = 2 * s }, 2 * s},
		"both":             {func(c *Config) { c.Timeout, c.Control.Retry.AttemptTimeout = 3*s, 2*s }, 2 * s},
		"the router's own": {func(c *Config) { c.Control.Router, c.Control.Retry.AttemptTimeout = own, 2*s }, 0},
		"machines too":     {func(c *Config) { c.Control.Functions, c.Funcs = alike(1); c.Funcs.Timeout = s }, 0},
		"functions only": {func(c *Config) {
			c.Control.Functions, c.Funcs = alike(1)
			c.Pools[0].Initial, c.Control.Pools[0].Max, c.Control.Pools[0].Speed = 0, 0, 2
			c.Funcs.Timeout, c.Funcs.Floor, c.Funcs.Share = 5*s, s, 0.5
		}, s}, // 4 s at half the speed are 2 s of work, 1 s on a machine
		"no pools": {func(c *Config) {
			c.Control.Functions, c.Funcs = alike(1)
			c.Pools, c.Control.Pools = nil, nil
			c.Funcs.Timeout, c.Funcs.Floor, c.Network = 5*s, s, constant(0.1)
		}, 5*s + 200*time.Millisecond},
	} {
		cfg := fleet(1, &route.JSQ{})
		c.change(&cfg)
		if got := cfg.Limit(); got != c.want {
			t.Errorf("%s: limit %v, want %v", name, got, c.want)
		}
	}
}

// A timed router has time-outs of its own.
type timed struct{ route.JSQ }

func (*timed) AttemptTimeout(int) time.Duration { return time.Second }
