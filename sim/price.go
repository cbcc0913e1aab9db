package sim

import "math"

// WorkPrice is the least that a second of work on the reference vCPU can cost,
// US$: on machines that are busy all the time they run, or by functions without their
// fee per call. Somebody who knew all sizes and the load ahead would pay that.
func (c *Config) WorkPrice() float64 {
	least := math.Inf(1)
	for i := range c.Pools {
		p, m := &c.Pools[i], &c.Control.Pools[i]
		least = min(least, (p.USDPerHour+p.IPv4USDPerHour+p.EBSUSDPerHour)/3600/(float64(m.Cores)*m.Speed))
	}
	if f := c.Funcs; f != nil && f.Share > 0 {
		least = min(least, f.USDPerGBs*float64(f.MemoryMB)/1024/f.Share)
	}
	return least
}
