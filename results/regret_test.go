package results

import (
	"math"
	"testing"
)

// TestRegret: who pays for the work alone and misses nothing that could be in time
// has no regret, also where some requests cannot.
func TestRegret(t *testing.T) {
	s := summary{requests: 1000, unavoidable: 400, inSLO: 600, work: 900e9, inWork: 500e9, counts: Counts{WorkPrice: 0.01}, ledger: Ledger{Instances: 5}}
	regret := func(s *summary) float64 {
		s.users, s.elastic, s.quantile, s.answered, s.slowdown = &users{}, &elasticity{}, math.Sqrt, math.Sqrt, math.Sqrt
		r := Row{Values: make([]float64, len(Columns))}
		r.fill(s, Columns)
		return r.Value("regret_per_1000_usd")
	}
	if got := regret(&s); math.Abs(got) > 1e-12 {
		t.Errorf("regret %v of the oracle itself", got)
	}
	for work := range 1000 { // whatever the order of its sums
		s.inWork, s.ledger.Instances = float64(work)*1.1e9, float64(work)*1.1e9/1e9*0.01*3/3
		if got := regret(&s); got != 0 {
			t.Fatalf("regret %v of the oracle itself, want 0 to the bit", got)
		}
	}
	s.ledger.Instances = 5
	s.inSLO, s.inWork = 300, 250e9
	if got := regret(&s); math.Abs(got-1000*5/600.0) > 1e-9 {
		t.Errorf("regret %v with half of what can be in time, want the oracle's cost once more", got)
	}
	s.ledger.Instances = 2.5 // who does not do the work of the others
	if got := regret(&s); math.Abs(got) > 1e-12 {
		t.Errorf("regret %v, want none: what the requests in SLO cost is the least that they can", got)
	}
	s.inSLO, s.inWork = 0, 0
	if got := regret(&s); !math.IsInf(got, 1) {
		t.Errorf("regret %v where money was spent and nothing was in SLO, want it infinite", got)
	}
	s.ledger.Instances = 0
	if got := regret(&s); !math.IsNaN(got) {
		t.Errorf("regret %v where nothing was spent and nothing was in SLO, want no value, as of the cost", got)
	}
}
