package plan

import (
	"fmt"
	"math"
	"slices"

	"cnv/policy/catalog"
	"cnv/results/words"
	"cnv/sim"
)

// maxZones bounds the zones of a region: the largest has six.
const maxZones = 26

// An accountTable is [account]: what EC2 lets the account launch.
type accountTable struct {
	VCPUs     int     `toml:"quota_vcpus" doc:"vCPUs of instances on demand at once; what goes beyond is refused (VcpuLimitExceeded), and tried again later; 0: no limit"`
	SpotVCPUs int     `toml:"quota_spot_vcpus" doc:"the same of spot instances, whose quota is apart; 0: no limit"`
	Burst     int     `toml:"launch_burst" doc:"instances that may be launched at once where none was for long; more are refused (RequestLimitExceeded); EC2 allows 1,000; 0: no limit"`
	PerS      float64 `toml:"launches_per_s" doc:"and so many more each second, up to launch_burst; 2"`
}

// readAccount reads [account], if it is there.
func (r *reader) readAccount(e *Environment, v variant) {
	t, ok := r.sub(r.root, "account")
	if !ok {
		return
	}
	e.account = &accountTable{PerS: 2}
	r.decode(v.apply(t), nil, e.account)
	a := e.account
	r.wrong(a.VCPUs < 0, "account.quota_vcpus", "%d, must not be negative", a.VCPUs)
	r.wrong(a.SpotVCPUs < 0, "account.quota_spot_vcpus", "%d, must not be negative", a.SpotVCPUs)
	r.wrong(a.Burst < 0, "account.launch_burst", "%d, must not be negative", a.Burst)
	r.wrong(!(a.PerS > 0) || math.IsInf(a.PerS, 0), "account.launches_per_s", "%v, must be positive", a.PerS)
	r.wrong(t.has("launches_per_s") && a.Burst == 0 && !t.has("launch_burst"), "account.launches_per_s", "does nothing without a limit: give launch_burst, such as 1000")
}

// world is the account as the simulated world knows it.
func (a *accountTable) world() sim.Account {
	if a == nil {
		return sim.Account{}
	}
	return sim.Account{VCPUs: a.VCPUs, SpotVCPUs: a.SpotVCPUs, Burst: a.Burst, PerS: a.PerS}
}

// zones are the names of all zones, in the order in which pools name them: the number of a
// zone is its place. None: nobody has named any, and all is in one.
func (e *Environment) zones() (names []string) {
	for i := range e.pools {
		for _, z := range e.pools[i].Zones {
			if !contains(names, z) {
				names = append(names, z)
			}
		}
	}
	return names
}

// zone is the number of a zone; sim.AnyZone of "".
func (e *Environment) zone(name string) int { return slices.Index(e.zones(), name) }

// gatewayZone is the number of the gateway's zone: the first, unless the file says it.
func (e *Environment) gatewayZone() uint8 { return uint8(max(e.zone(e.cluster.GatewayZone), 0)) }

// readZones checks the zones of the pools, and what is said of them.
func (r *reader) readZones(e *Environment) {
	named := 0
	for i := range e.pools {
		p := &e.pools[i]
		for k, z := range p.Zones {
			r.wrong(z == "", p.at("zones"), "a zone without a name")
			r.wrong(contains(p.Zones[:k], z), p.at("zones"), "%q is there twice", z)
		}
		r.wrong(p.sets("zones") && len(p.Zones) == 0, p.at("zones"), "an empty list: name the zones that the pool is launched in, such as [\"a\", \"b\", \"c\"]")
		named += min(len(p.Zones), 1)
		r.wrong(p.ZonePrices != nil && p.Market != "spot", p.at("zone_prices"), "does nothing, as instances on demand cost the same in every zone of a region: give market = \"spot\"")
		r.wrong(p.ZonePrices != nil && len(p.ZonePrices) != len(p.Zones), p.at("zone_prices"), "%s for %s: give one for each, in the order of zones", words.Count(len(p.ZonePrices), "number", "numbers"), words.Count(len(p.Zones), "zone", "zones"))
		for _, factor := range p.ZonePrices {
			r.wrong(!(factor > 0 && factor <= 100), p.at("zone_prices"), "%v, must be positive and at most 100", factor)
		}
		for k, name := range p.Instead {
			r.wrong(e.pool(name) < 0, p.at("instead"), "unknown pool %q%s", name, hint(name, e.poolNames()))
			r.wrong(name == p.Name, p.at("instead"), "%q is the pool itself: name others", name)
			r.wrong(contains(p.Instead[:k], name), p.at("instead"), "%q is there twice", name)
		}
	}
	all := e.zones()
	for i := range e.pools {
		p := &e.pools[i]
		r.wrong(named > 0 && len(p.Zones) == 0 && !p.sets("zones"), join(p.path, "zones"), "missing: other pools name their zones, so each must; or give zones in [cluster] for all")
	}
	r.wrong(len(all) > maxZones, "cluster.zones", "%d zones, at most %d", len(all), maxZones)
	c := &e.cluster
	r.wrong(c.GatewayZone != "" && !contains(all, c.GatewayZone), "cluster.gateway_zone", "unknown zone %q%s", c.GatewayZone, zoneHint(c.GatewayZone, all))
	r.wrong(c.ZoneDelay.Mean() > 0 && len(all) < 2, "cluster.zone_delay", "does nothing, as there are no two zones: give zones = [\"a\", \"b\"]")
}

// zoneHint names the nearest zone, or says how zones come to be.
func zoneHint(name string, all []string) string {
	if len(all) == 0 {
		return ": no pool names its zones: give zones = [\"a\", \"b\"]"
	}
	return hint(name, all).String()
}

// zoneWorld sets what the simulated world has of zones and of the account.
func (e *Environment) zoneWorld(cfg *sim.Config) {
	cfg.Account = e.account.world()
	cfg.Zones, cfg.ZoneDelay = len(e.zones()), e.cluster.ZoneDelay
	cfg.Control.Zone = e.gatewayZone()
	if cfg.Zones > 1 {
		cfg.ZoneUSDPerGB = catalog.ZoneTransfer.USD()
	}
	for i := range e.pools {
		for _, z := range e.pools[i].Zones {
			cfg.Pools[i].Zones = append(cfg.Pools[i].Zones, uint8(e.zone(z)))
		}
		cfg.Pools[i].ZoneFactor = e.pools[i].zoneFactors(e)
	}
}

// zoneFactors is what the price of an instance is times in each zone of the region; nil: 1.
func (p *poolTable) zoneFactors(e *Environment) (out []float64) {
	if p.ZonePrices == nil {
		return nil
	}
	for _, z := range e.zones() {
		factor := 1.0
		if k := slices.Index(p.Zones, z); k >= 0 {
			factor = p.ZonePrices[k]
		}
		out = append(out, factor)
	}
	return out
}

// shortage is what is wrong with a fault of zones and launches, by key.
func (f *faultTable) shortage(e *Environment) (out [][2]string) {
	wrong := func(cond bool, key, format string, args ...any) {
		if cond {
			out = append(out, [2]string{key, fmt.Sprintf(format, args...)})
		}
	}
	none := f.Kind == "no-capacity"
	wrong(f.Kind == "zone" && f.Zone == "", "zone", "missing: say which zone is lost")
	wrong(f.regional() && f.Zone != "" && !contains(e.zones(), f.Zone), "zone", "unknown zone %q%s", f.Zone, zoneHint(f.Zone, e.zones()))
	wrong(none && f.Pool != "" && e.pool(f.Pool) < 0, "pool", "unknown pool %q%s", f.Pool, hint(f.Pool, e.poolNames()))
	wrong(!(f.Share > 0 && f.Share <= 1), "share", "%v, must be in (0, 1]", f.Share)
	wrong(f.regional() && f.Mean > 0 && f.Lasts == 0, "lasts", "missing: with mean it comes again, so it has to end")
	wrong(f.regional() && f.Every > 0 && (f.Lasts == 0 || f.Lasts > f.Every), "lasts", "%v, must be positive and at most every = %v", f.Lasts, f.Every)
	return out
}

// regional says whether a fault is of zones or launches, and of no single worker.
func (f *faultTable) regional() bool { return f.Kind == "zone" || f.Kind == "no-capacity" }

// pool is the number of a pool; -1, as policy.NoPool: there is none of the name.
func (e *Environment) pool(name string) int { return slices.Index(e.poolNames(), name) }

func (e *Environment) poolNames() (names []string) {
	for i := range e.pools {
		names = append(names, e.pools[i].Name)
	}
	return names
}

// refusesLaunches says whether a launch may come to nothing.
func (e *Environment) refusesLaunches() bool {
	return e.account != nil || slices.ContainsFunc(e.faults, func(f faultTable) bool { return f.regional() })
}
