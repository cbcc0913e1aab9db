package main

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/plan"
	"cnv/results"
)

// runAll simulates every run, several at a time. What the set holds in the
// end does not depend on how many.
func (cmd *compareCmd) runAll(ctx context.Context, p *plan.Plan, set *results.Set, done func()) error {
	jobs := cmd.Jobs
	if jobs == 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(jobs)
	for w := range p.Scenarios {
		for pol := range p.Policies {
			for replication := range p.Seeds {
				if running.Err() != nil {
					break // a run has failed, or somebody has lost patience
				}
				group.Go(func() error {
					defer done()
					return runOne(running, p, set, w, pol, replication)
				})
			}
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// runOne simulates one run and adds it to the set.
func runOne(ctx context.Context, p *plan.Plan, set *results.Set, w, pol, replication int) error {
	cell := plan.Cell{Scenario: p.Scenarios[w], Policy: p.Policies[pol]}
	seed := p.Seed + uint64(replication)
	var classes []string
	for _, class := range cell.Scenario.Workload.Made.Classes {
		classes = append(classes, class.Name)
	}
	rec, err := set.Open(w, pol, replication, seed, classes)
	if err != nil {
		return err
	}
	row, err := cell.Run(ctx, seed, rec)
	if err != nil {
		return fmt.Errorf("%s / %s, seed %d: %w", cell.Scenario.Name, cell.Policy.Name, seed, err)
	}
	return set.Add(w, pol, rec, row)
}
