package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// inZones is a fleet whose pool is in three zones.
func inZones(c *Config) {
	c.Zones = 3
	for i := range c.Pools {
		c.Pools[i].Zones = []uint8{0, 1, 2}
	}
}

// TestLaunchesAreSpread: a pool has as many VMs in one zone as in another, the first ones too,
// and another zone's where one lacks them; a zone that lacked them is asked again after three
// minutes.
func TestLaunchesAreSpread(t *testing.T) {
	lacking := func(zone int, at, lasts time.Duration) Fault {
		return Fault{Kind: NoCapacity, Share: 1, Zone: zone, Pool: policy.NoPool, At: at, Lasts: lasts}
	}
	for _, c := range []struct {
		what   string
		n      int
		change func(*Config)
		want   string
	}{
		{"all have some", 5, func(*Config) {}, "10s launch 4, 11s w1 in 1, 11s w2 in 2, 11s w3 in 0, 11s w4 in 1"},
		{"of two of them", 5, func(c *Config) { c.Pools[0].Zones = []uint8{0, 2} }, "10s launch 4, 11s w1 in 2, 11s w2 in 0, 11s w3 in 2, 11s w4 in 0"},
		{"the second lacks them", 5, func(c *Config) { c.Faults = []Fault{lacking(1, 0, 0)} }, "10s launch 4, 11s w1 in 2, 11s w2 in 0, 11s w3 in 2, 11s w4 in 0"},
		{"all lack them", 2, func(c *Config) { c.Faults = []Fault{lacking(0, 0, 15*time.Second), lacking(1, 0, 0), lacking(2, 0, 0)} }, "10s launch 1, 11s failed, 16s launch 1, 17s w1 in 0"},
		// Zone 1 lacks at 10 s: it is left out until 190 s, though it has capacity again at 20 s.
		{"and is left out", 3, func(c *Config) {
			c.Faults = []Fault{lacking(1, 0, 20*time.Second), {Kind: Crash, At: 100 * time.Second, Worker: 1, Detected: 1}, {Kind: Crash, At: 200 * time.Second, Worker: 2, Detected: 1}}
			c.Duration = 4 * time.Minute
		}, "10s launch 2, 11s w1 in 2, 11s w2 in 0, 1m40.000000001s w1 lost, 1m40.000000001s launch 1, 1m41.000000001s w3 in 2, 3m20.000000001s w2 lost, 3m20.000000001s launch 1, 3m21.000000001s w4 in 1"},
	} {
		got, _ := launched(t, c.n, func(cfg *Config) { inZones(cfg); c.change(cfg) })
		if got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.what, got, c.want)
		}
	}
}

// TestLossOfAZone: its VMs are lost, whatever their state, and detected as crashes are; what is
// launched meanwhile is launched elsewhere, also a launch under way is lost.
func TestLossOfAZone(t *testing.T) {
	lose := Fault{Name: "the fault", Kind: ZoneLost, Zone: 0, At: 10500 * time.Millisecond, Lasts: time.Minute, Detected: 2 * time.Second}
	got, m := launched(t, 6, func(c *Config) { inZones(c); c.Faults = []Fault{lose} })
	// Of the five launched at 10 s in zones 1, 2, 0, 1, 2 the third has no answer when the zone is
	// lost. It is repeated at 15 s, when a worker is ready, with the one that was lost.
	want := "10s launch 5, 11s w1 in 1, 11s w2 in 2, 11s failed, 11s w3 in 1, 11s w4 in 2, 12.5s w0 lost, 15s launch 2, 16s w5 in 1, 16s w6 in 2"
	if got != want || m.counts.LaunchesFailed != 1 || m.counts.Terminations != 0 || len(m.counts.Spared) != 0 {
		t.Errorf("%+v\n%s, want\n%s", m.counts, got, want)
	}
	lose.Zone, lose.At = 2, 5*time.Second
	if _, m := launched(t, 1, func(c *Config) { inZones(c); c.Faults = []Fault{lose} }); len(m.counts.Spared) != 1 || m.counts.Spared[0] != "the fault hit nobody: no worker was in the zone" {
		t.Errorf("told %q", m.counts.Spared)
	}
}

// TestZonesAreApart: what goes to a worker in another zone takes longer, both ways, and costs
// by the byte; what goes to one in the gateway's own does not.
func TestZonesAreApart(t *testing.T) {
	for zone, want := range []struct {
		took [3]time.Duration
		usd  float64
	}{
		// Three workers in zones 0, 1, 2 get a request each, of 1 s; 10 ms there and back, and 5 ms
		// more each way between zones. 0.01 $/GB at each end: two of three bodies of 3 MB and answers of 1 MB.
		{[3]time.Duration{1020 * time.Millisecond, 1030 * time.Millisecond, 1030 * time.Millisecond}, 2 * 0.02 * 0.004},
		{[3]time.Duration{1030 * time.Millisecond, 1020 * time.Millisecond, 1030 * time.Millisecond}, 2 * 0.02 * 0.004},
	} {
		cfg := fleet(3, &roundRobin{})
		inZones(&cfg)
		cfg.Control.Zone = uint8(zone)
		cfg.Network, cfg.ZoneDelay, cfg.ZoneUSDPerGB = constant(0.01), constant(0.005), 0.01
		var all []workloads.Arrival
		for i := range 3 {
			all = append(all, workloads.Arrival{At: time.Duration(i) * time.Second, Work: time.Second, BytesIn: 3e6, BytesOut: 1e6})
		}
		m := play(t, cfg, &list{arrivals: append(all, workloads.Arrival{At: 10 * time.Second, BytesIn: -1, BytesOut: -1})})
		for i, q := range m.byID(t)[:3] {
			if got := q.Finish - q.Arrival; got != want.took[i] {
				t.Errorf("gateway in zone %d: request %d took %v, want %v", zone, i, got, want.took[i])
			}
			if q.Ideal != 1020*time.Millisecond {
				t.Errorf("request %d takes %v at best, want 1.02 s", i, q.Ideal)
			}
		}
		if math.Abs(m.ledger.Transfer-want.usd) > 1e-15 {
			t.Errorf("gateway in zone %d: transfer cost $%v, want $%v", zone, m.ledger.Transfer, want.usd)
		}
	}
}
