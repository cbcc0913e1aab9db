package calibrate

import (
	"fmt"
	"math"

	"cnv/policy"
	"cnv/sim"
)

// fitWorkers fits how fast workers are, and the way there and back: attempts that shared
// the cores of their worker with nobody take their work over the speed, and the two ways.
// It returns both ways, seconds in the median, NaN where they are not known, and how far off they
// may be.
func (s *Seen) fitWorkers(f *Fits) (ways, off float64) {
	var rest []float64 // what is not service, of all pools
	for p := range s.Config.Pools {
		pool := &s.Config.Pools[p]
		key := s.poolTable(policy.PoolID(p)) + ".instance"
		var works, tooks []float64
		told := false
		for _, a := range s.Attempts {
			if a.Worker == policy.NoWorker || int(a.Pool) != p || a.Status != policy.OK {
				continue
			}
			told = told || a.Work > 0
			if a.Work > 0 && !a.Crowded {
				works, tooks = append(works, a.Work), append(tooks, a.took())
			}
		}
		l, low, high, ok := fitLine(works, tooks)
		switch {
		case !told:
			f.lacks(key, "no answer of pool %s tells the CPU time it took, so work and speed cannot be told apart", pool.Name)
			continue
		case !ok:
			f.lacks(key, "too few requests had the cores of pool %s for themselves, or all were of one size", pool.Name)
			continue
		}
		speed, slow, fast := 1/l.slope, 1/high, 1/low
		if pool.Cores == s.told[p].Cores && slow <= pool.Speed*(1+tiny) && fast >= pool.Speed*(1-tiny) {
			f.knows(s.poolTable(policy.PoolID(p)), "instance", "", len(works), "a core does %.4g of work per second (%.4g to %.4g), and %.4g is what it is taken for", speed, slow, fast, pool.Speed)
			speed = pool.Speed
		} else {
			f.knows(s.poolTable(policy.PoolID(p)), "instance", fmt.Sprintf("{ cores = %d, speed = %.4g, usd_per_hour = %.6g }", pool.Cores, speed, pool.USDPerHour), len(works),
				"duration against CPU time (Theil-Sen) of requests that had a core for themselves: %.4g to %.4g, not the %.4g it was taken for", slow, fast, pool.Speed)
		}
		f.between(slow, fast)
		error := (fast - slow) / 2 / 1.96
		f.draw(s.poolTable(policy.PoolID(p)), "instance", func(r *policy.Rand, c *sim.Config) {
			c.Control.Pools[p].Speed = max(speed+error*r.NormFloat64(), speed/10)
		})
		for i := range works {
			rest = append(rest, max(tooks[i]-works[i]/speed, 0))
		}
	}
	if len(rest) == 0 {
		f.lacks("cluster.network", "no request tells what of its duration was not service")
		return math.NaN(), 0
	}
	each := make([]float64, len(rest))
	for i, v := range rest {
		each[i] = v / 2
	}
	ways = quantile(rest, 0.5)
	low, high := medianEnds(rest)
	off = (high - low) / 2
	if quantile(each, 0.95) < least {
		f.knows("cluster", "network", `"0s"`, len(each), "95 of 100 took less than %s of one way", seconds(least))
		return ways, off
	}
	f.knows("cluster", "network", f.law("network.csv", some(each)), len(each), "half of what was not service, of requests that had a core for themselves: %s", middle(each))
	f.between(medianEnds(each))
	f.draw("cluster", "network", func(r *policy.Rand, c *sim.Config) { c.Network = empirical(drawn(r, some(each))) })
	return ways, off
}

const (
	// tiny is the relative difference below which two speeds are one.
	tiny = 1e-3
	// least is the delay, seconds, below which there is none.
	least = 2e-6
	// mostSamples is how many values of a law are kept.
	mostSamples = 2000
)

// some are the values of a law, every k-th where there are many.
func some(values []float64) []float64 {
	if len(values) <= mostSamples {
		return values
	}
	out := make([]float64, mostSamples)
	for i := range out {
		out[i] = values[i*len(values)/mostSamples]
	}
	return out
}
