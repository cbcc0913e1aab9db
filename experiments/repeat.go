package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/results"
)

// The same run must give the same numbers: of every policy the run that took least is
// made twice, and one drawn by the seed as far as all of that takes little of the time
// that all runs took.
const repeatShare = 0.02

// A repeats is the runs to be made twice.
type repeats struct {
	plan *plan.Plan
	at   [][2]int // by policy: workload and replication of the one that is drawn
	turn []int    // policies in the order in which they are tried

	mu    sync.Mutex
	took  time.Duration // all runs
	began []bool        // by policy: some run was begun now
	least []*repeated   // by policy: the run that took least; nil: none was made now
	drawn []*repeated   // by policy: the one that is drawn; nil: not made now
}

// A repeated is what the first run gave.
type repeated struct {
	w, replication int
	took           time.Duration
	row            results.Row
}

// newRepeats draws them.
func newRepeats(p *plan.Plan) *repeats {
	r := &repeats{plan: p, began: make([]bool, len(p.Policies)), least: make([]*repeated, len(p.Policies)), drawn: make([]*repeated, len(p.Policies))}
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

// begins takes a run that begins.
func (r *repeats) begins(pol int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.began[pol] = true
}

// ran takes a run that has ended.
func (r *repeats) ran(w, pol, replication int, took time.Duration, row results.Row) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.took += took
	once := &repeated{w, replication, took, row}
	if l := r.least[pol]; l == nil || took < l.took {
		r.least[pol] = once
	}
	if r.at[pol] == [2]int{w, replication} {
		r.drawn[pol] = once
	}
}

// chosen is the runs to be made again, by policy: at least one of each that was run.
func (r *repeats) chosen() [][]*repeated {
	out := make([][]*repeated, len(r.plan.Policies))
	left := time.Duration(repeatShare * float64(r.took))
	for pol, l := range r.least {
		if l != nil {
			out[pol] = append(out[pol], l)
			left -= l.took
		}
	}
	for _, pol := range r.turn {
		if d := r.drawn[pol]; d != nil && d != r.least[pol] && d.took <= left {
			out[pol] = append(out[pol], d)
			left -= d.took
		}
	}
	return out
}

// unchecked says of how many policies no run is made again, and why; "" where one of each
// is, or no run was made now.
func (r *repeats) unchecked() string {
	checked, failed := 0, 0
	for pol, l := range r.least {
		switch {
		case l != nil:
			checked++
		case r.began[pol]:
			failed++
		}
	}
	n := len(r.least)
	if checked == n || checked+failed == 0 {
		return ""
	}
	text := fmt.Sprintf("a run of %d of %d policies is repeated to check that it gives the same numbers", checked, n)
	switch kept := n - checked - failed; {
	case failed == 0:
		return text + "; of the others no run was made now"
	case kept == 0:
		return text + "; of the others every run that was made now failed"
	default:
		return fmt.Sprintf("%s; of %d no run was made now, and of %d every run that was made now failed", text, kept, failed)
	}
}

// run makes them again and compares.
func (r *repeats) run(ctx context.Context, o *outcome.Outcome, jobs int) error {
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(jobs)
	for pol, runs := range r.chosen() {
		for _, once := range runs {
			if running.Err() == nil {
				group.Go(func() error { return r.again(running, o, pol, once) })
			}
		}
	}
	return group.Wait()
}

// again makes a run of a policy again and compares it to the first.
func (r *repeats) again(ctx context.Context, o *outcome.Outcome, pol int, once *repeated) error {
	seed := r.plan.Seed + uint64(once.replication)
	cell := plan.Cell{Scenario: r.plan.Scenarios[once.w], Policy: r.plan.Policies[pol]}
	row, err := outcome.Simulate(ctx, cell, seed, results.NewRun(once.row.Info), nil, nil)
	if f := (*outcome.Fault)(nil); errors.As(err, &f) {
		o.Blame(once.w, pol, f)
		return nil
	}
	if err == nil && !row.Same(&once.row) {
		o.Differs(once.w, pol, seed)
	}
	return err
}
