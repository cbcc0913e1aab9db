package run

import (
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/sim"
)

// keeper is a router that sets how long idle environments of functions live.
type keeper struct{}

func (keeper) Route(*policy.View, *policy.Request) (policy.WorkerID, bool) {
	return policy.NoWorker, false
}
func (keeper) SetsKeepAlive()                                   {}
func (keeper) Act(_ *policy.View, do *policy.Actions, _ uint64) { do.SetKeepAlive(time.Minute) }

// TestKeepersAreRefused: the simulator lets a policy set the keep-alive of functions; on a
// cloud, which has no such setting, it is refused by name.
func TestKeepersAreRefused(t *testing.T) {
	cfg := sim.Config{Control: policy.Config{
		Router: keeper{}, Classes: []policy.Class{{Name: "class"}},
		Pools:     []policy.Pool{{Name: "pool", Cores: 1, Speed: 1, Max: 1}},
		Functions: &policy.Functions{Share: 1},
	}}
	if _, err := policy.New(cfg.ControlPlane()); err != nil {
		t.Errorf("simulated: %v", err)
	}
	live, err := (&cloudTarget{}).control(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := policy.New(live); err == nil || !strings.Contains(err.Error(), "run.keeper has SetsKeepAlive") {
		t.Errorf("on a cloud: %v, want the router refused by name", err)
	}
}
