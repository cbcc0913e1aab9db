package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/workloads"
)

// TestCountsReachTheEstimator: equal requests whose CPU time varies are predicted
// by what they execute, learnt from answers or from rows of the table, on machines
// and on functions; by CPU time a prediction is the last one measured.
func TestCountsReachTheEstimator(t *testing.T) {
	var arrivals []workloads.Arrival
	for i := range 200 {
		work := time.Second
		if i%2 == 1 {
			work = 3 * time.Second
		}
		arrivals = append(arrivals, workloads.Arrival{
			At: time.Duration(i) * 10 * time.Second, Key: 1, Work: work,
			Executed: policy.Executed{Instructions: 1e9, Blocks: 1e8, Calls: 1e7},
		})
	}
	for _, c := range []struct {
		target    estimate.Target
		stored    bool
		functions bool
		want      float64
	}{
		{estimate.ByCPU, false, false, 3}, {estimate.ByCounts, false, false, 2}, {estimate.ByInstructions, true, false, 2}, {estimate.ByBlocks, false, true, 2}, {estimate.ByCounts, true, true, 2},
	} {
		cfg := fleet(1, &roundRobin{})
		e := estimate.NewRepeat()
		e.Target = c.target
		cfg.Control.Estimator = e
		if c.stored {
			cfg.Control.Store, cfg.Control.LearnByStore = true, true
			cfg.Store = &Store{}
		}
		if c.functions {
			cfg.Funcs = &Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Minute}
			cfg.Control.Functions, cfg.Control.Spill = &policy.Functions{Share: 1}, spillAll{}
		}
		m := play(t, cfg, &list{arrivals: arrivals})
		last := m.byID(t)[198] // after one of 3 s
		if math.Abs(last.Predicted-c.want) > 0.02 {
			t.Errorf("%+v: predicted %v s, want %v", c, last.Predicted, c.want)
		}
	}
}
