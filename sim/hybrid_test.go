package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
	"cnv/policy/scale"
	"cnv/policy/spill"
	"cnv/workloads"
)

// A tide is Poisson arrivals whose rate changes every half an hour, of exponential work of mean 1 s.
type tide struct {
	*stream
	rates []float64
	end   float64
}

func newTide(seed uint64, hours float64, rates ...float64) *tide {
	s := &tide{newStream(seed, 1<<30, expo(1), expo(1)), rates, hours * 3600}
	s.interval = func(r *policy.Rand) float64 { return r.ExpFloat64() / rates[int(s.at/1800)%len(rates)] }
	return s
}

func (s *tide) Next(a *workloads.Arrival) bool { return s.stream.Next(a) && s.at < s.end }

// TestSpillOverABaseIsCheapest: where the load goes up and down and a slot of a worker costs 0.3 to
// 0.8 of a function's, workers for what is always there, with functions for the rest, cost less than
// workers for the 99th percentile of the requests in the system (25: that of a Poisson law is exceeded by 2 % at a
// mean of 16, which holds half of the time), and less than functions alone (policies' rule of
// the newsvendor and of ski rental).
func TestSpillOverABaseIsCheapest(t *testing.T) {
	const function = 1e-4 // US$ a second
	run := func(ratio float64, s policy.Spill, scaler policy.Scaler, initial int) (cost, late float64) {
		cfg := fleet(60, &route.Pack{})
		cfg.Pools[0].Initial, cfg.Pools[0].USDPerHour = initial, ratio*function*3600
		cfg.Pools[0].Launch.Boot = constant(30)
		p := &cfg.Control.Pools[0]
		p.Initial, p.USDPerHour, p.Boot = initial, cfg.Pools[0].USDPerHour, 30*time.Second
		cfg.Funcs = &Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Hour, USDPerGBs: function}
		cfg.Control.Functions = &policy.Functions{Share: 1, KeepAlive: time.Hour, USDPerSecond: function}
		cfg.Control.Spill, cfg.Control.Scaler = s, scaler
		m := play(t, cfg, newTide(3, 4, 4, 16))
		for i := range m.requests {
			if q := &m.requests[i]; q.Finish-q.Arrival > q.Work+time.Second {
				late += 1 / float64(len(m.requests))
			}
		}
		return m.ledger.Total(), late
	}
	for _, c := range []struct {
		ratio  float64
		rent   bool
		saving float64 // at least, of the cheaper of the two
	}{{.3, true, .15}, {.5, true, .15}, {.8, false, .005}} { // so dear workers are hardly worth it, and launches by rent are not
		ratio := c.ratio
		vms, late := run(ratio, &spill.Never{}, nil, 25)
		functions, _ := run(ratio, &spill.Always{}, nil, 0)
		hybrid, never := run(ratio, spill.NewBusy(), &scale.Newsvendor{Window: time.Hour, Rent: c.rent, Every: 5 * time.Second}, 4)
		if !(hybrid < (1-c.saving)*min(vms, functions)) || never > 0 || late > .02 {
			t.Errorf("ratio %v: US$ %.3f with both, %.3f with workers (%.4f late), %.3f with functions: want less by the share %v", ratio, hybrid, vms, late, functions, c.saving)
		}
		t.Logf("ratio %v: US$ %.3f with both, %.3f with workers alone (%.4f late), %.3f with functions alone", ratio, hybrid, vms, late, functions)
	}
}
