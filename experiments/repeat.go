package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/results"
)

// The same run must give the same numbers: of every policy one run is made twice,
// drawn by the seed, as far as that takes little of the time that all runs took.
const repeatShare = 0.02

// repeatFree is no matter.
var repeatFree = 100 * time.Millisecond

// A repeats is the runs to be made twice.
type repeats struct {
	plan *plan.Plan
	at   [][2]int // by policy: workload and replication
	turn []int    // policies in the order in which they are tried

	mu   sync.Mutex
	took time.Duration // all runs
	once []*repeated   // by policy; nil: not run now
}

// A repeated is what the first run gave.
type repeated struct {
	took time.Duration
	row  results.Row
}

// newRepeats draws them.
func newRepeats(p *plan.Plan) *repeats {
	r := &repeats{plan: p, once: make([]*repeated, len(p.Policies))}
	draw := policy.NewRand(p.Seed, "repeat", 0)
	for range p.Policies {
		w := draw.IntN(len(p.Scenarios))
		r.at = append(r.at, [2]int{w, draw.IntN(p.SeedsOf(w))})
	}
	for i := range p.Policies {
		k := draw.IntN(i + 1) // a random permutation (Durstenfeld 1964)
		r.turn = append(r.turn, i)
		r.turn[i], r.turn[k] = r.turn[k], i
	}
	return r
}

// ran takes a run that has ended.
func (r *repeats) ran(w, pol, replication int, took time.Duration, row results.Row) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.took += took
	if r.at[pol] == [2]int{w, replication} {
		r.once[pol] = &repeated{took, row}
	}
}

// run makes them again and compares.
func (r *repeats) run(ctx context.Context, o *outcome.Outcome, jobs int) error {
	left := max(time.Duration(repeatShare*float64(r.took)), repeatFree)
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(jobs)
	for _, pol := range r.turn {
		once := r.once[pol]
		if once == nil || once.took > left || running.Err() != nil {
			continue
		}
		left -= once.took
		group.Go(func() error {
			w, seed := r.at[pol][0], r.plan.Seed+uint64(r.at[pol][1])
			cell := plan.Cell{Scenario: r.plan.Scenarios[w], Policy: r.plan.Policies[pol]}
			info := once.row.Info
			row, err := outcome.Simulate(running, cell, seed, results.NewRun(info), nil)
			if f := (*outcome.Fault)(nil); errors.As(err, &f) {
				o.Blame(w, pol, f)
				return nil
			}
			if err == nil && !row.Same(&once.row) {
				o.Differs(w, pol, seed)
			}
			return err
		})
	}
	return group.Wait()
}
