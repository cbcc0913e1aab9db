package coverage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"cnv/results"
	"cnv/results/compare"
)

// An equal is an experiment of the quickstart's size (8 policies, 4 workloads, 10
// seeds, misses and cost) whose policies have equal laws, but for the last one's
// misses, which may be higher by so many standard deviations of what a policy's own
// draws do.
type equal struct {
	seeds int
	shift float64
}

const (
	equalPolicies  = 8
	equalWorkloads = 4
	ownSpread      = 0.02 // of the share of misses, by a policy's own draws
)

// set is one experiment. Policies share what a seed brings; their own draws are
// normal on the first workload, skewed on the second, seldom on the third, and
// on the fourth both are large.
func (q equal) set(e int) (*compare.Set, error) {
	p := compare.Plan{Design: results.Design{Replications: q.seeds}, Name: "equal"}
	for w := range equalWorkloads {
		p.Workloads = append(p.Workloads, fmt.Sprint("w", w))
	}
	for a := range equalPolicies {
		p.Policies = append(p.Policies, string(rune('a'+a)))
	}
	return setOf(p, func(w, policy, i int) made {
		shared, own := drawn(uint64(e), uint64(w), uint64(i)), drawn(uint64(e), uint64(w), uint64(i), uint64(policy), 1)
		luck := shared.ExpFloat64()
		share := 0.2 + 0.05*luck + ownSpread*ownDraw(w, own)
		if policy == equalPolicies-1 {
			share += q.shift * ownSpread
		}
		n := 200 + 100*luck
		m := requests(int(n), min(max(share, 0), 0.9))
		m.usd = 0.01 * (n + 20*ownDraw(w, own))
		return m
	})
}

// ownDraw has a standard deviation of about 1.
func ownDraw(workload int, rng *rand.Rand) float64 {
	switch workload {
	case 1:
		return rng.ExpFloat64()
	case 2:
		if rng.Float64() < 0.2 {
			return 1.6 * rng.ExpFloat64()
		}
		return 0
	case 3:
		return 0.5 * math.Exp(rng.NormFloat64())
	}
	return rng.NormFloat64()
}

// A foundIn counts experiments.
type foundIn struct {
	n         int
	any       int // with some difference found
	pairs, of int // differences of the last policy's misses that were found
}

// repeat counts what is found in n experiments.
func (q equal) repeat(n int, limit time.Duration) (foundIn, error) {
	var mu sync.Mutex
	var out foundIn
	var err error
	out.n, err = each(n, limit, func(e int) error {
		set, err := q.set(e)
		if err != nil {
			return err
		}
		any, pairs, of := false, 0, 0
		for _, w := range set.Wins() {
			differs := w.Verdict == compare.Better || w.Verdict == compare.Worse
			any = any || differs
			if w.Policy == string(rune('a'+equalPolicies-1)) && w.Metric == "miss_avoidable" {
				if of++; differs {
					pairs++
				}
			}
		}
		mu.Lock()
		defer mu.Unlock()
		out.pairs, out.of = out.pairs+pairs, out.of+of
		if any {
			out.any++
		}
		return nil
	})
	return out, err
}
