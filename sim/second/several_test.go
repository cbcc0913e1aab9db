package second_test

import (
	"time"

	"cnv/sim"
)

// moreFunctions makes the function one of several, which reserve concurrency and are slow to be kept
// warm, restored from snapshots, or refuse large answers.
func (d *drawnWorld) moreFunctions(r dice, c *sim.Config) {
	f := c.Funcs
	if d.any(several) {
		if d.any(warm) && r.chance(0.6) {
			ramp := r.dist(time.Second, 20*time.Second)
			f.Ramp = &ramp
		}
		for range 1 + r.IntN(2) {
			g := *f
			g.Others, g.MemoryMB, g.Share = nil, 256*(1+r.IntN(8)), r.float(0.2, 1)
			g.Floor, g.Cold, g.KeepAlive = r.time(0, 20*time.Millisecond), r.dist(50*time.Millisecond, time.Second), r.time(time.Second, time.Minute)
			g.PerClass, g.Provisioned = r.chance(0.5), f.Provisioned*r.IntN(2)
			if f.Timeout > 0 && r.chance(0.7) {
				g.Timeout = r.time(time.Second, 6*time.Second)
			}
			if r.chance(0.3) {
				g.Ramp = nil
			}
			if r.chance(0.5) {
				g.Reserved = 1 + r.IntN(2)
			}
			f.Others = append(f.Others, g)
		}
		if r.chance(0.3) {
			f.Reserved = 1 + r.IntN(2)
		}
		for i := range c.Control.Classes {
			c.Control.Classes[i].Function = r.IntN(1 + len(f.Others))
		}
	}
	for k := range 1 + len(f.Others) {
		g := f.At(k)
		if d.any(restored) && r.chance(0.7) {
			g.Snapshot, g.SnapshotUSDPerGBs, g.RestoreUSDPerGB = true, r.float(0, 1e-5), r.float(0, 1e-3)
		}
		if d.any(large) && r.chance(0.7) {
			g.MaxBytes = r.Int64N(2 << 20)
		}
	}
}
