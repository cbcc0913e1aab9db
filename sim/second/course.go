package second

import (
	"math"
	"slices"
	"time"

	"cnv/results"
)

// A span is users who came in some time.
type span struct{ from, to, all, served float64 }

// after is what the key after asks for.
func (c Columns) after(of map[uint64]*user, after, ends time.Duration) {
	for _, name := range []string{"goodput_after_per_s", "attainment_after", "attainment_before", "recovery_s", "recovered", "relapses", "users_after", "users_in_slo_after"} {
		c[name] = math.NaN()
	}
	c["users_after_for_s"] = max((ends - after).Seconds(), 0)
	if after == 0 {
		return
	}
	var before, later []span
	for _, u := range of {
		if u.first < after {
			before = count(before, u.first, u.served)
		} else {
			later = count(later, u.first-after, u.served)
		}
	}
	usual := math.NaN()
	if before != nil {
		var shares []float64
		for _, s := range pooled(before) {
			if s.all > 0 {
				shares = append(shares, s.served/s.all)
			}
		}
		slices.Sort(shares)
		usual = shares[len(shares)/2]
	}
	c["attainment_before"] = usual
	if later == nil {
		return
	}
	c["users_after"], c["users_in_slo_after"] = 0, 0
	for _, s := range later {
		c["users_after"] += s.all
		c["users_in_slo_after"] += s.served
	}
	c["goodput_after_per_s"] = c["users_in_slo_after"] / c["users_after_for_s"]
	c["attainment_after"] = c["users_in_slo_after"] / c["users_after"]
	c.recovery(pooled(later), usual)
}

// count adds a user to a span of 5 s.
func count(spans []span, at time.Duration, served bool) []span {
	i := int(at / (5 * time.Second))
	for k := len(spans); k <= i; k++ {
		spans = append(spans, span{from: 5 * float64(k), to: 5 * float64(k+1)})
	}
	spans[i].all++
	if served {
		spans[i].served++
	}
	return spans
}

// pooled joins spans until each has 20 users. The last span and what is left over go to
// the one before.
func pooled(spans []span) (out []span) {
	open := span{}
	for i, s := range spans {
		if open.all == 0 {
			open.from = s.from
		}
		open.to, open.all, open.served = s.to, open.all+s.all, open.served+s.served
		if open.all >= 20 && i < len(spans)-1 {
			out = append(out, open)
			open = span{}
		}
	}
	if len(out) == 0 {
		return []span{open}
	}
	z := &out[len(out)-1]
	z.to, z.all, z.served = open.to, z.all+open.all, z.served+open.served
	return out
}

// recovery is when the service was healthy again.
func (c Columns) recovery(spans []span, usual float64) {
	if !(usual >= 0.5) {
		usual = 1
	}
	c["recovery_s"], c["recovered"], c["relapses"] = infinite, 0, 0
	long, well := min(60, spans[len(spans)-1].to/2), false
	for i := range spans {
		all, served, to := 0.0, 0.0, spans[i].from
		for k := i; k < len(spans) && to-spans[i].from < long; k++ {
			all, served, to = all+spans[k].all, served+spans[k].served, spans[k].to
		}
		if to-spans[i].from < long {
			return
		}
		stays := served >= 0.9*usual*all
		if well && !stays {
			well = false
			c["relapses"]++
		} else if !well && stays && spans[i].served >= 0.9*usual*spans[i].all {
			well = true
			if c["recovered"] == 0 {
				c["recovered"], c["recovery_s"] = 1, spans[i].from
			}
		}
	}
}

// A minute is supply and work of a minute of the timeline.
type minute struct {
	gaps            [][2]float64 // seconds, supply
	work, span      float64
	supply, machine float64
}

// minutesOf cuts the timeline into minutes; the size of a machine is 0 if none was ready.
func minutesOf(samples []results.Sample) (minutes []minute, machine float64) {
	var open minute
	last := time.Duration(0)
	for _, s := range samples {
		step := (s.At - last).Seconds()
		last = s.At
		if s.Ready > 0 {
			machine = s.CapacityCores / float64(s.Ready)
		}
		open.gaps = append(open.gaps, [2]float64{step, s.CapacityCores})
		open.work, open.span = open.work+s.OfferedCores*step, open.span+step
		open.supply, open.machine = s.CapacityCores, machine
		if open.span >= 60-1e-9 {
			minutes, open = append(minutes, open), minute{}
		}
	}
	if open.span >= 30-1e-9 {
		minutes = append(minutes, open)
	}
	return minutes, machine
}

// elasticity compares supply and demand, minute by minute, as the timeline has them.
func (c Columns) elasticity(r *Result) {
	minutes, machine := minutesOf(r.Samples)
	count := 0 // minutes until the last in which work arrived
	for i := range minutes {
		if minutes[i].work > 0 {
			count = i + 1
		}
	}
	names := []string{"provisioned_s", "under_s", "over_s", "lacking_s", "spare_s", "directed_s", "contradicted_s"}
	for _, n := range names {
		c[n] = 0
	}
	wasSupply, wasDemand := 0.0, 0.0
	for i, m := range minutes[:count] {
		size := m.machine
		if size == 0 {
			size = 1
		}
		demand := size * max(math.Ceil(m.work/m.span/0.7/size-1e-9), 1)
		for _, g := range m.gaps {
			c["provisioned_s"] += g[0]
			if off := (g[1] - demand) / demand; off < -1e-9 {
				c["under_s"] -= off * g[0]
				c["lacking_s"] += g[0]
			} else if off > 1e-9 {
				c["over_s"] += off * g[0]
				c["spare_s"] += g[0]
			}
		}
		if i > 0 {
			c["directed_s"] += m.span
			if roughSign(m.supply-wasSupply) != roughSign(demand-wasDemand) {
				c["contradicted_s"] += m.span
			}
		}
		wasSupply, wasDemand = m.supply, demand
	}
	if machine == 0 {
		for _, n := range names {
			c[n] = 0
		}
	}
	t := c["provisioned_s"]
	distance := 0.0
	for name, x := range map[string]float64{
		"theta_under": c["under_s"] / t, "theta_over": c["over_s"] / t, "tau_under": c["lacking_s"] / t, "tau_over": c["spare_s"] / t,
		"instability": c["contradicted_s"] / c["directed_s"],
	} {
		c[name] = x
		distance += math.Pow(x, 5)
	}
	c["scaling_deviation"] = math.Pow(distance, 0.2)
}

func roughSign(x float64) float64 {
	if math.Abs(x) <= 1e-9 {
		return 0
	}
	return sign(x)
}
