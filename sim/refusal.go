package sim

import (
	"slices"
	"time"

	"cnv/policy"
	"cnv/policy/zones"
)

// An Account is what EC2 lets an account launch. What is 0 has no limit.
type Account struct {
	VCPUs, SpotVCPUs int     // at once, of instances on demand and of spot instances
	Burst            int     // instances that may be launched at once, while none was for long
	PerS             float64 // and that may be launched more each second. Invariant: above 0 where there is a Burst
}

// AnyZone stands for all zones.
const AnyZone = -1

// A launching is what launches depend on: where VMs are, what zones lack, what the account may.
//
// Invariant: have and vcpus count the VMs that are not gone and the launches that were granted
// and are not known yet; 0 <= tokens <= Account.Burst.
type launching struct {
	have      [][]int        // by pool and zone
	lacked    []zones.Memory // by pool: of those of one type and market the first has it
	vcpus     [2]int         // by market
	tokens    float64        // instances that may be launched now
	at        time.Duration  // instant of tokens
	shortages []shortage     // that hold, or held at the last launch
}

// A shortage is a fault during which launches are refused.
type shortage struct {
	*Fault
	met bool // it has refused one, or more was lost
}

func newLaunching(cfg *Config) launching {
	l := launching{lacked: make([]zones.Memory, len(cfg.Pools)), tokens: float64(cfg.Account.Burst)}
	for range cfg.Pools {
		l.have = append(l.have, make([]int, max(cfg.Zones, 1)))
	}
	return l
}

// market is 0 on demand, 1 of spot instances: their quotas are apart.
func (w *world) market(p policy.PoolID) int {
	if w.cfg.Pools[p].Spot {
		return 1
	}
	return 0
}

// place finds a zone for the n-th launch of the run, as live/aws does: the zones of the pool in
// turn, but for those that lacked its type a short while ago; false: it is refused.
// A refusal of the account is the same in every zone.
func (w *world) place(p policy.PoolID, n uint64) (zone uint8, ok bool) {
	if !w.allowed(p) {
		return 0, false
	}
	l := &w.launching
	skip := w.elsewhere(p)
	memory := &l.lacked[w.offer(p)]
	for {
		shares := memory.Shares(w.now, l.have[p], skip, 0, 1)
		if shares == nil {
			return 0, false
		}
		z := slices.Index(shares, 1)
		if !w.short(p, z, n) {
			l.tokens = max(l.tokens-1, 0) // 0 without a limit
			return uint8(z), true
		}
		memory.Lacks(w.now, z)
		skip[z] = true
	}
}

// elsewhere are the zones that the pool does not have.
func (w *world) elsewhere(p policy.PoolID) []bool {
	skip := make([]bool, len(w.launching.have[p]))
	for z := range skip {
		skip[z] = !w.cfg.Pools[p].in(z)
	}
	return skip
}

// in says whether the pool's VMs are launched in a zone.
func (p *Pool) in(zone int) bool {
	return p.Zones == nil && zone == 0 || slices.Contains(p.Zones, uint8(zone))
}

// offer is the first pool of the same type of machine in the same market: what one lacks the
// other does.
func (w *world) offer(p policy.PoolID) policy.PoolID {
	for o := range p {
		if m := w.cfg.Control.Pools[o].Machine; m != "" && m == w.cfg.Control.Pools[p].Machine && w.market(o) == w.market(p) {
			return o
		}
	}
	return p
}

// allowed says whether the account may launch one more VM of a pool.
// EC2 counts vCPUs of instances that are pending or run (user guide, "Amazon EC2 service quotas"),
// and takes a token for each instance (developer guide, "Request throttling for the Amazon EC2
// API", read 2026-11-30: 1,000 instances at once, and 2 a second).
func (w *world) allowed(p policy.PoolID) bool {
	l, a := &w.launching, &w.cfg.Account
	quota := [2]int{a.VCPUs, a.SpotVCPUs}[w.market(p)]
	if quota > 0 && l.vcpus[w.market(p)]+w.cfg.Control.Pools[p].Cores > quota {
		return false
	}
	if a.Burst == 0 {
		return true
	}
	l.tokens = min(float64(a.Burst), l.tokens+inSeconds(w.now-l.at)*a.PerS)
	l.at = w.now
	return l.tokens >= 1
}

// lack begins a time in which launches are refused.
func (w *world) lack(f *Fault, met bool) {
	w.launching.shortages = append(w.launching.shortages, shortage{f, met})
}

// short says whether a zone has no capacity for the n-th launch of the run.
// Draws are keyed by the launch and the zone: the k-th meets the same whatever the policy.
func (w *world) short(p policy.PoolID, zone int, n uint64) bool {
	l := &w.launching
	w.forgetShortages(w.now)
	if len(l.shortages) == 0 {
		return false
	}
	draw := w.draws.capacity.At(n<<8 | uint64(zone))
	refused := false
	for i := range l.shortages {
		s := &l.shortages[i]
		drawn := draw.Float64() < s.Share || s.Kind == ZoneLost
		if drawn && (s.Zone == AnyZone || s.Zone == zone) && (s.Kind == ZoneLost || s.Pool == policy.NoPool || s.Pool == p) {
			s.met, refused = true, true
		}
	}
	return refused
}

// forgetShortages drops those that are over by an instant. One that has refused no launch says so.
func (w *world) forgetShortages(by time.Duration) {
	w.launching.shortages = slices.DeleteFunc(w.launching.shortages, func(s shortage) bool {
		over := by >= s.Over()
		if over && !s.met {
			w.spare(s.Name + " hit nobody: nothing was launched there meanwhile")
		}
		return over
	})
}

// lost says whether a zone is lost now.
func (w *world) lost(zone uint8) bool {
	return slices.ContainsFunc(w.launching.shortages, func(s shortage) bool {
		return s.Kind == ZoneLost && s.Zone == int(zone) && w.now < s.Over()
	})
}
