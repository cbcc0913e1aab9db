package run

import (
	"strings"
	"testing"

	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/sim"
)

// TestOnlySimulated: what live has no counterpart of is refused by its key.
func TestOnlySimulated(t *testing.T) {
	for tables, want := range map[string]string{
		"[functions]\nmemory_mb = 1024": "",
		"[[function]]\nname = \"a\"\n[[function]]\nclasses = [\"blurimage\"]\nreserved = 5": "[[function]] works in the simulator only",
		"[functions]\nruntime = \"java21\"\nrestore = \"400ms\"":                            "restore of [functions] works in the simulator only",
		"[functions]\n[gateways]\ncount = 2":                                                "[gateways] works in the simulator only",
	} {
		p, err := plan.Parse("f.toml", "", "question = \"q\"\nseeds = 1\n[cluster]\ninstance = \"c7g.large\"\n"+tables+"\n[[workload]]\ngenerator = \"poisson\"\nrate = 1\nduration = \"1m\"\n[[policy]]\nrouter = \"jsq\"\nspill = \"busy\"\n", plan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err = onlySimulated(p.Cells()); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", tables, err, want)
		}
	}
}

// TestUnlikeZones: zones, their prices and limits of the account are said to act otherwise.
func TestUnlikeZones(t *testing.T) {
	got := unlikeZones(&sim.Config{
		Zones: 2, Pools: []sim.Pool{{ZoneFactor: []float64{1, 2}}}, Account: sim.Account{VCPUs: 4},
		Control: policy.Config{Pools: []policy.Pool{{Name: "vm"}}},
	})
	for i, want := range []string{"zones: live", "pool vm: zone_prices: live", "[account]: live"} {
		if len(got) != 3 || !strings.HasPrefix(got[i], want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
