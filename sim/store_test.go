package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/workloads"
)

// TestStore: predictions follow a measurement at once where answers teach,
// and after its record is written where the store does; what a small cache
// has forgotten is looked up, for the next of equal requests.
func TestStore(t *testing.T) {
	keyed := func(seconds float64, key policy.Key, work time.Duration) workloads.Arrival {
		return workloads.Arrival{At: duration(seconds), Key: key, Work: work}
	}
	arrivals := []workloads.Arrival{
		keyed(0, 1, 2*time.Second), // ends at 2
		keyed(3, 1, 2*time.Second), // known from an answer; its record is written at 7
		keyed(8, 1, 2*time.Second), // known from either
		keyed(20, 2, 4*time.Second),
		keyed(40, 1, 2*time.Second), // forgotten for 2, and found at 45
		keyed(46, 1, 2*time.Second),
	}
	for _, c := range []struct {
		learn bool
		want  []float64
		usd   float64 // of rows by time and by key, and of lookups
	}{
		{false, []float64{0, 2, 2, 2, 2.5, 2}, 12*4e-6 + 3*0.5e-6}, // 2.5: the mean of what was measured
		{true, []float64{0, 0, 2, 2, 2.5, 2}, 12*4e-6 + 4*0.5e-6},
	} {
		cfg := fleet(1, &roundRobin{})
		cfg.Control.Estimator = &estimate.Repeat{Capacity: 1, Then: estimate.ThenMean}
		cfg.Control.Store, cfg.Control.LearnByStore = true, c.learn
		cfg.Store = &Store{Latency: 5 * time.Second, USDPerWrite: 4e-6, USDPerRead: 1e-6}
		m := play(t, cfg, &list{arrivals: arrivals})
		for i, q := range m.byID(t) {
			if got := q.Predicted; got != c.want[i] {
				t.Errorf("learn by store %v: request %d was predicted %v s, want %v", c.learn, i, got, c.want[i])
			}
		}
		if got := m.ledger.Store; math.Abs(got-c.usd) > 1e-12 || m.ledger.Total() <= got {
			t.Errorf("learn by store %v: the store costs $%g of $%g, want $%g", c.learn, got, m.ledger.Total(), c.usd)
		}
	}
}
