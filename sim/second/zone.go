package second

import (
	"slices"
	"time"

	"cnv/policy"
	"cnv/sim"
)

// An asked is a launch that was granted and has no answer yet.
type asked struct {
	pool policy.PoolID
	zone int
}

// An offering is a type of machine of a market in a zone.
type offering struct {
	machine string
	pool    policy.PoolID // of a machine without a name
	spot    bool
	zone    int
}

func (w *world) offering(p policy.PoolID, zone int) offering {
	o := offering{machine: w.ctl.Pools[p].Machine, spot: w.cfg.Pools[p].Spot, zone: zone}
	if o.machine == "" {
		o.pool = p
	}
	return o
}

// present is how many machines there are, or will be, of which something holds.
func (w *world) present(count func(p policy.PoolID, zone int) int) (n int) {
	for _, v := range w.vms {
		if v.gone < 0 {
			n += count(v.pool, v.zone)
		}
	}
	for _, a := range w.asked {
		n += count(a.pool, a.zone)
	}
	return n
}

// emptiest is the zone of a pool with the fewest of its machines, among some; -1: of none.
func (w *world) emptiest(p policy.PoolID, among func(zone int) bool) (best int) {
	best, least := -1, 0
	for z := range max(w.cfg.Zones, 1) {
		of := w.cfg.Pools[p].Zones
		if of == nil && z > 0 || of != nil && !slices.Contains(of, uint8(z)) || !among(z) {
			continue
		}
		n := w.present(func(q policy.PoolID, zone int) int {
			if q == p && zone == z {
				return 1
			}
			return 0
		})
		if best < 0 || n < least {
			best, least = z, n
		}
	}
	return best
}

// where is the zone of the n-th launch; -1: it is refused.
func (w *world) where(p policy.PoolID, n uint64) int {
	a, spot := &w.cfg.Account, w.cfg.Pools[p].Spot
	quota := a.VCPUs
	if spot {
		quota = a.SpotVCPUs
	}
	used := w.present(func(q policy.PoolID, _ int) int {
		if w.cfg.Pools[q].Spot == spot {
			return w.ctl.Pools[q].Cores
		}
		return 0
	})
	if quota > 0 && used+w.ctl.Pools[p].Cores > quota {
		return -1
	}
	if a.Burst > 0 {
		w.tokens = min(float64(a.Burst), w.tokens+(w.now-w.refilled).Seconds()*a.PerS)
		w.refilled = w.now
		if w.tokens < 1 {
			return -1
		}
	}
	refused := map[int]bool{}
	for {
		z := w.emptiest(p, func(z int) bool { return !refused[z] && w.now >= w.leftOut[w.offering(p, z)] })
		if z < 0 {
			z = w.emptiest(p, func(z int) bool { return !refused[z] })
		}
		if z < 0 {
			return -1
		}
		if !w.lacks(p, z, n) {
			w.tokens--
			return z
		}
		refused[z] = true
		w.leftOut[w.offering(p, z)] = w.now + 3*time.Minute
	}
}

// lacks says whether EC2 refuses the n-th launch in a zone: a draw for each shortage that holds.
func (w *world) lacks(p policy.PoolID, zone int, n uint64) bool {
	r := policy.NewRand(w.cfg.Seed, "capacity", 0).At(n<<8 | uint64(zone))
	refused := false
	for i := range w.cfg.Faults {
		f := &w.cfg.Faults[i]
		if !w.holds(f) {
			continue
		}
		drawn := r.Float64() < f.Share
		switch {
		case f.Kind == sim.ZoneLost && f.Zone == zone:
			refused = true
		case f.Kind == sim.NoCapacity && drawn && (f.Zone == sim.AnyZone || f.Zone == zone) && (f.Pool == policy.NoPool || f.Pool == p):
			refused = true
		}
	}
	return refused
}

// holds says whether a shortage holds now.
func (w *world) holds(f *sim.Fault) bool {
	return (f.Kind == sim.NoCapacity || f.Kind == sim.ZoneLost) && f.At <= w.now && (f.Lasts == 0 || w.now < f.At+f.Lasts)
}

// answered is the answer to a granted launch: false where its zone is lost meanwhile.
func (w *world) answered(a asked) bool {
	w.asked = slices.Delete(w.asked, slices.Index(w.asked, a), slices.Index(w.asked, a)+1)
	return !slices.ContainsFunc(w.cfg.Faults, func(f sim.Fault) bool { return f.Kind == sim.ZoneLost && f.Zone == a.zone && w.holds(&f) })
}

// loseZone takes the machines of a zone away.
func (w *world) loseZone(f *sim.Fault) {
	for _, v := range w.vms {
		if v.gone < 0 && v.zone == f.Zone {
			w.crash(v, f)
		}
	}
}

// abroad says whether an attempt is at a machine in another zone than the gateway.
func (w *world) abroad(a *attempt) bool {
	return a.worker != policy.NoWorker && w.vms[a.worker].zone != int(w.ctl.Zone)
}

// crossed bills bytes between zones.
func (w *world) crossed(a *attempt, bytes int64) {
	if w.cfg.Zones > 1 && w.abroad(a) && !a.goesOn && bytes > 0 {
		w.out.Ledger.Transfer += 2 * float64(bytes) / 1e9 * w.cfg.ZoneUSDPerGB
	}
}
