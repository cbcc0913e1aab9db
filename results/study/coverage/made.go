package coverage

import (
	"math/rand/v2"
	"time"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
)

// A made run is requests drawn from a law, without a simulator: what is judged is
// the way from runs to an answer, and the law is known.
type made struct {
	took   []float64 // response times, s
	missed int       // of them, beyond the bound
	usd    float64
}

// bound is the SLO of made requests: who missed it took twice as long.
const bound = 1000 * time.Second

// row makes the run.
func (m *made) row(r *results.Run) results.Row {
	span := time.Duration(len(m.took)) * time.Second
	for i, s := range m.took {
		took := time.Duration(s * 1e9)
		if i < m.missed {
			took = 2 * bound
		}
		at := time.Duration(i) * time.Second
		r.Add(&results.Request{ID: uint64(i), Kind: results.KindVM, Attempts: 1, Status: 200, Arrival: at, Start: at, Finish: at + took, Ideal: time.Second, Bound: bound})
	}
	return r.Finish(span, results.Ledger{Instances: m.usd}, results.Counts{VMSeconds: span.Seconds(), CoreSeconds: span.Seconds()})
}

// requests are n of them, of which a share missed.
func requests(n int, share float64) made {
	m := made{took: make([]float64, n), missed: int(share*float64(n) + 0.5)}
	for i := range m.took {
		m.took[i] = 1 + share/10 + float64(i%7)/10
	}
	return m
}

// setOf is a set of made runs: by workload, policy and replication.
func setOf(p compare.Plan, run func(w, policy, i int) made) (*compare.Set, error) {
	for range p.Workloads {
		p.Over = append(p.Over, stat.OverSeeds)
	}
	set := compare.NewSet(p, "")
	for w := range p.Workloads {
		for policy := range p.Policies {
			for i := range p.Replications {
				r, err := set.Open(w, policy, i, uint64(i), nil)
				if err != nil {
					return nil, err
				}
				m := run(w, policy, i)
				if err := set.Add(w, policy, r, m.row(r)); err != nil {
					return nil, err
				}
			}
		}
	}
	return set, nil
}

// drawn is a source of its own for each thing that is drawn.
func drawn(keys ...uint64) *rand.Rand {
	var a, b uint64 = 0x9e3779b97f4a7c15, 0
	for _, k := range keys {
		a, b = (a^k)*0xbf58476d1ce4e5b9, b*31+k+1
	}
	return rand.New(rand.NewPCG(a, b))
}
