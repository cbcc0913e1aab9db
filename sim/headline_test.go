package sim

import (
	"context"
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
	"cnv/results"
)

// Headline results of the literature on routing, with the router that it names, at its numbers.

// A steadyMean is the mean response time of the requests that arrive from an instant on.
type steadyMean struct {
	from time.Duration
	meanOf
}

func (m *steadyMean) Add(q *results.Request) {
	if q.Arrival >= m.from {
		m.meanOf.Add(q)
	}
}

// meanResponse is that of exponential work of mean 1 on n workers, each request to one of them
// at once, of those that come in the last nine tenths of each of some runs: at such loads one run
// whose sizes are by chance 0.3 % larger is 3 % slower.
func meanResponse(t *testing.T, workers int, rho float64, runs uint64, requests int, router func() policy.Router) float64 {
	t.Helper()
	rate := rho * float64(workers)
	m := &steadyMean{from: duration(float64(requests) / rate / 10)}
	for seed := range runs {
		cfg := fleet(workers, router())
		cfg.Seed = seed + 1
		if _, err := Run(context.Background(), cfg, newStream(cfg.Seed, requests, expo(1/rate), expo(1)), m); err != nil {
			t.Fatal(err)
		}
	}
	return m.sum / float64(m.n)
}

// TestTwoChoicesGainExponentially: H2, at a load of 0.99 random routing takes 100 times the
// service, the shorter of two lines 5.43 (Mitzenmacher 2001, exact for infinitely many workers; of
// 500 it is 5.9, of 1,000 5.5).
func TestTwoChoicesGainExponentially(t *testing.T) {
	const want = 5.432
	got := meanResponse(t, 1000, 0.99, 1, 1_000_000, func() policy.Router { return &route.PowerOfChoices{Choices: 2} })
	t.Logf("mean response time %.3f, mean field %v", got, want)
	if math.Abs(got-want) > 0.05*want {
		t.Errorf("mean response time %.3f, want %v within 5 %%", got, want)
	}
}
