package sim

import (
	"math"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/workloads"
)

// drawUneven makes workers of a world uneven, in some ways, and adds a class of requests
// that may use four cores.
func drawUneven(rt *rapid.T, cfg *Config) {
	on := func(name string) bool { return rapid.IntRange(0, 3).Draw(rt, name) == 0 }
	cfg.Control.Classes = append(cfg.Control.Classes, policy.Class{Name: "other", Factor: 5})
	if on("wide") {
		cfg.Control.Classes[1].Cores = 4
		cfg.Control.Pools[0].Cores = rapid.IntRange(1, 5).Draw(rt, "more cores")
	}
	u := &cfg.Pools[0].Uneven
	if on("threads") {
		u.Busy = Threads(cfg.Control.Pools[0].Cores, 0.65)
	}
	if on("noise") {
		u.Noise = workloads.Dist{Law: workloads.NewLognormal(1, 0.2)}
	}
	if on("slow hosts") {
		u.SlowShare, u.SlowBy = 0.5, 2
	}
	if on("warm-up") {
		u.WarmRequests, u.WarmFor, u.WarmBy = 3, 20*time.Second, 1.5
	}
	if on("start") {
		u.StartCores = 1.5
	}
	if on("memory") {
		u.MemoryKiB, u.Restart = 90, time.Duration(rapid.IntRange(0, 4).Draw(rt, "restart"))*time.Second
	}
	if on("credits") {
		u.Credits = &Credits{
			PerHour: 60 * rapid.Float64Range(0.1, 1).Draw(rt, "baseline"), Max: rapid.Float64Range(0.01, 1).Draw(rt, "most"),
			Launch: rapid.Float64Range(0, 0.2).Draw(rt, "launch"), Unlimited: rapid.Bool().Draw(rt, "unlimited"),
		}
		cfg.Pools[0].SurplusUSD = 0.05
	}
}

// checkTraits compares what a VM counts with what it has.
func checkTraits(rt *rapid.T, w *world, v *vm) {
	t := v.traits
	if t == nil {
		return
	}
	threads, memory := 0, int64(0)
	for i := range v.jobs {
		l := w.loadOf(jobOf(&v.jobs[i]))
		threads, memory = threads+l.threads, memory+l.memory
	}
	if threads != t.threads || memory != t.memory {
		rt.Fatalf("VM %d: %d threads and %d KiB, counted as %d and %d", v.id, threads, memory, t.threads, t.memory)
	}
	if t.wide && threads > v.slots || t.MemoryKiB > 0 && memory > t.MemoryKiB {
		rt.Fatalf("VM %d: %d threads in %d slots, %d KiB of %d", v.id, threads, v.slots, memory, t.MemoryKiB)
	}
	if b := t.credits; b != nil && (b.launch < 0 || b.billed < 0 || math.Abs(b.earned) > b.most || !b.unlimited && b.earned < 0) {
		rt.Fatalf("VM %d: %+v", v.id, *b)
	}
}
