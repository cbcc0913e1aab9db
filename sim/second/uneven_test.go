package second_test

import (
	"time"

	"cnv/sim"
	"cnv/workloads"
)

// uneven makes the machines of pools differ, and requests use memory and cores.
func (d *drawnWorld) uneven(r dice, c *sim.Config) {
	if d.any(cores) {
		c.Control.Classes[r.IntN(len(c.Control.Classes))].Cores = 2 + r.IntN(3)
	}
	if d.any(memory) {
		c.MemoryKiB = []int64{r.Int64N(100)}
	}
	for i := range c.Pools {
		u := &c.Pools[i].Uneven
		n := c.Control.Pools[i].Cores
		if d.any(uneven) {
			if r.chance(0.4) {
				u.Busy = sim.Threads(n, r.float(0.5, 1))
			}
			if r.chance(0.4) {
				u.Noise = workloads.Dist{Law: workloads.NewLognormal(1, r.float(0.01, 0.5))}
			}
			if r.chance(0.4) {
				u.SlowShare, u.SlowBy = r.Float64(), r.float(0.5, 3)
			}
			if r.chance(0.5) {
				u.WarmRequests, u.WarmFor, u.WarmBy = r.IntN(20), time.Duration(r.IntN(2))*r.time(0, time.Minute), r.float(1, 4)
			}
			if r.chance(0.3) {
				u.StartCores = r.float(0, 2)
			}
		}
		if d.any(memory) && !d.any(original) { // which tries for ever what has its worker killed: more often than attempts have numbers
			u.MemoryKiB, u.Restart = 80+r.Int64N(200), r.time(1, 10*time.Second)
		}
		if d.any(credits) {
			u.Credits = &sim.Credits{
				PerHour: 60 * r.float(0.05, 0.9) * float64(n), Max: r.float(0.01, 1), First: r.float(0, 0.5), Launch: r.float(0, 0.3), Unlimited: r.chance(0.5),
			}
			c.Pools[i].SurplusUSD = 0.05
		}
	}
}
