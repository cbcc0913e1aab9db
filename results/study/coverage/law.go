package coverage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"cnv/results"
	"cnv/results/compare"
)

// A law is a way to draw runs, and what is true of a metric under it.
type law struct {
	name   string
	runs   int
	metric string
	truth  float64
	draw   func(rng *rand.Rand) made
	// wrong, if it is there, is a bound that the truth does not keep; nobody may be
	// sure that it is kept.
	wrong float64
}

// laws are the kinds of numbers that an answer is made of, where they are hard:
// what seldom happens, shares of traffic that comes in bursts, few or many requests
// under a percentile, and heavy tails.
func laws() []law {
	const miss, cost = "miss_avoidable", "cost_per_1000_in_slo_usd"
	out := []law{
		{name: "rare misses: 1 run of 20 misses 20 %", runs: 10, metric: miss, truth: 0.01, wrong: 0.005, draw: bursts(0.05, 0.2, false)},
		{name: "rare misses: 1 run of 20 misses 20 %, 40 runs", runs: 40, metric: miss, truth: 0.01, wrong: 0.005, draw: bursts(0.05, 0.2, false)},
		{name: "rare misses: 1 run of 5, of any size", runs: 10, metric: miss, truth: 0.01, wrong: 0.005, draw: bursts(0.2, 0.05, true)},
		{name: "misses of on-off traffic", runs: 10, metric: miss, draw: onOff},
		{name: "misses of on-off traffic, 40 runs", runs: 40, metric: miss, draw: onOff},
		{name: "cost of heavy-tailed work (cv² 10)", runs: 10, metric: cost, draw: heavy},
		{name: "cost of heavy-tailed work (cv² 10), 40 runs", runs: 40, metric: cost, draw: heavy},
	}
	for _, q := range []struct {
		metric string
		p      float64
		runs   int
		length int
	}{
		{"response_p99_s", 0.99, 200, 100}, {"response_p99_s", 0.99, 10, 120}, {"response_p99_s", 0.99, 10, 10_000},
		{"response_p999_s", 0.999, 200, 100}, {"response_p999_s", 0.999, 10, 10_000},
	} {
		out = append(out, law{
			name: fmt.Sprintf("%g %% of %d requests a run", 100*q.p, q.length), runs: q.runs, metric: q.metric, truth: -math.Log(1 - q.p),
			draw: func(rng *rand.Rand) made {
				m := made{took: make([]float64, q.length)}
				for i := range m.took {
					m.took[i] = rng.ExpFloat64()
				}
				return m
			},
		})
	}
	return out
}

// bursts are runs of which a share has misses: so many of its requests, or
// exponentially many.
func bursts(share, size float64, random bool) func(*rand.Rand) made {
	return func(rng *rand.Rand) made {
		missed := 0.0
		if rng.Float64() < share {
			if missed = size; random {
				missed = min(size*rng.ExpFloat64(), 1)
			}
		}
		return requests(950+rng.IntN(100), missed)
	}
}

// onOff are runs in which most of the time little comes, and seldom much: the more,
// the larger the share that misses.
func onOff(rng *rand.Rand) made {
	n := 20.0
	for range 10 { // minutes
		if rng.Float64() < 0.15 {
			n += 100 * rng.ExpFloat64()
		}
	}
	return requests(int(n), n/(n+200))
}

// heavy are runs of some 400 requests whose work, which is what they cost, is
// lognormal with a squared coefficient of variation of 10, and of which the more miss
// the more work there is.
func heavy(rng *rand.Rand) made {
	n, work, sigma := 300+rng.IntN(200), 0.0, math.Sqrt(math.Log(11))
	for range n {
		work += math.Exp(sigma*rng.NormFloat64() - sigma*sigma/2)
	}
	m := requests(n, min(work/float64(n)/10, 0.8))
	m.usd = 0.001 * work
	return m
}

// know finds the truth of a ratio of sums from many runs, where it is not known.
func (l *law) know() {
	if l.truth != 0 {
		return
	}
	rng, above, below := drawn(7), 0.0, 0.0
	for range 200_000 {
		m := l.draw(rng)
		n := float64(len(m.took))
		if l.metric == "miss_avoidable" {
			above, below = above+float64(m.missed), below+n
		} else {
			above, below = above+1000*m.usd, below+n-float64(m.missed)
		}
	}
	l.truth = above / below
}

// A held counts experiments.
type held struct{ n, covered, sure int }

// cover repeats an experiment.
func (l *law) cover(n int, limit time.Duration) (held, error) {
	l.know()
	var mu sync.Mutex
	var out held
	var err error
	out.n, err = each(n, limit, func(e int) error {
		p := compare.Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a"}, Replications: l.runs}, Name: "law"}
		set, err := setOf(p, func(_, _, i int) made { return l.draw(drawn(uint64(e), uint64(i), uint64(len(l.name)))) })
		if err != nil {
			return err
		}
		rows := set.Comparison()
		r := rows[slices.IndexFunc(rows, func(r compare.Compared) bool { return r.Metric == l.metric })]
		kept := compare.Check(rows, []compare.Requirement{{Metric: l.metric, Min: math.Inf(-1), Max: l.wrong, Sure: true}})
		mu.Lock()
		defer mu.Unlock()
		if r.Low <= l.truth && l.truth <= r.High {
			out.covered++
		}
		if kept[0].OK {
			out.sure++
		}
		return nil
	})
	return out, err
}
