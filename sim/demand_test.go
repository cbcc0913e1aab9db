package sim

import (
	"math/rand/v2"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/scale"
	"cnv/workloads"
)

// TestDemandHoldsLongJobs: jobs of ten minutes that keep twelve cores busy on the
// average are staffed with square-root staffing for twelve, some 16 machines, in
// peace, whatever the window.
func TestDemandHoldsLongJobs(t *testing.T) {
	for _, window := range []time.Duration{20 * time.Second, time.Minute, 10 * time.Minute} {
		cfg := fleet(16, &roundRobin{})
		cfg.Duration = 8 * time.Hour
		cfg.Control.Pools[0] = policy.Pool{Name: "vm", Cores: 1, Speed: 1, Slots: 1, Limit: 1, Min: 1, Max: 100}
		cfg.Control.Classes[0].Prior = 600
		cfg.Pools[0].Launch.Boot = constant(30)
		scaler := scale.NewDemand()
		scaler.Window = window
		cfg.Control.Scaler = scaler
		src := &list{}
		r := rand.New(rand.NewPCG(1, 2))
		for at := 0.0; at < 8*3600; at += r.ExpFloat64() * 50 {
			src.arrivals = append(src.arrivals, workloads.Arrival{At: time.Duration(at * 1e9), Work: 10 * time.Minute})
		}
		m := play(t, cfg, src)
		vms := m.counts.VMSeconds / m.end.Seconds()
		if vms < 14 || vms > 20 || m.counts.Launches > 400 {
			t.Errorf("window %v: %.1f machines on the average, %d launches; want some 16, and no more launches than jobs", window, vms, m.counts.Launches)
		}
	}
}
