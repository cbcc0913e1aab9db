package sim

import (
	"context"
	"math"
	"testing"

	"cnv/policy/hedge"
	"cnv/policy/route"
)

// TestTiedIsOneLine: two workers with random routing and tied copies are M/M/2, whose mean
// response time is 1/(1-ρ²), within four standard errors of eight runs; every request that finds
// its worker busy has a copy, and none is served twice.
func TestTiedIsOneLine(t *testing.T) {
	const seeds, n, rho = 8, 40_000, .7
	sum, squares := 0.0, 0.0
	for seed := range uint64(seeds) {
		cfg := fleet(2, &route.Random{})
		cfg.Seed, cfg.Control.Hedge = seed+1, &hedge.Tied{}
		m := &memory{}
		src := newStream(cfg.Seed, n, expo(1/(2*rho)), expo(1))
		if _, err := Run(context.Background(), cfg, src, m); err != nil {
			t.Fatal(err)
		}
		mean, work := 0.0, 0.0
		for i := range m.requests {
			q := &m.requests[i]
			mean += (q.Finish - q.Arrival).Seconds() / n
			work += q.Work.Seconds()
		}
		sum, squares = sum+mean, squares+mean*mean
		if got := m.counts.BusyCoreSeconds; math.Abs(got-work) > 1e-6*work {
			t.Errorf("workers were busy for %.3f s with %.3f s of work: something was served twice", got, work)
		}
		if share := float64(m.counts.Hedges) / n; math.Abs(share-rho) > .03 {
			t.Errorf("%.3f copies a request, want %.2f: that of busy workers", share, rho)
		}
	}
	mean := sum / seeds
	se := math.Sqrt((squares/seeds - mean*mean) / (seeds - 1))
	if want := 1 / (1 - rho*rho); math.Abs(mean-want) > 4*se || se > .02 {
		t.Errorf("mean response time %.4f s, want %.4f s within %.4f", mean, want, 4*se)
	}
}
