package sim

import (
	"math"

	"cnv/policy/catalog"
)

// WorkPrice is the least that a second of work on the reference vCPU can cost,
// US$: on machines that are busy all the time they run, or by functions without their
// fee per call. Somebody who knew all sizes and the load ahead would pay that.
// It is a bound from below, not a policy: no fleet is busy all the time and meets its bounds.
// +Inf where there are neither pools nor functions, which New refuses.
func (c *Config) WorkPrice() float64 {
	least := math.Inf(1)
	prices := c.Prices(&c.Control)
	for i := range prices.Pools {
		p := &prices.Pools[i]
		least = min(least, p.LeastHourUSD()/3600/(float64(p.Cores)*p.Speed))
	}
	if c.Funcs == nil {
		return least
	}
	for k := range 1 + len(c.Funcs.Others) {
		if f := c.Funcs.At(k); f.Share > 0 {
			least = min(least, catalog.FunctionSecondUSD(f.MemoryMB, f.USDPerGBs)/f.Share)
		}
	}
	return least
}
