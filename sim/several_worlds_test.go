package sim

import (
	"math"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/policy/health"
	"cnv/workloads"
)

// drawFunctions makes a function service of one or two functions, with limits of several kinds.
func drawFunctions(rt *rapid.T, cfg *Config, c *chaos) {
	on := func(name string) bool { return rapid.Bool().Draw(rt, name) }
	if !on("functions") {
		return
	}
	c.functions = true
	full := rapid.SampledFrom([]policy.Full{policy.Refuse, policy.Wait}).Draw(rt, "full")
	cfg.Control.Functions = &policy.Functions{Share: 0.5, Concurrency: 5, KeepAlive: 20 * time.Second, Full: full}
	one := func() Functions {
		f := Functions{MemoryMB: 1024, Share: 0.5, Cold: constant(0.3), KeepAlive: 20 * time.Second, ScaleStep: 20, Timeout: 4 * time.Second, USDPerGBs: 1e-5, USDPerCall: 2e-7,
			Snapshot: on("snapshot"), SnapshotUSDPerGBs: 1e-6, RestoreUSDPerGB: 1e-4, PerClass: on("per class"), ProvUSDPerGBs: 1e-6, ProvUSDPerGBsUsed: 1e-5}
		f.Provisioned, f.MaxBytes = rapid.IntRange(0, 2).Draw(rt, "provisioned"), rapid.SampledFrom([]int64{0, 40}).Draw(rt, "most")
		if on("ramp") {
			ramp := constant(3)
			f.Ramp = &ramp
		}
		return f
	}
	f := one()
	f.Concurrency = 3
	if on("several") {
		g := one()
		g.Reserved = rapid.IntRange(0, 2).Draw(rt, "reserved")
		f.Others = []Functions{g}
		cfg.Control.Functions.Others = []policy.Functions{{Share: 0.5, KeepAlive: 20 * time.Second, PerClass: g.PerClass, Reserved: g.Reserved}}
		cfg.Control.Classes[1].Function = 1
	}
	cfg.Control.Functions.PerClass = f.PerClass
	cfg.Funcs = &f
	if on("keep-alive") {
		cfg.Control.KeepAlive = c
	}
}

// Called and Ended make chaos a KeepAlive.
func (c *chaos) Called(_ *policy.View, class policy.ClassID, do *policy.Environments) {
	do.Keep(class, time.Duration(c.rng.IntN(3))*time.Second, time.Duration(c.rng.IntN(30))*time.Second)
}

func (c *chaos) Ended(_ *policy.View, class policy.ClassID, _ bool, do *policy.Environments) {
	if c.rng.IntN(4) == 0 {
		do.Unload(class)
	}
}

// drawBeside adds what stands beside workers and functions: another pool, prices by zone, the bill of
// the gateway, clients that try again, and ejection.
func drawBeside(rt *rapid.T, cfg *Config) {
	on := func(name string) bool { return rapid.IntRange(0, 2).Draw(rt, name) == 0 }
	if on("beside") {
		cfg.Beside = Beside{GatewayUSDPerHour: 0.1, TransferUSDPerGB: 0.09, LogUSDPerGB: 0.5, CallLogBytes: 300}
	}
	if on("tries") {
		cfg.Clients = &workloads.Patience{Retry: 2, Backoff: time.Second, Jitter: 0.5, Budget: math.Inf(1)}
	}
	if on("health") {
		cfg.Control.Health = health.NewOutlier()
	}
	if on("pools") {
		second, p := cfg.Pools[0], cfg.Control.Pools[0]
		second.Spot, second.Initial = !second.Spot, 1
		p.Name, p.Speed, p.Initial = "other", 2, 1
		cfg.Pools, cfg.Control.Pools = append(cfg.Pools, second), append(cfg.Control.Pools, p)
		cfg.Control.Pools[0].Instead = []policy.PoolID{1}
	}
	for i := range cfg.Pools {
		if cfg.Zones > 0 && on("zone prices") {
			cfg.Pools[i].ZoneFactor = []float64{1, 2, 0.5}[:cfg.Zones]
		}
	}
}

// checkFunctions compares what the functions count with what they have, and with their limits.
func checkFunctions(rt *rapid.T, f *functions) {
	sum, shared := 0, 0
	for k := range f.fns {
		fn := &f.fns[k]
		sum += fn.busy
		if fn.Reserved == 0 {
			shared += fn.busy
		}
		if fn.busy < 0 || fn.Reserved > 0 && fn.busy > fn.Reserved || fn.tokens < 0 || fn.tokens > float64(fn.ScaleStep) {
			rt.Fatalf("function %d: %d calls of %d reserved, %v new environments of %d", k, fn.busy, fn.Reserved, fn.tokens, fn.ScaleStep)
		}
	}
	if sum != f.busy || f.shared >= 0 && shared > f.shared {
		rt.Fatalf("%d calls, %d by function; %d of %d that are shared", f.busy, sum, shared, f.shared)
	}
}
