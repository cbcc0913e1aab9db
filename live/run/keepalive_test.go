package run

import (
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/sim"
)

// keeper keeps environments of functions for a minute.
type keeper struct{}

func (keeper) Route(*policy.View, *policy.Request) (policy.WorkerID, bool) {
	return policy.NoWorker, false
}
func (keeper) Called(_ *policy.View, c policy.ClassID, do *policy.Environments) {
	do.Keep(c, 0, time.Minute)
}
func (keeper) Ended(*policy.View, policy.ClassID, bool, *policy.Environments) {}

// TestKeepersAreRefused: the simulator lets a policy set the keep-alive of functions; on a
// cloud, which has no such setting, it is refused by name.
func TestKeepersAreRefused(t *testing.T) {
	cfg := sim.Config{Control: policy.Config{
		Router: keeper{}, KeepAlive: keeper{}, Classes: []policy.Class{{Name: "class"}},
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
	if _, err := policy.New(live); err == nil || !strings.Contains(err.Error(), "keepalive run.keeper: this function service decides itself") {
		t.Errorf("on a cloud: %v, want it refused by name", err)
	}
}
