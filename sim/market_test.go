package sim

import (
	"strings"
	"testing"

	"cnv/policy"
)

// TestQuotasAreOfAMarket: the quota of instances on demand bounds no spot instances, and theirs
// does; vCPUs are counted, not machines.
func TestQuotasAreOfAMarket(t *testing.T) {
	for _, c := range []struct {
		what   string
		change func(*Config)
		want   string // what is told first
	}{
		{"the other market's", func(c *Config) { c.Account.VCPUs, c.Pools[0].Spot = 1, true }, "10s launch 2, 11s w1 in 0, 11s w2 in 0"},
		{"its own", func(c *Config) { c.Account.SpotVCPUs, c.Pools[0].Spot = 2, true }, "10s launch 2, 11s w1 in 0, 11s failed, "},
		// One machine has two of five vCPUs: another two fit, and not two more.
		{"of machines with two vCPUs", func(c *Config) { c.Account.VCPUs, c.Control.Pools[0].Cores = 5, 2 }, "10s launch 2, 11s w1 in 0, 11s failed, "},
	} {
		if got, _ := launched(t, 3, c.change); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// TestOfferIsOfAType: pools of one type of machine in one market lack capacity together, with the
// first of them.
func TestOfferIsOfAType(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Pools = make([]Pool, 5)
	cfg.Pools[4].Spot = true
	cfg.Control.Pools = nil
	for _, machine := range []string{"", "", "m7g.large", "m7g.large", "m7g.large"} {
		cfg.Control.Pools = append(cfg.Control.Pools, policy.Pool{Name: string(rune('a' + len(cfg.Control.Pools))), Cores: 1, Speed: 1, Max: 1, Machine: machine})
	}
	w, err := newWorld(&cfg, &list{}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range []policy.PoolID{0, 1, 2, 2, 4} {
		if got := w.offer(policy.PoolID(p)); got != want {
			t.Errorf("what pool %d lacks is noted with pool %d, want %d", p, got, want)
		}
	}
}
