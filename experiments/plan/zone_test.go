package plan

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/sim"
)

// zonedFile is an experiment with zones, faults of them, and limits of the account.
const zonedFile = `question = "q"
seeds = 1
[cluster]
instance = "c7g.large"
initial = 1
zones = ["a", "b"]
gateway_zone = "b"
zone_delay = "500us"
[[pool]]
instead = ["spare"]
[[pool]]
name = "spare"
zones = ["b", "c"]
[account]
quota_vcpus = 8
launch_burst = 1000
[[fault]]
kind = "zone"
zone = "c"
at = "1m"
lasts = "30s"
[[fault]]
kind = "no-capacity"
at = "2m"
every = "2m"
lasts = "1m"
pool = "spare"
share = 0.5
[[workload]]
generator = "poisson"
rate = 1
duration = "5m"
[[policy]]
router = "zoneaware"
scaler = "demand"
`

// TestZonesOfAFile: zones are numbered in the order in which pools name them, and transfer
// between them costs what the catalog says.
func TestZonesOfAFile(t *testing.T) {
	p, err := Parse("f.toml", ".", zonedFile, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := p.Cells()[0].Config(1)
	if c.Zones != 3 || c.Control.Zone != 1 || math.Abs(c.ZoneDelay.Mean()-0.0005) > 1e-12 || c.ZoneUSDPerGB != 0.01 {
		t.Errorf("%d zones, the gateway in %d, %v apart at %v $/GB", c.Zones, c.Control.Zone, c.ZoneDelay, c.ZoneUSDPerGB)
	}
	if !reflect.DeepEqual(c.Pools[0].Zones, []uint8{0, 1}) || !reflect.DeepEqual(c.Pools[1].Zones, []uint8{1, 2}) {
		t.Errorf("pools in %v and %v", c.Pools[0].Zones, c.Pools[1].Zones)
	}
	if !reflect.DeepEqual(c.Control.Pools[0].Instead, []policy.PoolID{1}) || c.Control.Pools[1].Instead != nil {
		t.Errorf("instead %v and %v", c.Control.Pools[0].Instead, c.Control.Pools[1].Instead)
	}
	if want := (sim.Account{VCPUs: 8, Burst: 1000, PerS: 2}); c.Account != want {
		t.Errorf("account %+v, want %+v", c.Account, want)
	}
	lost := sim.Fault{Name: "the fault at 1m0s", At: time.Minute, Kind: sim.ZoneLost, Worker: sim.AnyWorker, Detected: 2500 * time.Millisecond, Failed: 200 * time.Millisecond, Lasts: 30 * time.Second, Zone: 2}
	none := sim.Fault{Name: "of the faults from 2m0s on every 2m0s one or more", At: 2 * time.Minute, Kind: sim.NoCapacity, Worker: sim.AnyWorker, Lasts: time.Minute, Zone: sim.AnyZone, Pool: 1, Share: 0.5}
	again := none
	again.At = 4 * time.Minute
	if want := []sim.Fault{lost, none, again}; !reflect.DeepEqual(c.Faults, want) {
		t.Errorf("faults\n%+v, want\n%+v", c.Faults, want)
	}
	if e := p.Cells()[0].Scenario.Env; e.pool("vm") != int(policy.NoPool) || e.pool("spare") != 1 {
		t.Errorf("pools %v", e.poolNames())
	}
}

// TestZoneProblems: what cannot be is said with its line.
func TestZoneProblems(t *testing.T) {
	for _, c := range []struct{ line, by, want string }{
		{`zones = ["a", "b"]`, `zones = ["a", "a"]`, `f.toml:6: cluster.zones: "a" is there twice`},
		{`zones = ["a", "b"]`, ``, `f.toml:10: pool.zones: missing: other pools name their zones, so each must; or give zones in [cluster] for all`},
		{`zones = ["a", "b"]`, `zones = []`, `f.toml:6: cluster.zones: an empty list: name the zones that the pool is launched in, such as ["a", "b", "c"]`},
		{`gateway_zone = "b"`, `gateway_zone = "d"`, `f.toml:7: cluster.gateway_zone: unknown zone "d"`},
		{`quota_vcpus = 8`, `quota_vcpus = -1`, `f.toml:15: account.quota_vcpus: -1, must not be negative`},
		{`quota_vcpus = 8`, `quota_vcpu = 8`, `f.toml:15: account.quota_vcpu: unknown key (nearest valid name "quota_vcpus")`},
		{`launch_burst = 1000`, `launches_per_s = 1`, `f.toml:16: account.launches_per_s: does nothing without a limit: give launch_burst, such as 1000`},
		{`launch_burst = 1000`, "launch_burst = 1\nlaunches_per_s = 0", `f.toml:17: account.launches_per_s: 0, must be positive`},
		{`zone = "c"`, `zone = "d"`, `f.toml:19: fault.zone: unknown zone "d" (nearest valid`},
		{`zone = "c"`, ``, `f.toml:17: fault.zone: missing: say which zone is lost`},
		{`lasts = "30s"`, `worker = "1"`, `f.toml:21: fault.worker: does nothing, as kind = "zone" is of no single worker`},
		{`lasts = "30s"`, `share = 0.5`, `f.toml:21: fault.share: does nothing, as only kind = "no-capacity" refuses a share of the launches`},
		{`pool = "spare"`, `pool = "spar"`, `f.toml:27: fault.pool: unknown pool "spar" (nearest valid name "spare")`},
		{`share = 0.5`, `share = 0`, `f.toml:28: fault.share: 0, must be in (0, 1]`},
		{`share = 0.5`, `noticed = "1s"`, `f.toml:28: fault.noticed: does nothing, as no worker fails`},
		{`instead = ["spare"]`, `instead = ["spar"]`, `f.toml:10: pool.instead: unknown pool "spar" (nearest valid name "spare")`},
		{`instead = ["spare"]`, `instead = ["vm-1"]`, `f.toml:10: pool.instead: "vm-1" is the pool itself: name others`},
		{`scaler = "demand"`, ``, ``}, // faults launch
	} {
		_, err := Parse("f.toml", ".", strings.Replace(zonedFile, c.line+"\n", strings.TrimSuffix(c.by+"\n", "\n\n")+map[bool]string{true: "\n"}[c.by == ""], 1), Options{})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.by, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s instead of %s: %v, want %q", c.by, c.line, err, c.want)
		}
	}
}
