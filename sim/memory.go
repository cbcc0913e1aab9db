package sim

import "cnv/policy"

// hold notes the memory of a request that arrives, KiB: its own, else that of its class.
func (w *world) hold(slot int32, kib int64, class policy.ClassID) {
	if kib < 0 {
		if kib = 0; int(class) < len(w.cfg.MemoryKiB) {
			kib = w.cfg.MemoryKiB[class]
		}
	}
	w.memory = append(w.memory, make([]int64, max(int(slot)+1-len(w.memory), 0))...)
	w.memory[slot] = kib
}

// overflows says whether what is in service on a VM has more memory than it may.
func (w *world) overflows(v *vm) bool {
	t := v.traits
	return t != nil && t.MemoryKiB > 0 && t.memory > t.MemoryKiB
}

// kill ends the application of a VM, as Linux does that has no memory left, and starts it
// again: what it has fails, connections are refused for Restart, and it has to warm up. The
// gateway is told nothing, as health checks are rarer than that.
func (w *world) kill(v *vm) {
	w.failAll(v)
	v.answersFrom(w.now + v.traits.Restart)
	v.read.at = -1 // it counts from 0 again
	w.plan(v)
}

// memoryLimits says whether workers of any pool have one.
func (c *Config) memoryLimits() bool {
	for i := range c.Pools {
		if c.Pools[i].Uneven.MemoryKiB > 0 {
			return true
		}
	}
	return false
}
