package plan

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/sim"
)

// TestGateways: what the file says of gateways is what the simulator is told; each has policies of
// its own and the same pools; a run of three answers all requests.
func TestGateways(t *testing.T) {
	p := parse(t, strings.Replace(plainFile, "initial = 1\n", "initial = 3\n[gateways]\ncount = 3\nassign = \"key\"\nsight = \"sent\"\nfleet_delay = \"5s\"\n", 1))
	cfg := p.Cells()[0].Config(1)
	if g := cfg.Gateways; len(g.Others) != 2 || g.Assign != sim.AssignKey || g.FleetDelay != 5*time.Second || cfg.Control.Sight != policy.SeesSent {
		t.Errorf("gateways %+v, sight %v", g, cfg.Control.Sight)
	}
	for _, other := range cfg.Gateways.Others {
		if other.Router == cfg.Control.Router || other.Estimator == cfg.Control.Estimator || !reflect.DeepEqual(other.Pools[0], cfg.Control.Pools[0]) {
			t.Errorf("a gateway shares its policies with the first, or has other pools: %+v", other.Pools[0])
		}
	}
	row, err := p.Cells()[0].Run(context.Background(), 1, results.NewRun(results.RunInfo{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := row.Value("requests"); n == 0 || row.Value("answered") != n {
		t.Errorf("%v of %v requests answered", row.Value("answered"), n)
	}
	if !p.Cells()[0].Shares() {
		t.Error("live would be asked for three gateways")
	}
}
